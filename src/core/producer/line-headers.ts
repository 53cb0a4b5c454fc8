/**
 * `key:value,key:value⇥` → the bytes that the headers are in a record. Hot path: text and encoding are equally long where
 * every length takes one byte, so the separators before keys and values are overwritten by their lengths, and nothing moves.
 */
import type { EncodedHeaders } from '../records/batch-writer.ts'
import { MAX_VARINT_BYTES } from '../records/layout.ts'
import { writeVarint } from '../records/varint.ts'

/** Of a LineFormat, what headers are read by. */
export interface HeaderFormat {
  headersDelimiter: Buffer
  headersSeparator: Buffer
  headersKeySeparator: Buffer
  /** A key, value, header section or header value of exactly these bytes is null. */
  nullMarker: Buffer | undefined
}

/** More headers than this are taken apart one by one. */
const MAX_HEADERS = 64

/** From here on a zigzag varint takes more than a byte. */
const LONG = 64

export class LineHeaders {
  /** Valid until the next line is taken. */
  readonly encoded: EncodedHeaders = { count: 0, bytes: Buffer.alloc(0), start: 0, end: 0 }
  readonly #delimiter: number
  readonly #separator: number
  readonly #keySeparator: number
  /** Where each key ends, and where its value does. */
  readonly #ends = new Int32Array(2 * MAX_HEADERS)
  #memory = Buffer.allocUnsafeSlow(1024)

  private constructor({ headersDelimiter, headersSeparator, headersKeySeparator }: HeaderFormat) {
    this.#delimiter = headersDelimiter[0]!
    this.#separator = headersSeparator[0]!
    this.#keySeparator = headersKeySeparator[0]!
  }

  /** Undefined where headers have to be looked at more closely: longer separators, or values that stand for null. */
  static of(format: HeaderFormat): LineHeaders | undefined {
    const { headersDelimiter, headersSeparator, headersKeySeparator, nullMarker } = format
    const separators = [headersDelimiter, headersSeparator, headersKeySeparator]
    if (nullMarker !== undefined || separators.some(({ length }) => length !== 1)) return undefined
    return new LineHeaders(format)
  }

  /**
   * Takes the headers that bytes[start, end) begins with, and may overwrite them and the byte before; where their delimiter
   * is. -1, with nothing changed, where there is none or a pair has no separator.
   */
  take(bytes: Buffer, start: number, end: number): number {
    const delimiter = this.#delimiter
    const separator = this.#separator
    const keySeparator = this.#keySeparator
    const ends = this.#ends
    let count = 0
    let keyEnd = -1
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!
      if (byte === keySeparator) {
        if (keyEnd < 0) keyEnd = at
      } else if (byte === separator || byte === delimiter) {
        if (keyEnd < 0 || count === MAX_HEADERS) return -1
        ends[2 * count] = keyEnd
        ends[2 * count + 1] = at
        count++
        keyEnd = -1
        if (byte !== delimiter) continue
        this.encoded.count = count
        if (start === 0 || !this.#overwrite(bytes, start, count)) this.#copy(bytes, start, count)
        return at
      }
    }
    return -1
  }

  /** False, with nothing changed, where a length takes more than a byte. */
  #overwrite(bytes: Buffer, start: number, count: number): boolean {
    const ends = this.#ends
    let from = start
    for (let index = 0; index < 2 * count; index++) {
      if (ends[index]! - from >= LONG) return false
      from = ends[index]! + 1
    }
    from = start
    for (let index = 0; index < 2 * count; index++) {
      bytes[from - 1] = (ends[index]! - from) << 1
      from = ends[index]! + 1
    }
    const { encoded } = this
    encoded.bytes = bytes
    encoded.start = start - 1
    encoded.end = from - 1
    return true
  }

  #copy(bytes: Buffer, start: number, count: number): void {
    const ends = this.#ends
    const needed = ends[2 * count - 1]! - start + 2 * count * MAX_VARINT_BYTES
    if (needed > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(2 * needed)
    const memory = this.#memory
    let to = 0
    let from = start
    for (let index = 0; index < 2 * count; index++) {
      const end = ends[index]!
      to = writeVarint(memory, to, end - from)
      for (let at = from; at < end; at++) memory[to++] = bytes[at]!
      from = end + 1
    }
    const { encoded } = this
    encoded.bytes = memory
    encoded.start = 0
    encoded.end = to
  }
}
