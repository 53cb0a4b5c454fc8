/**
 * Bytes → a JSON string, four bytes at a time. Hot path: most bytes need no escape, and no string is made of them.
 * The output is that of JSON.stringify for the same text.
 */
import { isUtf8 } from 'node:buffer'
import { BACKSLASH, QUOTE } from '../../core/records/json-bytes.ts'
import { isPlainWord, viewOf } from '../../core/records/json-words.ts'
import type { OutputBuffer } from './output-buffer.ts'

/** What a byte is within a JSON string: itself, the letter of its escape, or one of these. */
const PLAIN = 0
const BY_NUMBER = 1
const NOT_ASCII = 2
const KINDS = kindsOfBytes()

/** The most that one byte can become: \u001f. */
const LONGEST_ESCAPE = 6

/** Writes bytes[start, end) with its quotes. False, with nothing written, when they are no UTF-8. */
export function writeJsonText(bytes: Uint8Array, start: number, end: number, out: OutputBuffer): boolean {
  const before = out.length
  out.reserve(end - start + SLACK)
  let target = out.bytes
  let targetView = out.view
  const source = viewOf(bytes)
  let isChecked = false
  let index = start
  let at = before
  target[at++] = QUOTE
  const lastWord = end - 4
  for (;;) {
    while (index <= lastWord) {
      const word = source.getInt32(index, true)
      if (!isPlainWord(word)) break
      targetView.setInt32(at, word, true)
      index += 4
      at += 4
    }
    if (index >= end) break
    const byte = bytes[index++]!
    const kind = KINDS[byte]!
    if (kind === PLAIN) {
      target[at++] = byte
      continue
    }
    if (kind === NOT_ASCII) {
      if (!isChecked && !isUtf8(bytes.subarray(start, end))) return false
      isChecked = true
      target[at++] = byte
      continue
    }
    // Room for this escape, and for the rest as if it had none.
    if (at + LONGEST_ESCAPE + (end - index) + SLACK > target.length) {
      out.length = at
      out.reserve(LONGEST_ESCAPE + (end - index) + SLACK)
      target = out.bytes
      targetView = out.view
    }
    target[at++] = BACKSLASH
    if (kind !== BY_NUMBER) target[at++] = kind
    else at = writeNumber(target, at, byte)
  }
  target[at++] = QUOTE
  out.length = at
  return true
}

/** Beyond the bytes themselves: two quotes, and what a word may reach over the end. */
const SLACK = 8

function writeNumber(target: Uint8Array, at: number, byte: number): number {
  target[at] = 0x75
  target[at + 1] = 0x30
  target[at + 2] = 0x30
  target[at + 3] = 0x30 + (byte >> 4)
  const low = byte & 15
  target[at + 4] = low < 10 ? 0x30 + low : 0x57 + low
  return at + 5
}

function kindsOfBytes(): Uint8Array {
  const kinds = new Uint8Array(256)
  kinds.fill(BY_NUMBER, 0, 0x20)
  kinds.fill(NOT_ASCII, 0x80)
  for (const [byte, letter] of Object.entries({ 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r' }))
    kinds[Number(byte)] = letter.charCodeAt(0)
  kinds[QUOTE] = QUOTE
  kinds[BACKSLASH] = BACKSLASH
  return kinds
}
