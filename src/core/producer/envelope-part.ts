import { type JsonKind, type JsonScanner, unescapeInPlace } from './json-scanner.ts'

/** A key or value of an envelope, found but not decoded yet. */
export class Part {
  kind: JsonKind | undefined
  /** Of a text without its quotes; -1 is null. */
  start = -1
  end = -1
  hasEscapes = false
  isBase64 = false
  /** Where its encoding is said. */
  encodingAt = 0

  clear(): void {
    this.kind = undefined
    this.start = this.end = -1
    this.hasEscapes = this.isBase64 = false
  }

  /** Takes the value that the scanner stands before; its encoding may have been said already. */
  take(scanner: JsonScanner): void {
    const kind = scanner.value()
    this.kind = kind
    this.hasEscapes = kind === 'string' && scanner.hasEscapes
    this.start = kind === 'null' ? -1 : scanner.start
    this.end = kind === 'null' ? -1 : scanner.stop
  }

  /** Replaces escapes and base64 by what they stand for, in place; where it ends then. */
  decode(scanner: JsonScanner): number {
    const { bytes } = scanner
    const end = this.hasEscapes ? unescapeInPlace(bytes, this.start, this.end) : this.end
    if (!this.isBase64) return end
    if (this.kind !== 'string') scanner.fail('what is said to be base64 is no text', this.encodingAt)
    const text = bytes.toString('latin1', this.start, end)
    if (!BASE64.test(text) || text.length % 4 !== 0) scanner.fail('invalid base64', this.start)
    return this.start + bytes.write(text, this.start, 'base64')
  }
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
