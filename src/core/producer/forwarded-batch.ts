/** A batch that somebody else has filled, on its way to another partition as it is. */
import type { Batch } from '../records/batch-reader.ts'
import { readdress, type Sealing } from '../records/batch-writer.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import { ProducerBatch, type ProducerQueue } from './batch.ts'
import type { BufferPool } from './buffer-pool.ts'

export class ForwardedBatch extends ProducerBatch {
  readonly #source: Batch
  readonly #released: () => void

  /** The codec of `source` must have been loaded: the broker may want it in smaller pieces. */
  constructor(
    queue: ProducerQueue,
    source: Batch,
    order: number,
    createdAtMs: number,
    pool: BufferPool,
    released: () => void,
  ) {
    super(queue, source.bytes, order, createdAtMs, pool)
    this.#source = source
    this.#released = released
    this.codec = source.codec
    this.count = source.recordsCount
    this.length = source.bytes.length
    this.baseTimestamp = source.baseTimestamp
    this.maxTimestamp = source.maxTimestamp
  }

  /** Offset in the source of the record at `index`. */
  override positionOf(index: number): number {
    return this.#source.baseOffset + index
  }

  override seal(sealing: Sealing): Promise<Buffer> {
    readdress(this.buffer, sealing)
    return Promise.resolve(this.buffer)
  }

  override records(): RecordCursor {
    const cursor = new RecordCursor()
    cursor.open(this.#source)
    return cursor
  }

  override release(): void {
    this.pool.unreserve(this.length)
    this.#released()
  }
}
