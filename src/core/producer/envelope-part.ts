import { decodeBase64 } from './base64.ts'
import { unescape } from './json-escapes.ts'
import type { JsonKind, JsonScanner } from './json-scanner.ts'

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

  /** Takes the string that the scanner has taken last. */
  takeString({ start, stop, hasEscapes }: JsonScanner): void {
    this.kind = 'string'
    this.start = start
    this.end = stop
    this.hasEscapes = hasEscapes
  }

  /** Takes the name of its encoding, which the scanner stands before. */
  takeEncoding(scanner: JsonScanner): void {
    const { at, bytes } = scanner
    const isText = scanner.value() === 'string'
    if (!isText || bytes.toString('latin1', scanner.start, scanner.stop) !== 'base64')
      scanner.fail('the only encoding is "base64"', at)
    this.isBase64 = true
    this.encodingAt = at
  }

  /** It is what stands there, not what that stands for. */
  get isVerbatim(): boolean {
    return !this.hasEscapes && !this.isBase64
  }

  /** Replaces escapes and base64 by what they stand for, in place; where it ends then. */
  decode(scanner: JsonScanner): number {
    return this.isVerbatim ? this.end : this.decodeTo(scanner, scanner.bytes, this.start)
  }

  /** Writes what escapes and base64 stand for to `target`, which has room for as much as there is; where it ends then. */
  decodeTo(scanner: JsonScanner, target: Buffer, to: number): number {
    const { bytes } = scanner
    const { start, end } = this
    if (!this.isBase64) return unescape(bytes, start, end, target, to)
    if (this.kind !== 'string') scanner.fail('what is said to be base64 is no text', this.encodingAt)
    // A slash may have been written as an escape.
    const source = this.hasEscapes ? target : bytes
    const from = this.hasEscapes ? to : start
    const textEnd = this.hasEscapes ? unescape(bytes, start, end, target, to) : end
    const decodedEnd = decodeBase64(source, from, textEnd, target, to)
    if (decodedEnd < 0) scanner.fail('invalid base64', start)
    return decodedEnd
  }
}
