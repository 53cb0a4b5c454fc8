/** A record for code that keeps it: a module of the person's own. */
import { headersOf } from './headers.ts'
import type { RecordCursor } from './record-cursor.ts'

export interface OwnFields {
  key: Buffer | null
  value: Buffer | null
  headers: { key: Buffer; value: Buffer | null }[]
}

/** Key, value and headers of the record that `cursor` stands on, with bytes of their own. */
export function ownFields(cursor: RecordCursor): OwnFields {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
  return {
    key: keyStart < 0 ? null : Buffer.from(bytes.subarray(keyStart, keyEnd)),
    value: valueStart < 0 ? null : Buffer.from(bytes.subarray(valueStart, valueEnd)),
    headers: headersOf(cursor).map(({ key, value }) => ({
      key: Buffer.from(key),
      value: value && Buffer.from(value),
    })),
  }
}
