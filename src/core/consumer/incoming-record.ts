import type { Batch } from '../records/batch-reader.ts'
import { type Header, placeFields } from '../records/headers.ts'
import { ownFields } from '../records/own-fields.ts'
import { RecordCursor, timestampType } from '../records/record-cursor.ts'

/** A record as a consumer's interceptor sees it: its own bytes, to be kept as long as wished. */
export interface IncomingRecord {
  topic: string
  partition: number
  offset: number
  timestamp: number
  timestampType: string
  key: Buffer | null
  value: Buffer | null
  headers: Header[]
}

/** The record that `cursor` stands on, as an object with bytes of its own. */
export function incomingRecord(cursor: RecordCursor, topic: string, partition: number): IncomingRecord {
  const { offset, timestamp } = cursor
  return {
    topic,
    partition,
    offset,
    timestamp,
    timestampType: timestampType(cursor),
    ...ownFields(cursor),
  }
}

/** A cursor that stands on the record as it is now. */
export function placed(
  batch: Batch,
  offset: number,
  record: IncomingRecord,
  timestamp: number,
): RecordCursor {
  const cursor = new RecordCursor()
  cursor.batch = batch
  // Where a record stands is not for an interceptor to say: what is committed or kept follows from it.
  cursor.offset = offset
  cursor.timestamp = record.timestamp ?? timestamp
  placeFields(cursor, record)
  return cursor
}
