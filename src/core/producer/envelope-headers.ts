/** The headers of an envelope → the bytes that they are in a record, in memory that is used for every record again. */
import type { EncodedHeaders } from '../records/batch-writer.ts'
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../records/json-bytes.ts'
import { viewOf } from '../records/json-words.ts'
import { MAX_VARINT_BYTES } from '../records/layout.ts'
import { writeVarint } from '../records/varint.ts'
import { ConstantText } from './constant-text.ts'
import { fieldNamed, FIELD_NAMES, KEY, KEY_ENCODING, VALUE, VALUE_ENCODING } from './envelope-fields.ts'
import { Part } from './envelope-part.ts'
import type { JsonScanner } from './json-scanner.ts'
import { shorten } from './shorten.ts'

const LETTER_N = 0x6e

/** What the console consumer writes before a header's key, and between that and its value. */
const BEFORE_KEY = new ConstantText(Buffer.from('{"key":'))
const BEFORE_VALUE = new ConstantText(Buffer.from(',"value":'))

export class HeaderReader {
  readonly #scanner: JsonScanner
  readonly #key = new Part()
  readonly #value = new Part()
  readonly #encoded: EncodedHeaders = { count: 0, bytes: Buffer.alloc(0), start: 0, end: 0 }
  #memory = Buffer.allocUnsafeSlow(1024)
  #count = 0
  #at = 0

  constructor(scanner: JsonScanner) {
    this.#scanner = scanner
  }

  clear(): void {
    this.#count = this.#at = 0
  }

  /** Headers taken since `clear`, which they are valid until. */
  get encoded(): EncodedHeaders | null {
    if (this.#count === 0) return null
    const encoded = this.#encoded
    encoded.count = this.#count
    encoded.bytes = this.#memory
    encoded.end = this.#at
    return encoded
  }

  /** Takes the list, object or null that the scanner stands before. */
  take(): void {
    const scanner = this.#scanner
    const byte = scanner.peek()
    if (byte === OPEN_BRACKET) this.#list()
    else if (byte === OPEN_BRACE) this.#object()
    else this.#nothing()
  }

  #nothing(): void {
    const scanner = this.#scanner
    const { at } = scanner
    if (scanner.value() !== 'null')
      scanner.fail('"headers" is a list of {"key":…,"value":…}, or an object', at)
  }

  #list(): void {
    const scanner = this.#scanner
    scanner.at++
    if (scanner.take(CLOSE_BRACKET)) return
    do {
      scanner.peek()
      if (!this.#usual()) this.#any()
      this.#append()
    } while (scanner.take(COMMA))
    scanner.expect(CLOSE_BRACKET)
  }

  #object(): void {
    const scanner = this.#scanner
    scanner.at++
    if (scanner.take(CLOSE_BRACE)) return
    do {
      this.#key.clear()
      this.#value.clear()
      scanner.name()
      this.#key.takeString(scanner)
      scanner.peek()
      this.#value.take(scanner)
      this.#append()
    } while (scanner.take(COMMA))
    scanner.expect(CLOSE_BRACE)
  }

  /** A header as the console consumer writes it, of texts; false, with the scanner where it was, for any other. */
  #usual(): boolean {
    const scanner = this.#scanner
    const { bytes, end, at: startAt } = scanner
    const view = viewOf(bytes)
    const keyAt = BEFORE_KEY.pass(bytes, view, startAt, end)
    if (keyAt < 0 || bytes[keyAt] !== QUOTE) return false
    const key = this.#key
    const value = this.#value
    key.isBase64 = value.isBase64 = false
    scanner.at = keyAt
    scanner.string()
    key.takeString(scanner)
    const valueAt = BEFORE_VALUE.pass(bytes, view, scanner.at, end)
    if (valueAt >= 0 && (bytes[valueAt] === QUOTE || bytes[valueAt] === LETTER_N)) {
      scanner.at = valueAt
      value.take(scanner)
      if (bytes[scanner.at] === CLOSE_BRACE && scanner.at < end) {
        scanner.at++
        return true
      }
    }
    scanner.at = startAt
    return false
  }

  #any(): void {
    const scanner = this.#scanner
    const key = this.#key
    const value = this.#value
    const { at } = scanner
    key.clear()
    value.clear()
    scanner.expect(OPEN_BRACE)
    if (!scanner.take(CLOSE_BRACE)) {
      do {
        scanner.peek()
        const nameAt = scanner.at
        scanner.name()
        const field = fieldNamed(scanner.bytes, scanner.start, scanner.stop)
        if (field !== KEY && field !== KEY_ENCODING && field !== VALUE && field !== VALUE_ENCODING)
          this.#refuse(field, nameAt)
        scanner.peek()
        if (field === KEY) key.take(scanner)
        else if (field === VALUE) value.take(scanner)
        else (field === KEY_ENCODING ? key : value).takeEncoding(scanner)
      } while (scanner.take(COMMA))
      scanner.expect(CLOSE_BRACE)
    }
    if (key.kind !== 'string') scanner.fail('a header has a "key", which is a text', at)
    if (value.kind === undefined) scanner.fail('a header has a "value", which may be null', at)
  }

  #refuse(field: number, nameAt: number): never {
    const { bytes, start, stop } = this.#scanner
    const name = FIELD_NAMES[field] ?? shorten(bytes.subarray(start, stop))
    this.#scanner.fail(`no field of a ${field < 0 ? 'record' : 'header'}: "${name}"`, nameAt)
  }

  #append(): void {
    const key = this.#key
    const value = this.#value
    this.#makeRoom(key.end - key.start + (value.end - value.start) + 4 * MAX_VARINT_BYTES)
    this.#count++
    this.#appendPart(key)
    if (value.start >= 0) this.#appendPart(value)
    else this.#at = writeVarint(this.#memory, this.#at, -1)
  }

  #appendPart(part: Part): void {
    const memory = this.#memory
    const scanner = this.#scanner
    const { start, end } = part
    if (part.isVerbatim) {
      const { bytes } = scanner
      let at = writeVarint(memory, this.#at, end - start)
      for (let index = start; index < end; index++) memory[at++] = bytes[index]!
      this.#at = at
      return
    }
    // How long it is shows when it is written: behind the room for its length, and then moved up to it.
    const from = this.#at + MAX_VARINT_BYTES
    const to = part.decodeTo(scanner, memory, from)
    const at = writeVarint(memory, this.#at, to - from)
    memory.copyWithin(at, from, to)
    this.#at = at + to - from
  }

  #makeRoom(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#memory.length) return
    const larger = Buffer.allocUnsafeSlow(needed * 2)
    this.#memory.copy(larger, 0, 0, this.#at)
    this.#memory = larger
  }
}
