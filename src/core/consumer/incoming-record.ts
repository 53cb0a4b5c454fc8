import type { Batch } from '../records/batch-reader.ts'
import { type Header, headersOf, placeFields } from '../records/headers.ts'
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
  const { bytes, offset, timestamp, keyStart, keyEnd, valueStart, valueEnd } = cursor
  return {
    topic,
    partition,
    offset,
    timestamp,
    timestampType: timestampType(cursor),
    key: keyStart < 0 ? null : Buffer.from(bytes.subarray(keyStart, keyEnd)),
    value: valueStart < 0 ? null : Buffer.from(bytes.subarray(valueStart, valueEnd)),
    headers: headersOf(cursor).map(({ key, value }) => ({
      key: Buffer.from(key),
      value: value && Buffer.from(value),
    })),
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
