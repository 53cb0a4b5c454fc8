/** Shows each record to interceptors, which may change or drop it, before it is printed. */
import {
  bytesFrom,
  checkedHeaders,
  encodeHeaders,
  headersOf,
  type Header,
} from '../../core/records/headers.ts'
import { RecordCursor } from '../../core/records/record-cursor.ts'
import { type Formatter, timestampType } from './formatter.ts'

/** A record as a consumer's interceptor sees it. */
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

/** Returns the record to print, null to drop it, or nothing to leave it as it is. */
export type OnConsume = (record: IncomingRecord) => IncomingRecord | null | undefined | void

/** `inner` prints what the interceptors, in their order, leave of each record. */
export function interceptedFormatter(interceptors: readonly OnConsume[], inner: Formatter): Formatter {
  if (interceptors.length === 0) return inner
  const changed = new RecordCursor()
  return {
    write(cursor, topic, partition, out) {
      let record: IncomingRecord = asObject(cursor, topic, partition)
      for (const onConsume of interceptors) {
        const answer = onConsume(record)
        if (answer === null) return
        record = answer ?? record
      }
      place(changed, cursor, record)
      inner.write(changed, topic, partition, out)
    },
  }
}

function asObject(cursor: RecordCursor, topic: string, partition: number): IncomingRecord {
  const { bytes, offset, timestamp, keyStart, keyEnd, valueStart, valueEnd } = cursor
  return {
    topic,
    partition,
    offset,
    timestamp,
    timestampType: timestampType(cursor),
    key: keyStart < 0 ? null : Buffer.from(bytes.subarray(keyStart, keyEnd)),
    value: valueStart < 0 ? null : Buffer.from(bytes.subarray(valueStart, valueEnd)),
    headers: headersOf(cursor),
  }
}

/** Makes `target` stand on the record as it is now. */
function place(target: RecordCursor, origin: RecordCursor, record: IncomingRecord): void {
  const key = bytesFrom(record.key, 'key')
  const value = bytesFrom(record.value, 'value')
  const headers = encodeHeaders(checkedHeaders(record.headers ?? []))
  target.batch = origin.batch
  // Where a record stands is not for an interceptor to say: what is committed or kept follows from it.
  target.offset = origin.offset
  target.timestamp = record.timestamp ?? origin.timestamp
  target.bytes = Buffer.concat([key ?? EMPTY, value ?? EMPTY, headers.bytes])
  const keyEnd = key?.length ?? 0
  const valueEnd = keyEnd + (value?.length ?? 0)
  ;[target.keyStart, target.keyEnd] = key ? [0, keyEnd] : [-1, -1]
  ;[target.valueStart, target.valueEnd] = value ? [keyEnd, valueEnd] : [-1, -1]
  target.headerCount = headers.count
  target.headersStart = valueEnd
  target.headersEnd = target.bytes.length
}

const EMPTY = Buffer.alloc(0)
