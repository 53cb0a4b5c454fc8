/**
 * The producer: records in, batches to the brokers, deliveries out. `append` is synchronous and copies, so
 * the caller may use its buffers again at once.
 */
import type { Cluster } from '../cluster/cluster.ts'
import type { KtError } from '../errors.ts'
import type { Batch } from '../records/batch-reader.ts'
import { type EncodedHeaders, MAX_RECORD_OVERHEAD, slicesBytes } from '../records/batch-writer.ts'
import { loadCodec } from '../records/compression.ts'
import { loadCrc32c } from '../records/crc32c.ts'
import { RECORDS_AT } from '../records/layout.ts'
import { ProducerBatch, type ProducerQueue } from './batch.ts'
import { BufferPool } from './buffer-pool.ts'
import { type Counts, type Delivery, deliveryOf } from './delivery.ts'
import { ForwardedBatch } from './forwarded-batch.ts'
import { ProducerIdentity } from './identity.ts'
import type { ProducerOptions } from './options.ts'
import type { InputWindow, LineRun } from './lines.ts'
import { PartitionQueue } from './partition-queue.ts'
import { Sender } from './sender.ts'
import { halvesOf } from './split-batch.ts'
import { tooLarge } from './too-large.ts'
import { Transaction } from './transaction.ts'
import { waitForRoom, within } from './waits.ts'

export class Producer {
  readonly counts: Counts = { acknowledged: 0, failed: 0, bytes: 0 }
  /** Present when the options name a `transactional.id`; records may be appended between `begin` and `commit`. */
  readonly transaction: Transaction | undefined
  readonly #options: ProducerOptions
  readonly #pool: BufferPool
  readonly #sender: Sender
  readonly #onDelivery: (delivery: Delivery) => void
  readonly #queues = new Map<string, ProducerQueue>()
  #order = 0
  #settled: (() => void)[] = []

  private constructor(
    options: ProducerOptions,
    onDelivery: (delivery: Delivery) => void,
    transaction: Transaction | undefined,
    createSender: (producer: Producer) => Sender,
  ) {
    this.transaction = transaction
    this.#options = options
    this.#onDelivery = onDelivery
    this.#pool = new BufferPool(bufferBytesOf(options), options.bufferBytes, WINDOW_BYTES)
    this.#sender = createSender(this)
  }

  /** Loads what the options need and, for an idempotent producer, gets a producer id. */
  static async open(
    cluster: Cluster,
    options: ProducerOptions,
    onDelivery: (delivery: Delivery) => void,
  ): Promise<Producer> {
    const { transactionalId, transactionTimeoutMs: timeoutMs } = options
    const identity = new ProducerIdentity(
      cluster,
      transactionalId === undefined ? undefined : { transactionalId, timeoutMs },
    )
    const transaction =
      transactionalId === undefined ? undefined : new Transaction(cluster, identity, transactionalId)
    const [compressor, crc32c] = await Promise.all([
      loadCodec(options.codec),
      loadCrc32c(),
      transaction?.init() ?? (options.isIdempotent ? identity.init() : undefined),
    ])
    const tools = { identity, compressor, crc32c, transaction }
    return new Producer(options, onDelivery, transaction, (producer) => {
      return new Sender(cluster, options, tools, {
        acknowledged: (batch, baseOffset, time) => producer.#acknowledged(batch, baseOffset, time),
        failed: (batch, error) => producer.#failed(batch, error),
        split: (batch) => producer.#split(batch),
      })
    })
  }

  /** The queue of a partition, which must exist. */
  partition(topic: string, partition: number): ProducerQueue {
    const name = `${topic}-${partition}`
    let queue = this.#queues.get(name)
    if (queue === undefined) {
      queue = new PartitionQueue(topic, partition)
      this.#queues.set(name, queue)
      this.#sender.queues.push(queue)
    }
    return queue
  }

  /** Where to put input, so that its slices become records by being moved within one allocation. */
  get window(): InputWindow {
    return this.#pool
  }

  /** False when `buffer.memory` is used up: wait for `room()` before the next `append`. */
  get hasRoom(): boolean {
    return this.#pool.hasRoom
  }

  /** Resolves when there is room again; rejects after `max.block.ms` or when `signal` aborts. */
  async room(signal?: AbortSignal): Promise<void> {
    await waitForRoom(this.#pool, this.#sender, this.#options, signal)
  }

  /**
   * Adds a record made of slices (null is Kafka's null) to the partition's open batch. `position` says
   * where it stood in the input. Throws RecordTooLargeError above `max.request.size`.
   */
  append(
    queue: ProducerQueue,
    timestamp: number,
    key: Uint8Array | null,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array | null,
    valueStart: number,
    valueEnd: number,
    headers: EncodedHeaders | null,
    position: number,
  ): void {
    const bytes = slicesBytes(keyStart, keyEnd, valueStart, valueEnd, headers)
    let { open } = queue
    if (open === undefined || !open.hasRoomFor(bytes)) {
      // Before a batch is opened, which a record that is too large forbids: two owners would send it twice.
      if (open !== undefined) this.endBatch(queue)
      open = this.#openBatch(queue, bytes)
    }
    open.append(timestamp, key, keyStart, keyEnd, value, valueStart, valueEnd, headers)
    open.locate(position)
  }

  /**
   * Adds as many lines of the window's [run.at, run.end) as the partition's open batch takes at once, and moves `run` on. What it
   * leaves is for `append`. Returns the bytes of their values.
   */
  appendLines({ open }: ProducerQueue, run: LineRun): number {
    const kernel = this.#pool.lineKernel
    if (open === undefined || kernel === undefined) return 0
    const { at, end, most, longest, timestamp, position } = run
    const lines = kernel.run(open, at, end, most, longest, timestamp)
    if (lines === 0) return 0
    open.locateMany(position, lines)
    run.at += kernel.takenBytes
    run.lines = lines
    return kernel.valueBytes
  }

  /** As much as records without a key may bring to one partition in batches that are not full, before the next has its turn. */
  get stickyBytes(): number {
    return Math.min(this.#options.batchBytes, LEAST_BATCH_BYTES)
  }

  /** The partition's open batch takes no more records. */
  endBatch(queue: ProducerQueue): void {
    queue.endBatch()
    this.#sender.wake()
  }

  /**
   * Passes a whole batch on without a look at its records; what was appended before it goes first. Its bytes are the
   * producer's, and are written to, until `released` is called.
   */
  forward(queue: ProducerQueue, batch: Batch, released: () => void): void {
    this.endBatch(queue)
    this.#pool.reserve(batch.bytes.length)
    queue.ready.push(new ForwardedBatch(queue, batch, this.#order++, Date.now(), this.#pool, released))
    this.#sender.wake()
  }

  /** Says that no more records come for now: what is due leaves. */
  poke(): void {
    this.#sender.wake()
  }

  /** Resolves when every record appended so far is acknowledged or has failed. */
  async flush(signal?: AbortSignal): Promise<void> {
    this.#sender.beginFlush()
    try {
      while (!this.#sender.isIdle) {
        signal?.throwIfAborted()
        await within(new Promise<void>((resolve) => this.#settled.push(resolve)), 1000, signal)
      }
    } finally {
      this.#sender.endFlush()
    }
  }

  /** Delivers what was appended and commits it. Throws, with nothing committed, when any of it failed. */
  async commitTransaction(): Promise<void> {
    await this.flush()
    await this.transaction!.commit()
  }

  /** Gives up what was not sent, waits for what is in flight, and aborts. */
  async abortTransaction(reason: KtError): Promise<void> {
    this.#sender.discard(reason)
    await this.flush()
    await this.transaction!.abort()
  }

  /** Gives up what has not been acknowledged; resolves when what is in flight has been answered, or after `graceMs`. */
  async abandon(reason: KtError, graceMs: number): Promise<void> {
    const deadlineMs = Date.now() + graceMs
    while (!this.#sender.isIdle && Date.now() < deadlineMs) {
      this.#sender.discard(reason)
      if (!this.#sender.isIdle) await within(new Promise<void>((resolve) => this.#settled.push(resolve)), 50)
    }
  }

  get requestsInFlight(): number {
    return this.#sender.requestsInFlight
  }

  close(): void {
    this.#sender.close()
  }

  #openBatch(queue: ProducerQueue, bytes: number): ProducerBatch {
    const needed = RECORDS_AT + bytes + MAX_RECORD_OVERHEAD
    const { maxRequestBytes } = this.#options
    if (needed > maxRequestBytes + MAX_RECORD_OVERHEAD)
      throw tooLarge('record', needed - MAX_RECORD_OVERHEAD, maxRequestBytes)
    this.#shareMemory()
    const buffer = this.#pool.take(needed)
    const batch = new ProducerBatch(queue, buffer, this.#order++, Date.now(), this.#pool)
    batch.codec = queue.codec
    queue.open = batch
    return batch
  }

  /** The batches being filled for many partitions may take a quarter of the memory together: three are on their way. */
  #shareMemory(): void {
    if (this.#options.isBatchSizeFixed) return
    let open = 1
    for (const queue of this.#sender.queues) if (queue.open !== undefined) open++
    const share = Math.floor(this.#pool.maxBytes / 4 / open)
    this.#pool.shrinkTo(Math.max(share, LEAST_BATCH_BYTES))
  }

  #acknowledged(batch: ProducerBatch, baseOffset: number, logAppendTimeMs: number): void {
    this.counts.acknowledged += batch.count
    this.counts.bytes += batch.length - RECORDS_AT
    this.#deliver(batch, baseOffset, logAppendTimeMs)
  }

  #failed(batch: ProducerBatch, error: KtError): void {
    this.counts.failed += batch.count
    this.#deliver(batch, -1, -1, error)
  }

  #deliver(batch: ProducerBatch, baseOffset: number, logAppendTimeMs: number, error?: KtError): void {
    this.#onDelivery(deliveryOf(batch, baseOffset, logAppendTimeMs, error))
    batch.release()
    const settled = this.#settled
    this.#settled = []
    for (const resume of settled) resume()
  }

  /**
   * The broker takes smaller batches than `batch.size` (max.message.bytes): two halves take the place of
   * the batch, with its sequences (Java: RecordAccumulator.splitAndReenqueue).
   */
  #split(batch: ProducerBatch): void {
    for (const part of halvesOf(batch, this.#pool)) batch.queue.putBack(part)
    batch.release()
  }
}

/** Kafka's `batch.size`: where nobody has set it, batches are never kept smaller. */
const LEAST_BATCH_BYTES = 16 * 1024

/** As much input as is read at once. */
const WINDOW_BYTES = 1024 * 1024

/** A buffer of the pool holds one batch; `batch.size` is a limit, not a promise, for records larger than it. */
function bufferBytesOf({ batchBytes, maxRequestBytes }: ProducerOptions): number {
  return Math.max(Math.min(batchBytes, maxRequestBytes), RECORDS_AT + MAX_RECORD_OVERHEAD)
}
