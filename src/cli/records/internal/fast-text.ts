/**
 * Text into a buffer, several bytes at a time, for the records that there are millions of. Every function writes at `at`
 * and returns where it stopped; whoever calls has made room for it, and for `SLACK` bytes more, which may be written too.
 */
import { isPlainWord } from '../../../core/records/json-words.ts'

export const SLACK = 16

/** A fixed text of ASCII, ready to be written four bytes at a time. */
export class Fixed {
  readonly length: number
  readonly #words: Int32Array

  constructor(text: string) {
    this.length = text.length
    const padded = Buffer.alloc(Math.ceil(text.length / 4) * 4)
    padded.write(text, 'latin1')
    this.#words = Int32Array.from({ length: padded.length / 4 }, (_, index) => padded.readInt32LE(index * 4))
  }

  write(view: DataView, at: number): number {
    const words = this.#words
    for (let index = 0; index < words.length; index++) view.setInt32(at + index * 4, words[index]!, true)
    return at + this.length
  }
}

/** Copies bytes that stand in a JSON string as they are; -1 as soon as one does not. */
export function copyPlain(source: DataView, start: number, end: number, view: DataView, at: number): number {
  let from = start
  for (; from + 4 <= end; from += 4, at += 4) {
    const word = source.getInt32(from, true)
    if (!isPlainWord(word)) return -1
    view.setInt32(at, word, true)
  }
  for (; from < end; from++, at++) {
    const byte = source.getUint8(from)
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return -1
    view.setUint8(at, byte)
  }
  return at
}

/** Copies ASCII of any kind; -1 as soon as a byte is none. */
export function copyAscii(source: DataView, start: number, end: number, view: DataView, at: number): number {
  let from = start
  for (; from + 4 <= end; from += 4, at += 4) {
    const word = source.getInt32(from, true)
    if ((word & NOT_ASCII) !== 0) return -1
    view.setInt32(at, word, true)
  }
  for (; from < end; from++, at++) {
    const byte = source.getUint8(from)
    if (byte > 0x7f) return -1
    view.setUint8(at, byte)
  }
  return at
}

const NOT_ASCII = 0x80808080 | 0

/** 00 … 99, each as the two bytes of its digits. */
const PAIRS = Uint16Array.from(
  { length: 100 },
  (_, value) => 0x3030 + Math.floor(value / 10) + ((value % 10) << 8),
)

/** A whole number within ±2^53, in digits. */
export function writeInteger(value: number, view: DataView, at: number): number {
  if (value < 0) {
    view.setUint8(at, 0x2d)
    return writeInteger(-value, view, at + 1)
  }
  if (value < 100_000_000) return writeShort(value | 0, view, at)
  const high = Math.floor(value / 100_000_000)
  return writeEight((value - high * 100_000_000) | 0, view, writeInteger(high, view, at))
}

function writeShort(value: number, view: DataView, at: number): number {
  if (value < 10) {
    view.setUint8(at, 0x30 + value)
    return at + 1
  }
  let digits = 2
  for (let above = 100; above <= value; above *= 10) digits++
  let to = at + digits
  let rest = value
  while (rest >= 100) {
    const next = (rest / 100) | 0
    to -= 2
    view.setUint16(to, PAIRS[rest - next * 100]!, true)
    rest = next
  }
  if (rest >= 10) view.setUint16(to - 2, PAIRS[rest]!, true)
  else view.setUint8(to - 1, 0x30 + rest)
  return at + digits
}

function writeEight(value: number, view: DataView, at: number): number {
  const high = (value / 10_000) | 0
  const low = value - high * 10_000
  const highest = (high / 100) | 0
  const lower = (low / 100) | 0
  view.setUint16(at, PAIRS[highest]!, true)
  view.setUint16(at + 2, PAIRS[high - highest * 100]!, true)
  view.setUint16(at + 4, PAIRS[lower]!, true)
  view.setUint16(at + 6, PAIRS[low - lower * 100]!, true)
  return at + 8
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** Twelve bits, each as the two bytes of their base64url digits. */
const DIGIT_PAIRS = Uint16Array.from(
  { length: 4096 },
  (_, bits) => DIGITS.charCodeAt(bits >> 6) | (DIGITS.charCodeAt(bits & 63) << 8),
)

/** Kafka's text of a uuid: base64url without padding, 22 characters. */
export function writeUuid(source: DataView, start: number, view: DataView, at: number): number {
  for (let index = start; index < start + 15; index += 3, at += 4) {
    const high = source.getUint16(index)
    const low = source.getUint8(index + 2)
    view.setUint16(at, DIGIT_PAIRS[high >> 4]!, true)
    view.setUint16(at + 2, DIGIT_PAIRS[((high & 15) << 8) | low]!, true)
  }
  view.setUint16(at, DIGIT_PAIRS[source.getUint8(start + 15) << 4]!, true)
  return at + 2
}
