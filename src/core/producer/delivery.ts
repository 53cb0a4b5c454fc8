/** What a producer tells of the records it was given. */
import type { KtError } from '../errors.ts'
import { RECORDS_AT } from '../records/layout.ts'
import type { RecordCursor } from '../records/record-cursor.ts'
import type { ProducerBatch } from './batch.ts'

/** What became of a batch of records. */
export interface Delivery {
  topic: string
  partition: number
  /** Offset of the first record; -1 where the broker did not tell (acks=0, or a repetition it knew). */
  baseOffset: number
  /** When the broker appended it, for topics with LogAppendTime; else -1. */
  logAppendTimeMs: number
  count: number
  /** Bytes of the records before compression. */
  bytes: number
  /** Input position (line number) of each record, by its index in the batch. */
  positionOf: (index: number) => number
  /** A cursor before the first record. Like `positionOf`, only to be used during the call. */
  records: () => RecordCursor
  error?: KtError
}

export interface Counts {
  acknowledged: number
  failed: number
  /** Bytes of acknowledged records, before compression. */
  bytes: number
}

/** What became of `batch`. */
export function deliveryOf(
  batch: ProducerBatch,
  baseOffset: number,
  logAppendTimeMs: number,
  error?: KtError,
): Delivery {
  const { topic, partition } = batch.queue
  return {
    topic,
    partition,
    baseOffset,
    logAppendTimeMs,
    count: batch.count,
    bytes: batch.length - RECORDS_AT,
    positionOf: (index: number) => batch.positionOf(index),
    records: () => batch.records(),
    error,
  }
}
