/** The headers of a record: pairs in order, keys may repeat, values may be null (KIP-82). */
import type { EncodedHeaders } from './batch-writer.ts'
import { RecordCursor } from './record-cursor.ts'
import { sizeOfVarint, writeVarint } from './varint.ts'

export interface Header {
  key: Uint8Array
  value: Uint8Array | null
}

/** Headers as they stand in a record, without their count. */
export function encodeHeaders(headers: readonly Header[]): EncodedHeaders {
  let size = 0
  for (const { key, value } of headers)
    size += sizeOfVarint(key.length) + key.length + sizeOfVarint(value?.length ?? -1) + (value?.length ?? 0)
  const bytes = new Uint8Array(size)
  let at = 0
  for (const { key, value } of headers) {
    at = writeVarint(bytes, at, key.length)
    bytes.set(key, at)
    at = writeVarint(bytes, at + key.length, value?.length ?? -1)
    if (value !== null) bytes.set(value, at)
    at += value?.length ?? 0
  }
  return { count: headers.length, bytes }
}

/** The headers of the record that `cursor` stands on, as views of its bytes. */
export function headersOf(cursor: RecordCursor): { key: Buffer; value: Buffer | null }[] {
  const { bytes } = cursor
  const view = (start: number, end: number) =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
  const headers: { key: Buffer; value: Buffer | null }[] = []
  cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
    headers.push({ key: view(keyStart, keyEnd), value: valueStart < 0 ? null : view(valueStart, valueEnd) })
  })
  return headers
}

/** The other way round of `encodeHeaders`. */
export function decodeHeaders({ count, bytes }: EncodedHeaders): { key: Buffer; value: Buffer | null }[] {
  const cursor = new RecordCursor()
  cursor.bytes = bytes
  cursor.headerCount = count
  cursor.headersEnd = bytes.length
  return headersOf(cursor)
}
