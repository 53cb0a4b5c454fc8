/**
 * How a line becomes a record: Kafka's LineMessageReader (org.apache.kafka.tools.LineMessageReader) over
 * bytes. `h1:v1,h2:v2⇥key⇥value` with headers and key switched on. Bytes stay bytes: Java's reader turns
 * what is not UTF-8 into U+FFFD.
 */
import { KtError, UsageError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import type { EncodedHeaders } from '../records/batch-writer.ts'
import { encodeHeaders, type Header } from '../records/headers.ts'
import { type HeaderFormat, LineHeaders } from './line-headers.ts'
import type { RecordParser } from './record-parser.ts'
import { shorten } from './shorten.ts'

export interface LineFormat extends HeaderFormat {
  parsesKey: boolean
  parsesHeaders: boolean
  keySeparator: Buffer
  /** Lines without a separator are sent whole as the value instead of ending the run. */
  ignoresErrors: boolean
}

/** The properties that LineMessageReader takes, with its defaults. */
const LINE_READER_PROPERTIES: Readonly<Record<string, string | undefined>> = {
  'parse.key': 'false',
  'parse.headers': 'false',
  'key.separator': '\t',
  'headers.delimiter': '\t',
  'headers.separator': ',',
  'headers.key.separator': ':',
  'null.marker': undefined,
  'ignore.error': 'false',
}

/** Throws UsageError on an unknown property, and where two separators are the same, in Kafka's words. */
export function lineFormat(properties: Readonly<Record<string, string>>): LineFormat {
  const read = (name: string) => properties[name] ?? LINE_READER_PROPERTIES[name] ?? ''
  for (const name of Object.keys(properties)) checkName(name)
  checkDistinct(properties, read)
  return {
    parsesKey: isTrue(read('parse.key')),
    parsesHeaders: isTrue(read('parse.headers')),
    keySeparator: separator('key.separator'),
    headersDelimiter: separator('headers.delimiter'),
    headersSeparator: separator('headers.separator'),
    headersKeySeparator: separator('headers.key.separator'),
    nullMarker: properties['null.marker'] === undefined ? undefined : Buffer.from(properties['null.marker']),
    ignoresErrors: isTrue(read('ignore.error')),
  }

  function separator(name: string): Buffer {
    if (read(name) === '') throw new UsageError(`${name} must not be empty`)
    return Buffer.from(read(name))
  }
}

function isTrue(raw: string): boolean {
  return raw.trim().toLowerCase() === 'true'
}

function checkName(name: string): void {
  if (name in LINE_READER_PROPERTIES) return
  const known = Object.keys(LINE_READER_PROPERTIES)
  throw new UsageError(`unknown reader property "${name}"`, {
    hint: didYouMean(name, known) ?? `known: ${known.join(', ')}`,
  })
}

function checkDistinct(properties: Readonly<Record<string, string>>, read: (name: string) => string): void {
  const clash = (one: string, other: string) => {
    if (read(one) === read(other)) throw new UsageError(`${one} and ${other} may not be equal`)
  }
  clash('headers.delimiter', 'headers.separator')
  clash('headers.delimiter', 'headers.key.separator')
  clash('headers.separator', 'headers.key.separator')
  if (properties['null.marker'] === undefined) return
  for (const name of ['key.separator', 'headers.delimiter', 'headers.separator', 'headers.key.separator'])
    clash('null.marker', name)
}

/** Where the parts of a line stand in `bytes`; one object serves all lines. -1, -1 is null. */
/** Undefined where a line is the value and nothing else. */
export function lineParser(format: LineFormat): LineParser | undefined {
  const isPlain = !format.parsesKey && !format.parsesHeaders && format.nullMarker === undefined
  return isPlain ? undefined : new LineParser(format)
}

export class LineParser implements RecordParser {
  bytes: Buffer = Buffer.alloc(0)
  keyStart = -1
  keyEnd = -1
  valueStart = 0
  valueEnd = 0
  headers: EncodedHeaders | null = null
  readonly timestamp = NaN
  readonly partition = -1
  readonly #format: LineFormat
  readonly #usualHeaders: LineHeaders | undefined

  constructor(format: LineFormat) {
    this.#format = format
    this.#usualHeaders = LineHeaders.of(format)
  }

  /** Parses bytes[start, end), the line numbered `lineNumber` from 1, without its newline. Throws KtError. */
  parse(bytes: Buffer, start: number, end: number, lineNumber: number): true {
    const { parsesKey, parsesHeaders, nullMarker } = this.#format
    this.bytes = bytes
    this.keyStart = this.keyEnd = -1
    this.headers = null
    this.valueStart = start
    this.valueEnd = end
    if (parsesHeaders) this.#takeHeaders(bytes, end, lineNumber)
    if (parsesKey) this.#takeKey(bytes, end, lineNumber)
    if (nullMarker !== undefined) this.#applyNullMarker(bytes)
    return true
  }

  #takeHeaders(bytes: Buffer, end: number, lineNumber: number): void {
    const usualAt = this.#usualHeaders?.take(bytes, this.valueStart, end) ?? -1
    if (usualAt >= 0) {
      this.headers = this.#usualHeaders!.encoded
      this.valueStart = usualAt + 1
      return
    }
    const { headersDelimiter, nullMarker } = this.#format
    const at = this.#find(bytes, headersDelimiter, this.valueStart, end, 'headers delimiter', lineNumber)
    if (at < 0) return
    const section = bytes.subarray(this.valueStart, at)
    if (nullMarker === undefined || !section.equals(nullMarker))
      this.headers = encodeHeaders(this.#splitHeaders(section, lineNumber))
    this.valueStart = at + headersDelimiter.length
  }

  #takeKey(bytes: Buffer, end: number, lineNumber: number): void {
    const { keySeparator } = this.#format
    const at = this.#find(bytes, keySeparator, this.valueStart, end, 'key separator', lineNumber)
    if (at < 0) return
    this.keyStart = this.valueStart
    this.keyEnd = at
    this.valueStart = at + keySeparator.length
  }

  /** Position of `separator` within the line, or -1 where errors are ignored. */
  #find(
    bytes: Buffer,
    separator: Buffer,
    from: number,
    end: number,
    name: string,
    lineNumber: number,
  ): number {
    const first = separator[0]!
    const last = end - separator.length
    for (let at = from; at <= last; at++) {
      if (bytes[at] === first && matches(bytes, at, separator)) return at
    }
    if (this.#format.ignoresErrors) return -1
    throw new KtError(`line ${lineNumber}: no ${name} found: '${shorten(bytes.subarray(from, end))}'`, {
      hint: 'nothing of this line was sent; --reader-property ignore.error=true sends such lines whole',
    })
  }

  #splitHeaders(section: Buffer, lineNumber: number): Header[] {
    const { headersSeparator, headersKeySeparator, nullMarker, ignoresErrors } = this.#format
    return splitAsJava(section, headersSeparator).map((pair) => {
      const at = pair.indexOf(headersKeySeparator)
      if (at < 0 && ignoresErrors) return { key: pair, value: null }
      if (at < 0)
        throw new KtError(`line ${lineNumber}: no header key separator found in pair '${shorten(pair)}'`)
      const key = pair.subarray(0, at)
      const value = pair.subarray(at + headersKeySeparator.length)
      if (nullMarker !== undefined && key.equals(nullMarker))
        throw new KtError(
          `line ${lineNumber}: a header key may not be the null marker '${nullMarker.toString()}'`,
        )
      return { key, value: nullMarker !== undefined && value.equals(nullMarker) ? null : value }
    })
  }

  #applyNullMarker(bytes: Buffer): void {
    const marker = this.#format.nullMarker!
    const isMarker = (start: number, end: number) =>
      end - start === marker.length && matches(bytes, start, marker)
    if (this.keyStart >= 0 && isMarker(this.keyStart, this.keyEnd)) this.keyStart = this.keyEnd = -1
    if (isMarker(this.valueStart, this.valueEnd)) this.valueStart = this.valueEnd = -1
  }
}

/** As java.util.regex.Pattern.split: empty pieces at the end are dropped, an empty text is one empty piece. */
function splitAsJava(text: Buffer, separator: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  let start = 0
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
    pieces.push(text.subarray(start, at))
    start = at + separator.length
  }
  if (start === 0) return [text]
  pieces.push(text.subarray(start))
  while (pieces.length > 0 && pieces[pieces.length - 1]!.length === 0) pieces.pop()
  return pieces
}

function matches(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false
  return true
}
