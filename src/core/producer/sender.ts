/**
 * Sends batches: one request per broker, several in flight, repeated until acknowledged, refused, or too old
 * (Java: org.apache.kafka.clients.producer.internals.Sender).
 */
import type { Channel } from '../cluster/channel.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { KtError } from '../errors.ts'
import { Produce, type ProduceResponse } from '../protocol/generated/apis/Produce.ts'
import { type Compressor, loadCodec } from '../records/compression.ts'
import type { Crc32c } from '../records/crc32c.ts'
import type { ProducerBatch, ProducerQueue } from './batch.ts'
import type { ProducerIdentity } from './identity.ts'
import { BrokerLanes, type Lane, LANE_IDS_PER_BROKER } from './lanes.ts'
import { Numbering } from './numbering.ts'
import type { ProducerOptions } from './options.ts'
import { produceRequest } from './produce-request.ts'
import { Selection } from './selection.ts'
import { type SenderHooks, Settlement } from './settlement.ts'
import type { Transaction } from './transaction.ts'

export interface SenderTools {
  identity: ProducerIdentity
  compressor: Compressor
  crc32c: Crc32c
  transaction: Transaction | undefined
}

const SWEEP_INTERVAL_MS = 50

export class Sender {
  readonly queues: ProducerQueue[] = []
  readonly #cluster: Cluster
  readonly #options: ProducerOptions
  readonly #compressor: Compressor
  readonly #crc32c: Crc32c
  readonly #transaction: Transaction | undefined
  readonly #selection: Selection
  readonly #settlement: Settlement
  readonly #brokers = new Map<number, BrokerLanes>()
  #sweepTimer: NodeJS.Timeout | undefined
  #lookTimer: NodeJS.Timeout | undefined
  /** When `#lookTimer` fires, in epoch milliseconds. */
  #lookAtMs = 0
  #isDrainPlanned = false
  #flushes = 0
  #isClosed = false
  #refreshing: Promise<void> | undefined
  #refreshAtMs = 0

  constructor(cluster: Cluster, options: ProducerOptions, tools: SenderTools, hooks: SenderHooks) {
    this.#cluster = cluster
    this.#options = options
    const { identity, crc32c, compressor, transaction } = tools
    this.#compressor = compressor
    this.#crc32c = crc32c
    this.#transaction = transaction
    const wake = () => this.wake()
    const refreshMetadata = (topic: string) => this.#refreshMetadata(topic)
    const numbering = options.isIdempotent ? new Numbering({ identity, crc32c, ready: wake }) : undefined
    const parts = { metadata: cluster.metadata, options, numbering, transaction, refreshMetadata }
    this.#selection = new Selection({ ...parts, wake })
    this.#settlement = new Settlement({ ...parts, hooks })
  }

  /** Looks for something to send, soon: many calls in one turn make one look. */
  wake(): void {
    if (this.#isDrainPlanned || this.#isClosed) return
    this.#isDrainPlanned = true
    queueMicrotask(() => {
      this.#isDrainPlanned = false
      this.#drain()
    })
  }

  /** While flushing, open batches leave without waiting for `linger.ms`. */
  beginFlush(): void {
    this.#flushes++
    this.wake()
  }

  endFlush(): void {
    this.#flushes--
  }

  get isIdle(): boolean {
    return this.queues.every((queue) => queue.isIdle)
  }

  /** Whether anything is on its way to a broker, or about to be: open batches do not count. */
  get isUnderWay(): boolean {
    return this.queues.some(
      ({ ready, retries, inFlight }) => ready.length + retries.length + inFlight.length > 0,
    )
  }

  /** Requests that wait for their answer. */
  get requestsInFlight(): number {
    let sum = 0
    for (const broker of this.#brokers.values()) sum += broker.requestsInFlight
    return sum
  }

  /** Gives up what has not been sent; what is in flight is still answered. */
  discard(error: KtError): void {
    for (const queue of this.queues) {
      const waiting = [...queue.retries, ...queue.ready, ...(queue.open === undefined ? [] : [queue.open])]
      queue.retries = []
      queue.ready = []
      queue.open = undefined
      for (const batch of waiting) this.#settlement.giveUp(batch, error)
    }
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#sweepTimer)
    this.#sweepTimer = undefined
    clearTimeout(this.#lookTimer)
    this.#lookTimer = undefined
  }

  #drain(): void {
    if (this.#isClosed) return
    if (this.#transaction?.failure !== undefined) this.discard(this.#transaction.failure)
    const nowMs = Date.now()
    const byNode = this.#selection.sendableByNode(this.queues)
    for (const [nodeId, queues] of byNode) {
      const broker = this.#broker(nodeId)
      while (this.#sendNext(broker, queues, nowMs));
      const dueMs = this.#selection.dueMs(queues, broker.isIdle, nowMs)
      if (dueMs !== undefined) this.#planLook(nowMs, dueMs)
    }
    this.#keepSweeping()
  }

  /** Sends one request of what `broker` leads. False when nothing may leave for it now. */
  #sendNext(broker: BrokerLanes, queues: ProducerQueue[], nowMs: number): boolean {
    const lanes = broker.free(this.#options.maxInFlightPerConnection, nowMs)
    if (lanes.length === 0) return false
    this.#selection.closeDue(queues, broker.isIdle, this.#flushes > 0, nowMs)
    for (const lane of lanes) {
      const batches = this.#selection.collect(queues, lane.id, nowMs)
      if (batches.length === 0) continue
      void this.#send(broker, lane, batches)
      return true
    }
    return false
  }

  /** Looks again when something becomes due by time alone, which nothing else tells. */
  #planLook(nowMs: number, dueMs: number): void {
    if (this.#lookTimer !== undefined && this.#lookAtMs <= dueMs) return
    clearTimeout(this.#lookTimer)
    this.#lookAtMs = dueMs
    this.#lookTimer = setTimeout(
      () => {
        this.#lookTimer = undefined
        for (const { open } of this.queues) open?.watch()
        this.wake()
      },
      Math.max(1, dueMs - nowMs),
    )
  }

  async #send(broker: BrokerLanes, lane: Lane, batches: ProducerBatch[]): Promise<void> {
    lane.requestsInFlight++
    const before = lane.written
    let handedOver: () => void = () => {}
    lane.written = new Promise((resolve) => (handedOver = resolve))
    let isOnTheWay = false
    try {
      // All have ended before the batches are sent or put back, also where one of them has failed.
      const prepared = [
        this.#cluster.channel(broker.nodeId, lane.purpose),
        this.#seal(batches),
        before,
      ] as const
      await Promise.allSettled(prepared)
      const [channel] = await Promise.all(prepared)
      for (const batch of batches) batch.attempts++
      isOnTheWay = true
      const answer = this.#request(channel, batches)
      handedOver()
      this.#settlement.settle(batches, await answer)
    } catch (error) {
      if (!isOnTheWay) broker.failed(lane)
      for (const batch of batches) {
        batch.isInDoubt ||= isOnTheWay
        this.#settlement.retryOrFail(batch, error as KtError, true)
      }
      this.#refreshMetadata(batches[0]!.queue.topic)
    } finally {
      handedOver()
      lane.requestsInFlight--
      this.#transaction?.answered(batches)
      this.wake()
    }
  }

  async #seal(batches: ProducerBatch[]): Promise<void> {
    const { codec, compressionLevel: level, transactionalId } = this.#options
    const isTransactional = transactionalId !== undefined
    for (const batch of batches) {
      const { producerId, producerEpoch, baseSequence } = batch
      const isOwnCodec = batch.codec === undefined || batch.codec === codec
      batch.sealed ??= await batch.seal({
        codec: batch.codec ?? codec,
        level: isOwnCodec ? level : undefined,
        compressor: isOwnCodec ? this.#compressor : await loadCodec(batch.codec!),
        crc32c: this.#crc32c,
        producerId,
        producerEpoch,
        baseSequence,
        isTransactional,
      })
    }
  }

  /** Resolves to undefined with `acks=0`, which nobody answers. */
  #request(channel: Channel, batches: ProducerBatch[]): Promise<ProduceResponse | undefined> {
    const { acks, requestTimeoutMs: timeoutMs } = this.#options
    const version = channel.version(Produce, this.#transaction?.maxProduceVersion)
    const request = produceRequest(batches, this.#options, this.#cluster.metadata)
    return channel.send(Produce, version, request, { timeoutMs, expectResponse: acks !== 0 })
  }

  /** One refresh at a time, and not more often than `retry.backoff.ms`. */
  #refreshMetadata(topic: string): void {
    if (this.#refreshing !== undefined || Date.now() < this.#refreshAtMs) return
    this.#refreshing = this.#cluster.metadata
      .refresh([topic])
      // A failed refresh is no failure of the batches: they are sent again until they are too old.
      .catch(() => {})
      .finally(() => {
        this.#refreshing = undefined
        this.#refreshAtMs = Date.now() + this.#options.retryBackoffMs
        this.wake()
      })
  }

  /** A timer only while something waits: for `linger.ms`, a back-off, a leader, or its end. */
  #keepSweeping(): void {
    const isNeeded = !this.isIdle
    if (isNeeded && this.#sweepTimer === undefined) {
      this.#sweepTimer = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS)
    } else if (!isNeeded) {
      clearInterval(this.#sweepTimer)
      this.#sweepTimer = undefined
    }
  }

  #sweep(): void {
    const tooOldMs = Date.now() - this.#options.deliveryTimeoutMs
    for (const queue of this.queues) {
      const isExpired = (batch: ProducerBatch) => batch.createdAtMs <= tooOldMs
      const { open } = queue
      if (open !== undefined && open.count > 0 && isExpired(open)) {
        // Without a leader nothing else closes it.
        queue.endBatch()
      }
      const expired = [...queue.retries, ...queue.ready].filter(isExpired)
      if (expired.length === 0) continue
      queue.retries = queue.retries.filter((batch) => !isExpired(batch))
      queue.ready = queue.ready.filter((batch) => !isExpired(batch))
      for (const batch of expired) this.#settlement.expire(batch)
    }
    this.wake()
  }

  #broker(nodeId: number): BrokerLanes {
    let broker = this.#brokers.get(nodeId)
    if (broker === undefined) {
      broker = new BrokerLanes(nodeId, this.#brokers.size * LANE_IDS_PER_BROKER)
      this.#brokers.set(nodeId, broker)
    }
    return broker
  }
}
