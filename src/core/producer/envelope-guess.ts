/**
 * Lines that the console consumer has written differ in few places. Once one has been read field by field, the next are
 * compared with what stood between those places, four bytes at a time; whatever differs is read field by field again.
 * Hot path of `--input json`.
 */
import { viewOf } from '../records/json-words.ts'
import type { JsonScanner } from './json-scanner.ts'
import type { Part } from './envelope-part.ts'

const QUOTE = 0x22
const ZERO = 0x30
const NINE = 0x39
/** More digits may be no safe integer. */
const MAX_DIGITS = 15

/** Where the values stand that differ from line to line. */
export interface Places {
  offset: number
  offsetEnd: number
  timestamp: number
  timestampEnd: number
  key: number
  keyEnd: number
  value: number
  valueEnd: number
}

export class EnvelopeGuess {
  timestamp = NaN
  /** The partition that stands in the text before the offset. */
  partition = -1
  readonly #scanner: JsonScanner
  /** What stands before the offset, the timestamp, the key and the value, and behind that. */
  #texts: ConstantText[] = []

  constructor(scanner: JsonScanner) {
    this.#scanner = scanner
  }

  /** Takes what stands between the places of a line that was found well. */
  learn(bytes: Buffer, start: number, end: number, places: Places, partition: number): void {
    const { offset, offsetEnd, timestamp, timestampEnd, key, keyEnd, value, valueEnd } = places
    const isOrdered = offset > start && timestamp > offset && key > timestamp && value > key
    const bounds = [start, offset, offsetEnd, timestamp, timestampEnd, key, keyEnd, value, valueEnd, end]
    this.#texts = []
    if (!isOrdered) return
    this.partition = partition
    for (let index = 0; index < bounds.length; index += 2)
      this.#texts.push(new ConstantText(bytes, bounds[index]!, bounds[index + 1]!))
  }

  forget(): void {
    this.#texts = []
  }

  /** Whether bytes[start, end), which the scanner was opened for, is such a line; then `key` and `value` are what it says. */
  matches(bytes: Buffer, start: number, end: number, key: Part, value: Part): boolean {
    const texts = this.#texts
    if (texts.length === 0) return false
    const view = viewOf(bytes)
    let at = texts[0]!.pass(bytes, view, start, end)
    if (at < 0) return false
    at = passDigits(bytes, at, end)
    if (at < 0) return false
    at = texts[1]!.pass(bytes, view, at, end)
    if (at < 0) return false
    const timestampAt = at
    at = passDigits(bytes, at, end)
    if (at < 0) return false
    this.timestamp = numberIn(bytes, timestampAt, at)
    at = texts[2]!.pass(bytes, view, at, end)
    if (at < 0) return false
    at = this.#passField(bytes, at, end, key)
    if (at < 0) return false
    at = texts[3]!.pass(bytes, view, at, end)
    if (at < 0) return false
    at = this.#passField(bytes, at, end, value)
    return at >= 0 && texts[4]!.pass(bytes, view, at, end) === end
  }

  /** A text or null; where it ends, or -1. */
  #passField(bytes: Buffer, at: number, end: number, part: Part): number {
    const scanner = this.#scanner
    if (at >= end || (bytes[at] !== QUOTE && bytes[at] !== 0x6e)) return -1
    scanner.at = at
    part.isBase64 = false
    part.take(scanner)
    return scanner.at
  }
}

/** Bytes that stand in many lines. */
class ConstantText {
  readonly #bytes: Buffer
  readonly #view: DataView

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = Buffer.from(bytes.subarray(start, end))
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length)
  }

  /** Where it ends when it stands at `at`; else -1. */
  pass(bytes: Buffer, view: DataView, at: number, end: number): number {
    const wanted = this.#bytes
    const { length } = wanted
    if (at + length > end) return -1
    let index = 0
    for (; index + 4 <= length; index += 4)
      if (view.getInt32(at + index, true) !== this.#view.getInt32(index, true)) return -1
    for (; index < length; index++) if (bytes[at + index] !== wanted[index]) return -1
    return at + length
  }
}

/** Behind a whole number that is not negative; -1 where there is none, or one that must be looked at more closely. */
function passDigits(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++
  const digits = at - from
  return digits === 0 || digits > MAX_DIGITS || (digits > 1 && bytes[from] === ZERO) ? -1 : at
}

function numberIn(bytes: Buffer, start: number, end: number): number {
  let number = 0
  for (let at = start; at < end; at++) number = number * 10 + bytes[at]! - ZERO
  return number
}
