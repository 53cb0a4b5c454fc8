/** A batch on its way: from open, through sealed and in flight, to acknowledged or failed. */
import { BatchWriter } from '../records/batch-writer.ts'
import type { PartitionQueue } from './partition-queue.ts'

export class ProducerBatch extends BatchWriter {
  readonly queue: PartitionQueue
  /** Epoch milliseconds; `delivery.timeout.ms` counts from here. */
  readonly createdAtMs: number
  /** Rises with each batch of the producer: the order in which the batches were filled. */
  readonly order: number
  /** Orders from `order` up to `order + orderSpan` are this batch's alone, for the pieces it may be cut into. */
  orderSpan = 1
  /** When set, the batch's bytes as they go on the wire. */
  sealed: Buffer | undefined
  /** Assigned at the first send and kept through retries, so that the broker knows a repetition. */
  baseSequence = -1
  producerId = -1n
  producerEpoch = -1
  attempts = 0
  retryAtMs = 0
  /** True once bytes of it may have reached a broker whose answer never came. */
  isInDoubt = false
  lastError: Error | undefined
  /** Where each record stood in the input (a line number), for the report of a failure. */
  positions = new Float64Array(64)

  constructor(queue: PartitionQueue, buffer: Buffer, order: number, createdAtMs: number) {
    super(buffer)
    this.queue = queue
    this.order = order
    this.createdAtMs = createdAtMs
  }

  /** Remembers the input position of the record appended last. */
  locate(position: number): void {
    if (this.count > this.positions.length) this.#grow()
    this.positions[this.count - 1] = position
  }

  #grow(): void {
    const larger = new Float64Array(this.positions.length * 2)
    larger.set(this.positions)
    this.positions = larger
  }
}
