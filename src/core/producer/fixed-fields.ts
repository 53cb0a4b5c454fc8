/** Fields that all records of an input get: a key, a timestamp, headers; or a line that is a key without a value. */
import type { EncodedHeaders } from '../records/batch-writer.ts'
import { encodeHeaders, type Header, joinHeaders } from '../records/headers.ts'
import type { RecordParser } from './record-parser.ts'

export interface FixedFields {
  key: Buffer | undefined
  /** Epoch milliseconds. */
  timestamp: number | undefined
  /** They stand behind those that a record has itself. */
  headers: readonly Header[]
  /** What would be the value is the key, and the value is null. */
  areTombstones: boolean
}

/** `inner` itself where nothing is fixed; undefined is what makes a value of a whole line. */
export function withFixedFields(
  inner: RecordParser | undefined,
  fields: FixedFields,
): RecordParser | undefined {
  const { key, timestamp, headers, areTombstones } = fields
  const isNothing = key === undefined && timestamp === undefined && headers.length === 0 && !areTombstones
  return isNothing ? inner : new FixedFieldsParser(inner, fields)
}

class FixedFieldsParser implements RecordParser {
  bytes: Buffer = Buffer.alloc(0)
  keyStart = -1
  keyEnd = -1
  valueStart = -1
  valueEnd = -1
  headers: EncodedHeaders | null = null
  timestamp = NaN
  partition = -1
  readonly #inner: RecordParser | undefined
  readonly #fields: FixedFields
  readonly #headers: EncodedHeaders

  constructor(inner: RecordParser | undefined, fields: FixedFields) {
    this.#inner = inner
    this.#fields = fields
    this.#headers = encodeHeaders(fields.headers)
  }

  parse(bytes: Buffer, start: number, end: number, position: number): boolean {
    const inner = this.#inner
    const { key, timestamp, areTombstones } = this.#fields
    if (inner === undefined) this.#takeValue(bytes, start, end)
    else if (!inner.parse(bytes, start, end, position)) return false
    else this.#takeRecord(inner)
    if (areTombstones) this.#makeTombstone()
    if (timestamp !== undefined) this.timestamp = timestamp
    if (this.#headers.count > 0) this.#addHeaders()
    if (key !== undefined) this.#setKey(key)
    return true
  }

  #takeValue(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes
    this.keyStart = this.keyEnd = -1
    this.valueStart = start
    this.valueEnd = end
    this.headers = null
  }

  #takeRecord({
    bytes,
    keyStart,
    keyEnd,
    valueStart,
    valueEnd,
    headers,
    timestamp,
    partition,
  }: RecordParser): void {
    this.bytes = bytes
    this.keyStart = keyStart
    this.keyEnd = keyEnd
    this.valueStart = valueStart
    this.valueEnd = valueEnd
    this.headers = headers
    this.timestamp = timestamp
    this.partition = partition
  }

  #makeTombstone(): void {
    this.keyStart = this.valueStart
    this.keyEnd = this.valueEnd
    this.valueStart = this.valueEnd = -1
  }

  #addHeaders(): void {
    const own = this.headers
    this.headers = own === null ? this.#headers : joinHeaders(own, this.#headers)
  }

  /** Key and value have to stand in the same bytes. */
  #setKey(key: Buffer): void {
    const { bytes, valueStart, valueEnd } = this
    this.bytes = valueStart < 0 ? key : Buffer.concat([key, bytes.subarray(valueStart, valueEnd)])
    this.keyStart = 0
    this.keyEnd = key.length
    if (valueStart >= 0) {
      this.valueStart = key.length
      this.valueEnd = this.bytes.length
    }
  }
}
