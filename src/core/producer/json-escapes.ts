/** Escapes of JSON strings over bytes: where one ends, and what it stands for. */
import { BACKSLASH } from '../records/json-bytes.ts'
import { firstOf, specialsOf, viewOf } from '../records/json-words.ts'

/** 1 where the letter makes an escape with the backslash before it. */
const SIMPLE = new Uint8Array(256)
for (const letter of Buffer.from('"\\/bfnrt')) SIMPLE[letter] = 1
const UNESCAPED = unescaped()

const FAULTS = [
  'no such escape',
  '\\u takes four hexadecimal digits',
  'half of a surrogate pair is no text',
] as const

/** Whether `letter` makes an escape with the backslash before it, without digits behind it. */
export function isSimpleEscape(letter: number): boolean {
  return SIMPLE[letter] === 1
}

/** Where the escape ends whose backslash is at `at`; where it is none, what `escapeFault` explains: a negative number. */
export function escapeEnd(bytes: Buffer, at: number, end: number): number {
  const letter = at + 1 < end ? bytes[at + 1]! : 0
  if (letter !== 0x75) return SIMPLE[letter] === 1 ? at + 2 : -1
  const code = hexAt(bytes, at + 2, end)
  if (code < 0) return -2
  if (code < 0xd800 || code > 0xdfff) return at + 6
  const hasLow = bytes[at + 6] === BACKSLASH && bytes[at + 7] === 0x75
  const low = hasLow ? hexAt(bytes, at + 8, end) : -1
  return code > 0xdbff || low < 0xdc00 || low > 0xdfff ? -3 : at + 12
}

export function escapeFault(fault: number): string {
  return FAULTS[-1 - fault]!
}

/**
 * Writes what a string stands for, whose escapes `escapeEnd` has found well, to `target` from `to` on; where it ends
 * then. The target may be where the string stands, as no escape is shorter than what it stands for.
 */
export function unescape(bytes: Buffer, start: number, end: number, target: Buffer, to = start): number {
  const view = viewOf(bytes)
  const isInPlace = target === bytes
  let from = start
  while (from < end) {
    // What is read lies never before what is written.
    while (from + 4 <= end) {
      const word = view.getInt32(from, true)
      const specials = specialsOf(word)
      const plain = specials === 0 ? 4 : firstOf(specials)
      if (isInPlace && plain === 4) view.setInt32(to, word, true)
      else for (let index = 0; index < plain; index++) target[to + index] = bytes[from + index]!
      from += plain
      to += plain
      if (plain < 4) break
    }
    if (from >= end) break
    const byte = bytes[from++]!
    if (byte !== BACKSLASH) {
      target[to++] = byte
      continue
    }
    const letter = bytes[from++]!
    if (letter !== 0x75) {
      target[to++] = UNESCAPED[letter]!
      continue
    }
    let code = hexAt(bytes, from, end)
    from += 4
    if (code >= 0xd800 && code <= 0xdbff) {
      code = 0x10000 + ((code - 0xd800) << 10) + (hexAt(bytes, from + 2, end) - 0xdc00)
      from += 6
    }
    to = writeUtf8(target, to, code)
  }
  return to
}

function unescaped(): Uint8Array {
  const table = new Uint8Array(256).map((_, index) => index)
  for (const [letter, byte] of Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13 }))
    table[letter.charCodeAt(0)] = byte
  return table
}

/** Four hexadecimal digits, or -1. */
function hexAt(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) return -1
  let code = 0
  for (let index = at; index < at + 4; index++) {
    const byte = bytes[index]!
    const letter = (byte | 0x20) - 0x57
    if (byte >= 0x30 && byte <= 0x39) code = code * 16 + byte - 0x30
    else if (letter >= 10 && letter <= 15) code = code * 16 + letter
    else return -1
  }
  return code
}

function writeUtf8(bytes: Buffer, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code
    return at + 1
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6)
    bytes[at + 1] = 0x80 | (code & 0x3f)
    return at + 2
  }
  if (code < 0x10000) {
    bytes[at] = 0xe0 | (code >> 12)
    bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (code & 0x3f)
    return at + 3
  }
  bytes[at] = 0xf0 | (code >> 18)
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (code & 0x3f)
  return at + 4
}
