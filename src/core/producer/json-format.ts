/**
 * A line of JSON → a record: the envelope that the console consumer writes (docs/record.schema.json), and shorter ones
 * written by hand, such as `{"key":"k","value":{"any":"json"}}`. A text is sent as it is, any other value as the JSON it
 * stands in, byte for byte; null is Kafka's null.
 */
import { isUtf8 } from 'node:buffer'
import { KtError } from '../errors.ts'
import type { EncodedHeaders } from '../records/batch-writer.ts'
import { encodeHeaders } from '../records/headers.ts'
import { EnvelopeGuess, type Places } from './envelope-guess.ts'
import { Part } from './envelope-part.ts'
import { type JsonKind, JsonScanner, JsonSyntaxError } from './json-scanner.ts'
import type { RecordParser } from './record-parser.ts'
import { shorten } from './shorten.ts'

/** What of an envelope is kept beside key, value and headers. */
export interface KeptFields {
  partition: boolean
  timestamp: boolean
}

const FIELDS = ['topic', 'partition', 'offset', 'timestamp', 'timestampType', 'leaderEpoch', 'key', 'keyEncoding', 'value', 'valueEncoding', 'headers'] as const // prettier-ignore
type Field = (typeof FIELDS)[number]
const NAMES = FIELDS.map((name) => ({ name, bytes: Buffer.from(name) }))
const HEADER_FIELDS: readonly Field[] = ['key', 'keyEncoding', 'value', 'valueEncoding']

const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COMMA = 0x2c

export class EnvelopeParser implements RecordParser {
  bytes: Buffer = Buffer.alloc(0)
  keyStart = -1
  keyEnd = -1
  valueStart = -1
  valueEnd = -1
  headers: EncodedHeaders | null = null
  timestamp = NaN
  partition = -1
  readonly #kept: KeptFields
  readonly #scanner = new JsonScanner()
  readonly #guess = new EnvelopeGuess(this.#scanner)
  /** Headers of the record, where there are any. */
  readonly #found: { key: Part; value: Part }[] = []
  readonly #places: Places = {
    offset: -1,
    offsetEnd: -1,
    timestamp: -1,
    timestampEnd: -1,
    key: -1,
    keyEnd: -1,
    value: -1,
    valueEnd: -1,
  }
  readonly #key = new Part()
  readonly #value = new Part()

  constructor(kept: KeptFields) {
    this.#kept = kept
  }

  parse(bytes: Buffer, start: number, end: number, position: number): boolean {
    const scanner = this.#scanner
    const key = this.#key
    const value = this.#value
    this.bytes = bytes
    this.headers = null
    this.#found.length = 0
    scanner.open(bytes, start, end)
    try {
      if (this.#guess.matches(bytes, start, end, key, value)) {
        this.timestamp = this.#guess.timestamp
        this.partition = this.#guess.partition
      } else {
        scanner.open(bytes, start, end)
        if (scanner.peek() < 0) return false
        this.#envelope(start, end)
      }
      if (scanner.hasNonAscii && !isUtf8(bytes.subarray(start, end))) scanner.fail('no valid UTF-8', start)
      // Nothing is decoded, which changes the line, before all of it has been found well.
      this.keyStart = key.start
      this.keyEnd = key.decode(scanner)
      this.valueStart = value.start
      this.valueEnd = value.decode(scanner)
      if (this.#found.length > 0) this.headers = this.#encodedHeaders()
    } catch (error) {
      throw error instanceof JsonSyntaxError ? located(error, bytes, start, end, position) : error
    }
    if (!this.#kept.partition) this.partition = -1
    if (!this.#kept.timestamp) this.timestamp = NaN
    return true
  }

  #envelope(start: number, end: number): void {
    const scanner = this.#scanner
    const key = this.#key
    const value = this.#value
    const places = this.#places
    this.timestamp = NaN
    this.partition = -1
    places.offset = places.timestamp = -1
    key.clear()
    value.clear()
    let seen = 0
    if (scanner.peek() !== OPEN_BRACE) scanner.fail('expected a record, an object with a "value"')
    scanner.at++
    if (!scanner.take(CLOSE_BRACE)) {
      do {
        scanner.peek()
        const nameAt = scanner.at
        scanner.name()
        const index = this.#field(nameAt)
        if ((seen & (1 << index)) !== 0) scanner.fail(`"${FIELDS[index]}" stands there twice`, nameAt)
        seen |= 1 << index
        scanner.peek()
        this.#take(FIELDS[index]!, scanner.at, key, value)
      } while (scanner.take(COMMA))
      if (!scanner.take(CLOSE_BRACE)) scanner.fail('expected "," or "}"')
    }
    if (scanner.peek() >= 0) scanner.fail('expected the end of the line')
    if (value.kind === undefined) scanner.fail('a record has a "value"; null makes a tombstone', start)
    const isPlain = this.#found.length === 0 && !key.isBase64 && !value.isBase64
    if (isPlain) this.#guess.learn(this.bytes, start, end, places, this.partition)
    else this.#guess.forget()
  }

  /** The index of the field whose name was just scanned. */
  #field(nameAt: number): number {
    const { bytes, start, stop } = this.#scanner
    for (let index = 0; index < NAMES.length; index++) {
      const name = NAMES[index]!.bytes
      if (name.length === stop - start && name.compare(bytes, start, stop) === 0) return index
    }
    return this.#scanner.fail(`no field of a record: "${bytes.toString('utf8', start, stop)}"`, nameAt)
  }

  #take(field: Field, at: number, key: Part, value: Part): void {
    const scanner = this.#scanner
    const places = this.#places
    if (field === 'key') {
      key.take(scanner)
      places.key = at
      places.keyEnd = scanner.at
      return
    }
    if (field === 'value') {
      value.take(scanner)
      places.value = at
      places.valueEnd = scanner.at
      return
    }
    const kind = scanner.value()
    if (field === 'headers') this.#noteHeaders(kind, at)
    else if (field === 'keyEncoding') this.#takeEncoding(key, kind, at)
    else if (field === 'valueEncoding') this.#takeEncoding(value, kind, at)
    else if (field === 'timestamp') this.#takeTimestamp(kind, at)
    else if (field === 'topic' || field === 'timestampType') {
      if (kind !== 'string') scanner.fail(`"${field}" is a text`, at)
    } else this.#takeNumber(field, kind, at)
  }

  #takeNumber(field: Field, kind: JsonKind, at: number): void {
    const scanner = this.#scanner
    const number = Number(scanner.bytes.toString('latin1', scanner.start, scanner.stop))
    if (kind !== 'number' || !Number.isSafeInteger(number)) scanner.fail(`"${field}" is a whole number`, at)
    if (field === 'offset') {
      this.#places.offset = at
      this.#places.offsetEnd = scanner.at
    }
    if (field !== 'partition') return
    if (number < 0) scanner.fail('no partition is below 0', at)
    this.partition = number
  }

  #takeTimestamp(kind: JsonKind, at: number): void {
    const scanner = this.#scanner
    const text = scanner.bytes.toString('latin1', scanner.start, scanner.stop)
    const timestamp = kind === 'string' ? Date.parse(text) : kind === 'number' ? Number(text) : NaN
    if (!Number.isSafeInteger(timestamp))
      scanner.fail('"timestamp" is a whole number of milliseconds, or a time like "2026-11-20T10:00:00Z"', at)
    this.timestamp = timestamp
    this.#places.timestamp = at
    this.#places.timestampEnd = scanner.at
  }

  #takeEncoding(part: Part, kind: JsonKind, at: number): void {
    const { bytes, start, stop } = this.#scanner
    if (kind !== 'string' || bytes.toString('latin1', start, stop) !== 'base64')
      this.#scanner.fail('the only encoding is "base64"', at)
    part.isBase64 = true
    part.encodingAt = at
  }

  /** Most records have none: only then they are looked at again. */
  #noteHeaders(kind: JsonKind, at: number): void {
    const scanner = this.#scanner
    if (kind !== 'array' && kind !== 'object' && kind !== 'null')
      scanner.fail('"headers" is a list of {"key":…,"value":…}, or an object', at)
    if (kind === 'null' || scanner.stop - scanner.start === 2) return
    const { at: resumeAt } = scanner
    scanner.at = at
    if (kind === 'object') this.#headerFields(this.#found)
    else this.#headerList(this.#found)
    scanner.at = resumeAt
  }

  /** Headers as they stand in a record. */
  #encodedHeaders(): EncodedHeaders {
    const scanner = this.#scanner
    const view = (part: Part) =>
      part.start < 0 ? null : this.bytes.subarray(part.start, part.decode(scanner))
    return encodeHeaders(this.#found.map(({ key, value }) => ({ key: view(key)!, value: view(value) })))
  }

  #headerFields(found: { key: Part; value: Part }[]): void {
    const scanner = this.#scanner
    scanner.expect(OPEN_BRACE)
    if (scanner.take(CLOSE_BRACE)) return
    do {
      const key = new Part()
      const value = new Part()
      scanner.name()
      key.kind = 'string'
      key.start = scanner.start
      key.end = scanner.stop
      key.hasEscapes = scanner.hasEscapes
      scanner.peek()
      value.take(scanner)
      found.push({ key, value })
    } while (scanner.take(COMMA))
    scanner.expect(CLOSE_BRACE)
  }

  #headerList(found: { key: Part; value: Part }[]): void {
    const scanner = this.#scanner
    scanner.expect(OPEN_BRACKET)
    if (scanner.take(CLOSE_BRACKET)) return
    do {
      scanner.peek()
      const { at } = scanner
      const key = new Part()
      const value = new Part()
      scanner.expect(OPEN_BRACE)
      if (!scanner.take(CLOSE_BRACE)) {
        do {
          scanner.peek()
          const nameAt = scanner.at
          scanner.name()
          const field = FIELDS[this.#field(nameAt)]!
          if (!HEADER_FIELDS.includes(field)) scanner.fail(`no field of a header: "${field}"`, nameAt)
          scanner.peek()
          this.#take(field, scanner.at, key, value)
        } while (scanner.take(COMMA))
        scanner.expect(CLOSE_BRACE)
      }
      if (key.kind !== 'string') scanner.fail('a header has a "key", which is a text', at)
      if (value.kind === undefined) scanner.fail('a header has a "value", which may be null', at)
      found.push({ key, value })
    } while (scanner.take(COMMA))
    scanner.expect(CLOSE_BRACKET)
  }
}

function located(
  { message, at }: JsonSyntaxError,
  bytes: Buffer,
  start: number,
  end: number,
  line: number,
): KtError {
  const column = bytes.toString('utf8', start, at).length + 1
  const shown = shorten(bytes.subarray(start, end), at - start)
  return new KtError(`line ${line}, column ${column}: ${message}: ${shown}`, {
    hint: 'a line is {"key":…,"value":…} or what console-consumer --output json prints; --reader-property ignore.error=true leaves such lines out',
  })
}
