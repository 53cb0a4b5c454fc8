/** The headers of a record: pairs in order, keys may repeat, values may be null (KIP-82). */
import { KtError } from '../errors.ts'
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
  return { count: headers.length, bytes, start: 0, end: size }
}

/** Copied: what they came from may be used again. */
export function copyOfHeaders({ count, bytes, start, end }: EncodedHeaders): EncodedHeaders {
  return { count, bytes: Uint8Array.prototype.slice.call(bytes, start, end), start: 0, end: end - start }
}

/** The headers of one record, and behind them those of the other. */
export function joinHeaders(first: EncodedHeaders, second: EncodedHeaders): EncodedHeaders {
  const bytes = Buffer.concat(
    [first, second].map((headers) => headers.bytes.subarray(headers.start, headers.end)),
  )
  return { count: first.count + second.count, bytes, start: 0, end: bytes.length }
}

/** Headers as a module of the person's own hands them back: keys and values may be text. Throws KtError for anything else. */
export function checkedHeaders(raw: unknown): Header[] {
  if (!Array.isArray(raw)) throw new KtError('an interceptor returned headers that are no array')
  return raw.map((one: unknown) => {
    const { key, value } = (one ?? {}) as { key?: unknown; value?: unknown }
    const keyBytes = bytesFrom(key, 'header key')
    if (keyBytes === null) throw new KtError('an interceptor returned a header without a key')
    return { key: keyBytes, value: bytesFrom(value, 'header value') }
  })
}

/** Text or bytes of a module → bytes; null and nothing are Kafka's null. Throws KtError that names the field. */
export function bytesFrom(raw: unknown, name: string): Buffer | null {
  if (raw === null || raw === undefined) return null
  if (typeof raw === 'string') return Buffer.from(raw)
  if (raw instanceof Uint8Array) return Buffer.from(raw.buffer, raw.byteOffset, raw.length)
  throw new KtError(`an interceptor returned a ${name} that is neither text, bytes nor null`)
}

/** Makes `cursor` stand on a record with the fields that a module has handed back. Throws KtError for what is no field. */
export function placeFields(
  cursor: RecordCursor,
  fields: { key?: unknown; value?: unknown; headers?: unknown },
): void {
  const key = bytesFrom(fields.key, 'key')
  const value = bytesFrom(fields.value, 'value')
  const headers = encodeHeaders(checkedHeaders(fields.headers ?? []))
  cursor.bytes = Buffer.concat([key ?? EMPTY, value ?? EMPTY, headers.bytes])
  const keyEnd = key?.length ?? 0
  const valueEnd = keyEnd + (value?.length ?? 0)
  ;[cursor.keyStart, cursor.keyEnd] = key ? [0, keyEnd] : [-1, -1]
  ;[cursor.valueStart, cursor.valueEnd] = value ? [keyEnd, valueEnd] : [-1, -1]
  cursor.headerCount = headers.count
  cursor.headersStart = valueEnd
  cursor.headersEnd = cursor.bytes.length
}

const EMPTY = Buffer.alloc(0)

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
export function decodeHeaders({
  count,
  bytes,
  start,
  end,
}: EncodedHeaders): { key: Buffer; value: Buffer | null }[] {
  const cursor = new RecordCursor()
  cursor.bytes = bytes
  cursor.headerCount = count
  cursor.headersStart = start
  cursor.headersEnd = end
  return headersOf(cursor)
}
