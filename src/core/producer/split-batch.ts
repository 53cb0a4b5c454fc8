/** A batch in two, for a broker that takes smaller ones (Java: RecordAccumulator.splitAndReenqueue). */
import { RECORDS_AT } from '../records/layout.ts'
import type { RecordCursor } from '../records/record-cursor.ts'
import { ProducerBatch } from './batch.ts'
import type { BufferPool } from './buffer-pool.ts'
import { sequenceAfter } from './partition-queue.ts'

/** Two batches with the records, the place in the order and the sequences of `batch`, in buffers of `pool`. */
export function halvesOf(batch: ProducerBatch, pool: BufferPool): ProducerBatch[] {
  const { queue, order, orderSpan } = batch
  const half = Math.ceil(batch.count / 2)
  const cursor = batch.records()
  const needed = RECORDS_AT + cursor.bytes.length
  let sequence = batch.baseSequence
  return [half, batch.count - half].map((count, index) => {
    const partOrder = order + (index * orderSpan) / 2
    const part = new ProducerBatch(queue, pool.take(needed), partOrder, batch.createdAtMs, pool)
    part.codec = batch.codec
    part.orderSpan = orderSpan / 2
    for (let record = 0; record < count && cursor.next(); record++) copyRecord(cursor, part, batch)
    part.producerId = batch.producerId
    part.producerEpoch = batch.producerEpoch
    part.baseSequence = sequence
    if (sequence >= 0) sequence = sequenceAfter(sequence, part.count)
    return part
  })
}

function copyRecord(cursor: RecordCursor, part: ProducerBatch, whole: ProducerBatch): void {
  const { bytes, timestamp, keyStart, keyEnd, valueStart, valueEnd } = cursor
  const headers =
    cursor.headerCount === 0
      ? null
      : { count: cursor.headerCount, bytes, start: cursor.headersStart, end: cursor.headersEnd }
  const key = keyStart < 0 ? null : bytes
  const value = valueStart < 0 ? null : bytes
  part.append(timestamp, key, keyStart, keyEnd, value, valueStart, valueEnd, headers)
  part.locate(whole.positionOf(cursor.offset - cursor.batch!.baseOffset))
}
