import type { RecordCursor } from '../../../core/records/record-cursor.ts'

/** Key and value of the record that `cursor` stands on, as views of its bytes; null is Kafka's null. */
export function fieldsOf(cursor: RecordCursor): { key: Buffer | null; value: Buffer | null } {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
  const view = (start: number, end: number) =>
    start < 0 ? null : Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
  return { key: view(keyStart, keyEnd), value: view(valueStart, valueEnd) }
}
