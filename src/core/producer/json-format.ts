/**
 * A line of JSON → a record: the envelope that the console consumer writes (docs/record.schema.json), and shorter ones
 * written by hand, such as `{"key":"k","value":{"any":"json"}}`. A text is sent as it is, any other value as the JSON it
 * stands in, byte for byte; null is Kafka's null.
 */
import { isUtf8 } from 'node:buffer'
import { KtError } from '../errors.ts'
import type { EncodedHeaders } from '../records/batch-writer.ts'
import { HeaderReader } from './envelope-headers.ts'
import { type EnvelopeFields, EnvelopeLayout } from './envelope-layout.ts'
import { Part } from './envelope-part.ts'
import { EnvelopeReader } from './envelope-reader.ts'
import { JsonScanner, JsonSyntaxError } from './json-scanner.ts'
import type { RecordParser } from './record-parser.ts'
import { shorten } from './shorten.ts'

/** What of an envelope is kept beside key, value and headers. */
export interface KeptFields {
  partition: boolean
  timestamp: boolean
}

/** A topic has lines with and without a key, or with one in base64: so many kinds are told apart. */
const MAX_LAYOUTS = 4
/** Where no line is like one before, looking for likeness ends. */
const MAX_VAIN_LAYOUTS = 64

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
  readonly #found: EnvelopeFields
  readonly #reader: EnvelopeReader
  /** The one that fitted last comes first. */
  readonly #layouts: EnvelopeLayout[] = []
  #vainLayouts = 0

  constructor(kept: KeptFields) {
    this.#kept = kept
    const scanner = new JsonScanner()
    const headers = new HeaderReader(scanner)
    const parts = { scanner, headers, key: new Part(), value: new Part() }
    this.#found = { ...parts, timestamp: NaN, partition: -1, keepsTimestamp: kept.timestamp }
    this.#reader = new EnvelopeReader(this.#found)
  }

  parse(bytes: Buffer, start: number, end: number, position: number): boolean {
    try {
      return this.#parse(bytes, start, end)
    } catch (error) {
      throw error instanceof JsonSyntaxError ? located(error, bytes, start, end, position) : error
    }
  }

  #parse(bytes: Buffer, start: number, end: number): boolean {
    const found = this.#found
    const { scanner, key, value, headers } = found
    if (!this.#isKnown(bytes, start, end)) {
      scanner.open(bytes, start, end)
      if (scanner.peek() < 0) return false
      headers.clear()
      this.#reader.read(start)
      this.#learn(bytes, start, end)
    }
    if (scanner.hasNonAscii && !isUtf8(bytes.subarray(start, end))) scanner.fail('no valid UTF-8', start)
    // Nothing is decoded, which changes the line, before all of it has been found well.
    this.bytes = bytes
    this.keyStart = key.start
    this.keyEnd = key.decode(scanner)
    this.valueStart = value.start
    this.valueEnd = value.decode(scanner)
    this.headers = headers.encoded
    this.partition = this.#kept.partition ? found.partition : -1
    this.timestamp = this.#kept.timestamp ? found.timestamp : NaN
    return true
  }

  /** Whether the line is like one before; then it has been read. */
  #isKnown(bytes: Buffer, start: number, end: number): boolean {
    const layouts = this.#layouts
    const found = this.#found
    for (let index = 0; index < layouts.length; index++) {
      const layout = layouts[index]!
      found.scanner.open(bytes, start, end)
      found.headers.clear()
      if (!layout.read(bytes, start, end, found)) continue
      if (index > 0) {
        layouts[index] = layouts[0]!
        layouts[0] = layout
      }
      this.#vainLayouts = 0
      return true
    }
    return false
  }

  #learn(bytes: Buffer, start: number, end: number): void {
    if (this.#vainLayouts >= MAX_VAIN_LAYOUTS) return
    this.#vainLayouts++
    this.#layouts.unshift(new EnvelopeLayout(bytes, start, end, this.#reader.places, this.#found))
    if (this.#layouts.length > MAX_LAYOUTS) this.#layouts.pop()
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
