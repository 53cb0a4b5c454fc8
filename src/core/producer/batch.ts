/** A batch on its way: from open, through sealed and in flight, to acknowledged or failed. */
import { BatchWriter } from '../records/batch-writer.ts'
import type { Codec } from '../records/layout.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import type { BufferPool } from './buffer-pool.ts'
import type { PartitionQueue } from './partition-queue.ts'

export type ProducerQueue = PartitionQueue<ProducerBatch>

export class ProducerBatch extends BatchWriter {
  readonly queue: ProducerQueue
  protected readonly pool: BufferPool
  /** Epoch milliseconds; `delivery.timeout.ms` counts from here. */
  readonly createdAtMs: number
  /** Rises with each batch of the producer: the order in which the batches were filled. */
  readonly order: number
  /** Orders from `order` up to `order + orderSpan` are this batch's alone, for the pieces it may be cut into. */
  orderSpan = 1
  /** Undefined: what the producer's `compression.type` says. */
  codec: Codec | undefined
  /** When set, the batch's bytes as they go on the wire. */
  sealed: Buffer | undefined
  /** Assigned at the first send and kept through retries, so that the broker knows a repetition. */
  baseSequence = -1
  producerId = -1n
  producerEpoch = -1
  attempts = 0
  retryAtMs = 0
  /** How many records it held at the last two looks, if as many: see `watch`. */
  #seenCount = -1
  #pausedCount = -1
  /** True once bytes of it may have reached a broker whose answer never came. */
  isInDoubt = false
  lastError: Error | undefined
  /** Input position (a line number) of the first record; those of the others follow it one by one, or stand in `#positions`. */
  #firstPosition = 0
  #positions: Float64Array | undefined
  /** What `sealed` stands in when it is packed. */
  #packedBuffer: Buffer | undefined

  /** In `buffer`, which `pool` has given. */
  constructor(queue: ProducerQueue, buffer: Buffer, order: number, createdAtMs: number, pool: BufferPool) {
    super(buffer, pool.arena)
    this.queue = queue
    this.pool = pool
    this.order = order
    this.createdAtMs = createdAtMs
  }

  /** To be called once in a while: two calls without a record between them are a pause. */
  watch(): void {
    if (this.#seenCount === this.count) this.#pausedCount = this.count
    this.#seenCount = this.count
  }

  /** Whether no record has come since a pause was seen. */
  get hasPaused(): boolean {
    return this.#pausedCount === this.count
  }

  /** Remembers the input position of the record appended last, for the report of a failure. */
  locate(position: number): void {
    if (this.count === 1) this.#firstPosition = position
    else this.locateMany(position, 1)
  }

  /** The same for the last `count` records, which follow each other in the input; not for the first one of the batch. */
  locateMany(position: number, count: number): void {
    const index = this.count - count
    if (this.#positions === undefined && position === this.#firstPosition + index) return
    this.#note(index, position)
  }

  /** Where the record at `index` stood in the input. */
  positionOf(index: number): number {
    return this.#positions === undefined ? this.#firstPosition + index : this.#positions[index]!
  }

  /** Before the first record, as they stand in the buffer, which are never packed there; the header may not be written yet. */
  records(): RecordCursor {
    const { baseTimestamp, maxTimestamp, count, producerId, producerEpoch, baseSequence } = this
    const cursor = new RecordCursor()
    cursor.open({
      bytes: this.buffer.subarray(0, this.length),
      magic: 2,
      baseOffset: 0,
      lastOffset: count - 1,
      leaderEpoch: -1,
      codec: 'none',
      isLogAppendTime: false,
      isTransactional: false,
      isControl: false,
      baseTimestamp,
      maxTimestamp,
      producerId,
      producerEpoch,
      baseSequence,
      recordsCount: count,
    })
    return cursor
  }

  /** Its memory is free again: nothing of the batch may be looked at any more. */
  release(): void {
    this.pool.give(this.buffer)
    if (this.#packedBuffer !== undefined) this.pool.packed.give(this.#packedBuffer)
  }

  protected override takePackedBuffer(bytes: number): Buffer {
    this.#packedBuffer = this.pool.packed.take(bytes)
    return this.#packedBuffer
  }

  /** Only batches whose records do not follow each other in the input pay for a list. */
  #note(from: number, position: number): void {
    const before = this.#positions
    if (before === undefined || this.count > before.length) {
      this.#positions = new Float64Array(this.count * 2)
      if (before !== undefined) this.#positions.set(before)
      else for (let index = 0; index < from; index++) this.#positions[index] = this.#firstPosition + index
    }
    for (let index = from; index < this.count; index++) this.#positions![index] = position + index - from
  }
}
