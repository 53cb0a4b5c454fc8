/**
 * Sends batches: one request per broker, several in flight, repeated until acknowledged, refused, or too old
 * (Java: org.apache.kafka.clients.producer.internals.Sender).
 */
import { backoffMs } from '../cluster/backoff.ts'
import type { Channel } from '../cluster/channel.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { ApiError, AuthenticationError, type KtError } from '../errors.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { Produce, type ProduceResponse } from '../protocol/generated/apis/Produce.ts'
import { type Compressor, loadCodec } from '../records/compression.ts'
import type { Crc32c } from '../records/crc32c.ts'
import { RECORDS_AT } from '../records/layout.ts'
import type { ProducerBatch, ProducerQueue } from './batch.ts'
import type { ProducerIdentity } from './identity.ts'
import { Numbering } from './numbering.ts'
import type { ProducerOptions } from './options.ts'
import { answersOf, produceRequest } from './produce-request.ts'
import { isFencing, type Transaction, transactionError } from './transaction.ts'
import { Outcome, judge } from './verdict.ts'

export interface SenderHooks {
  /** The broker has acknowledged the batch as `acks` says. `baseOffset` is -1 where it did not tell. */
  acknowledged(batch: ProducerBatch, baseOffset: number, timestamp: number): void
  /** The batch will not be sent again. */
  failed(batch: ProducerBatch, error: KtError): void
  /** The batch must be cut into smaller ones that take its place in the queue. */
  split(batch: ProducerBatch): void
}

export interface SenderTools {
  identity: ProducerIdentity
  compressor: Compressor
  crc32c: Crc32c
  transaction: Transaction | undefined
}

/** What is known of one broker. */
interface Node {
  id: number
  requestsInFlight: number
  /** Resolves when the request before has been handed to the socket: sealing is asynchronous, order is not. */
  written: Promise<void>
}

const SWEEP_INTERVAL_MS = 50

export class Sender {
  readonly queues: ProducerQueue[] = []
  readonly #cluster: Cluster
  readonly #options: ProducerOptions
  /** Present in an idempotent producer. */
  readonly #numbering: Numbering | undefined
  readonly #compressor: Compressor
  readonly #crc32c: Crc32c
  readonly #transaction: Transaction | undefined
  readonly #hooks: SenderHooks
  readonly #nodes = new Map<number, Node>()
  #sweepTimer: NodeJS.Timeout | undefined
  #isDrainPlanned = false
  #flushes = 0
  #isClosed = false
  #refreshing: Promise<void> | undefined
  #refreshAtMs = 0

  constructor(cluster: Cluster, options: ProducerOptions, tools: SenderTools, hooks: SenderHooks) {
    this.#cluster = cluster
    this.#options = options
    const { identity, crc32c } = tools
    if (options.isIdempotent) this.#numbering = new Numbering({ identity, crc32c, ready: () => this.wake() })
    this.#compressor = tools.compressor
    this.#crc32c = crc32c
    this.#transaction = tools.transaction
    this.#hooks = hooks
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

  /** Requests that wait for their answer. */
  get requestsInFlight(): number {
    let sum = 0
    for (const node of this.#nodes.values()) sum += node.requestsInFlight
    return sum
  }

  /** Gives up what has not been sent; what is in flight is still answered. */
  discard(error: KtError): void {
    for (const queue of this.queues) {
      const waiting = [...queue.retries, ...queue.ready, ...(queue.open === undefined ? [] : [queue.open])]
      queue.retries = []
      queue.ready = []
      queue.open = undefined
      for (const batch of waiting) this.#giveUp(batch, error)
    }
  }

  close(): void {
    this.#isClosed = true
    clearInterval(this.#sweepTimer)
    this.#sweepTimer = undefined
  }

  #drain(): void {
    if (this.#isClosed) return
    if (this.#transaction?.failure !== undefined) this.discard(this.#transaction.failure)
    const nowMs = Date.now()
    const byNode = this.#sendableByNode()
    for (const [nodeId, queues] of byNode) {
      const node = this.#node(nodeId)
      while (node.requestsInFlight < this.#options.maxInFlightPerConnection) {
        for (const queue of queues) this.#closeIfDue(queue, node, nowMs)
        const batches = this.#collect(queues, nodeId, nowMs)
        if (batches.length === 0) break
        void this.#send(node, batches)
      }
    }
    this.#keepSweeping()
  }

  #sendableByNode(): Map<number, ProducerQueue[]> {
    const byNode = new Map<number, ProducerQueue[]>()
    for (const queue of this.queues) {
      if (queue.isIdle) continue
      const leader = this.#cluster.metadata.leaderOf(queue.topic, queue.partition)
      if (leader === undefined || leader < 0) {
        this.#refreshMetadata(queue.topic)
        continue
      }
      const list = byNode.get(leader)
      if (list) list.push(queue)
      else byNode.set(leader, [queue])
    }
    return byNode
  }

  /** An open batch leaves when it is old enough, or, where no `linger.ms` is set, when its broker is idle. */
  #closeIfDue({ open, ready }: ProducerQueue, node: Node, nowMs: number): void {
    if (open === undefined || open.count === 0) return
    const { lingerMs } = this.#options
    const isDue = lingerMs === undefined ? node.requestsInFlight === 0 : nowMs - open.createdAtMs >= lingerMs
    if (!isDue && this.#flushes === 0) return
    ready.push(open)
    open.queue.open = undefined
  }

  /** At most one batch per partition and `max.request.size` bytes in all, as brokers expect of a request. */
  #collect(queues: ProducerQueue[], nodeId: number, nowMs: number): ProducerBatch[] {
    const batches: ProducerBatch[] = []
    let bytes = 0
    for (const queue of queues) {
      if (bytes > 0 && bytes + this.#options.batchBytes > this.#options.maxRequestBytes) break
      if (queue.ready.length + queue.retries.length === 0) continue
      if (this.#numbering?.isInOrder(queue) === false) continue
      if (this.#transaction?.admits(queue, () => this.wake()) === false) continue
      const batch = queue.take(nodeId, nowMs)
      if (batch === undefined) continue
      this.#numbering?.assign(batch)
      queue.inFlight.push(batch)
      queue.inFlightNode = nodeId
      batches.push(batch)
      bytes += batch.length
    }
    // Starting elsewhere next time: no partition is always the one left over.
    if (batches.length > 0 && queues.length > 1) queues.push(queues.shift()!)
    return batches
  }

  async #send(node: Node, batches: ProducerBatch[]): Promise<void> {
    node.requestsInFlight++
    const before = node.written
    let handedOver: () => void = () => {}
    node.written = new Promise((resolve) => (handedOver = resolve))
    let isOnTheWay = false
    try {
      // All have ended before the batches are sent or put back, also where one of them has failed.
      const prepared = [this.#cluster.channel(node.id, 'produce'), this.#seal(batches), before] as const
      await Promise.allSettled(prepared)
      const [channel] = await Promise.all(prepared)
      for (const batch of batches) batch.attempts++
      isOnTheWay = true
      const answer = this.#request(channel, batches)
      handedOver()
      this.#settle(batches, await answer)
    } catch (error) {
      for (const batch of batches) {
        batch.isInDoubt ||= isOnTheWay
        this.#retryOrFail(batch, error as KtError, true)
      }
      this.#refreshMetadata(batches[0]!.queue.topic)
    } finally {
      handedOver()
      node.requestsInFlight--
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

  #settle(batches: ProducerBatch[], response: ProduceResponse | undefined): void {
    if (response === undefined) {
      for (const batch of batches) this.#acknowledge(batch, -1, -1)
      return
    }
    const answers = answersOf(response, this.#cluster.metadata)
    for (const batch of batches) {
      const answer = answers.get(batch.queue.name)
      if (answer === undefined) {
        const error = apiError(-1, `${batch.queue.name}: the broker's answer leaves this partition out`)
        this.#retryOrFail(batch, error, true)
      } else if (answer.errorCode === 0) {
        this.#acknowledge(batch, Number(answer.baseOffset), Number(answer.logAppendTimeMs))
      } else {
        this.#refuse(batch, answer.errorCode, Number(answer.baseOffset), answer.errorMessage)
      }
    }
  }

  #refuse(batch: ProducerBatch, code: number, baseOffset: number, detail: string | null): void {
    const { queue } = batch
    const error = this.#explain(code, batch, detail)
    const isFirst = ![...queue.inFlight, ...queue.retries].some((other) => other.order < batch.order)
    // Within a transaction nothing can start over: it is aborted, which ends the epoch.
    const mayRenumber = this.#numbering !== undefined && this.#transaction === undefined
    switch (judge(error, { mayRenumber, isFirst, count: batch.count })) {
      case Outcome.stored:
        return this.#acknowledge(batch, baseOffset, -1)
      case Outcome.split:
        this.#leaveFlight(batch)
        return this.#hooks.split(batch)
      case Outcome.renumber:
        queue.mustRenumber = true
        return this.#retryOrFail(batch, error, true)
      case Outcome.retry:
        if (error.isRetriable) this.#refreshMetadata(queue.topic)
        return this.#retryOrFail(batch, error, true)
      case Outcome.fail:
        return this.#retryOrFail(batch, error, false)
    }
  }

  #explain(code: number, batch: ProducerBatch, detail: string | null): ApiError {
    const { transactionalId } = this.#options
    const { name } = batch.queue
    const { name: codeName } = errorOf(code)
    if (transactionalId !== undefined && isFencing(codeName)) return transactionError(code, transactionalId)
    if (codeName !== 'MESSAGE_TOO_LARGE') return apiError(code, name, undefined, detail)
    const hint = 'raise max.message.bytes of the topic'
    return apiError(code, `${name}: a record of ${batch.length - RECORDS_AT} bytes`, hint, detail)
  }

  #acknowledge(batch: ProducerBatch, baseOffset: number, timestamp: number): void {
    this.#leaveFlight(batch)
    batch.queue.isKnownToBroker = true
    this.#hooks.acknowledged(batch, baseOffset, timestamp)
  }

  #retryOrFail(batch: ProducerBatch, error: KtError, mayRetry: boolean): void {
    const { retries, deliveryTimeoutMs, acks, retryBackoffMs, retryBackoffMaxMs } = this.#options
    this.#leaveFlight(batch)
    batch.lastError = error
    const isTooOld = Date.now() - batch.createdAtMs >= deliveryTimeoutMs
    // With acks=0 nobody would tell a repetition from the original.
    const isRepeatable = acks !== 0 || !batch.isInDoubt
    if (mayRetry && isRepeatable && !isTooOld && batch.attempts <= retries && !isHopeless(error)) {
      batch.retryAtMs = Date.now() + backoffMs(batch.attempts, retryBackoffMs, retryBackoffMaxMs)
      batch.queue.putBack(batch)
      return
    }
    this.#giveUp(batch, error)
  }

  #giveUp(batch: ProducerBatch, error: KtError): void {
    // A transaction is aborted as a whole, which ends the epoch.
    if (this.#transaction === undefined) this.#numbering?.gaveUp(batch)
    else this.#transaction.fail(error)
    this.#hooks.failed(batch, error)
  }

  #leaveFlight(batch: ProducerBatch): void {
    const { inFlight } = batch.queue
    const at = inFlight.indexOf(batch)
    if (at >= 0) inFlight.splice(at, 1)
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
        queue.ready.push(open)
        queue.open = undefined
      }
      const expired = [...queue.retries, ...queue.ready].filter(isExpired)
      if (expired.length === 0) continue
      queue.retries = queue.retries.filter((batch) => !isExpired(batch))
      queue.ready = queue.ready.filter((batch) => !isExpired(batch))
      for (const batch of expired) this.#giveUp(batch, this.#expiry(batch))
    }
    this.wake()
  }

  #expiry({ queue, lastError }: ProducerBatch): KtError {
    const { deliveryTimeoutMs } = this.#options
    const cause = lastError?.message ?? 'no leader was found for the partition'
    const message = `${queue.name}: not acknowledged within delivery.timeout.ms (${deliveryTimeoutMs} ms): ${cause}`
    return apiError(7, message)
  }

  #node(id: number): Node {
    let node = this.#nodes.get(id)
    if (node === undefined)
      this.#nodes.set(id, (node = { id, requestsInFlight: 0, written: Promise.resolve() }))
    return node
  }
}

/** What no repetition can mend: wrong credentials, and bytes that are not Kafka's. */
function isHopeless(error: KtError): boolean {
  return (
    error instanceof AuthenticationError ||
    (error instanceof ApiError && error.codeName.endsWith('_AUTHORIZATION_FAILED'))
  )
}
