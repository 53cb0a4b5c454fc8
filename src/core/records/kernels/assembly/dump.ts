/**
 * Records → the lines of Kafka's DumpLogSegments, in AssemblyScript: see ../dump-kernel.ts. What is damaged, has headers or is no ASCII
 * ends the run, and so does a missing offset.
 */
import {
  endRun,
  headerCount,
  keyAt,
  keySize,
  offsetDelta,
  readRecord,
  recordEnd,
  timestampDelta,
  valueAt,
  valueSize,
} from './record'

export { lastDelta, made, read } from './record'

/** A text takes so many bytes from `words` on, the last of which is its length. */
const WORD_BYTES: usize = 32
const OFFSET: usize = 0
const KIND: usize = 1
const KEY_SIZE: usize = 2
const VALUE_SIZE: usize = 3
const SEQUENCE: usize = 4
const HEADER_KEYS: usize = 5
const KEY: usize = 6
const PAYLOAD: usize = 7

/** More than the words and numbers of a line take, and the blocks that they are written in. */
const LINE_OVERHEAD: usize = 320
const NOT_EXACT: i64 = 1 << 53

/** Where the texts stand, and behind them the digits of 00 to 99. */
let words: usize = 0
let pairs: usize = 0

/**
 * At most `most` records in [from, end) as lines to [out, outEnd); returns how many. Their offset deltas follow `last` one by one. With
 * `appendTime` 0 or more all have that timestamp. `sequence` is the batch's first, or -1.
 */
export function dumpRecords(
  from: usize,
  end: usize,
  out: usize,
  outEnd: usize,
  most: i32,
  last: i32,
  baseOffset: i64,
  baseTimestamp: i64,
  appendTime: i64,
  sequence: i32,
  wordsAt: usize,
): i32 {
  words = wordsAt
  pairs = wordsAt + 8 * WORD_BYTES
  const outFrom = out
  let count = 0
  let at = from
  while (count < most && readRecord(at, end)) {
    if (offsetDelta !== last + 1 || headerCount !== 0) break
    const keyBytes = <usize>max(keySize, 0)
    const valueBytes = <usize>max(valueSize, 0)
    if (out + keyBytes + valueBytes + LINE_OVERHEAD > outEnd) break
    const timestamp = appendTime < 0 ? baseTimestamp + timestampDelta : appendTime
    // Numbers that JavaScript does not have, and sequences that begin anew, are not worth a branch each.
    if (timestamp < 0 || timestamp > NOT_EXACT) break
    if (sequence >= 0 && sequence + offsetDelta < 0) break

    let line = number(word(out, OFFSET), <u64>(baseOffset + <i64>offsetDelta))
    line = number(word(line, KIND), <u64>timestamp)
    line = size(word(line, KEY_SIZE), keySize)
    line = size(word(line, VALUE_SIZE), valueSize)
    line = size(word(line, SEQUENCE), sequence < 0 ? -1 : sequence + offsetDelta)
    line = word(line, HEADER_KEYS)
    if (keySize >= 0) {
      line = word(line, KEY)
      if (!ascii(line, keyAt, keyBytes)) break
      line += keyBytes
    }
    if (valueSize >= 0) {
      line = word(line, PAYLOAD)
      if (!ascii(line, valueAt, valueBytes)) break
      line += valueBytes
    }
    store<u8>(line, 0x0a)
    out = line + 1
    at = recordEnd
    last = offsetDelta
    count++
  }
  endRun(at - from, out - outFrom, last)
  return count
}

function word(to: usize, index: usize): usize {
  const from = words + index * WORD_BYTES
  v128.store(to, v128.load(from))
  v128.store(to, v128.load(from, 16), 16)
  return to + <usize>load<u8>(from, 31)
}

/** Copies in blocks; false where one of the bytes is no ASCII. */
function ascii(to: usize, from: usize, length: usize): bool {
  const end = from + length
  for (; from + 16 <= end; from += 16, to += 16) {
    const block = v128.load(from)
    if (i8x16.bitmask(block) !== 0) return false
    v128.store(to, block)
  }
  const block = v128.load(from)
  v128.store(to, block)
  // Of the last block only what stands before the end.
  const left = <i32>(end - from)
  return (i8x16.bitmask(block) & ((1 << left) - 1)) === 0
}

function size(to: usize, value: i32): usize {
  if (value >= 0) return short(to, <u32>value)
  store<u16>(to, 0x312d) // -1
  return to + 2
}

/** Digits of a number below 2^53. */
function number(to: usize, value: u64): usize {
  if (value < 100_000_000) return short(to, <u32>value)
  const high = value / 100_000_000
  const at = number(to, high)
  let rest = <u32>(value - high * 100_000_000)
  for (let pair = 3; pair >= 0; pair--) {
    const next = rest / 100
    store<u16>(at + (pair << 1), load<u16>(pairs + ((rest - next * 100) << 1)))
    rest = next
  }
  return at + 8
}

function short(to: usize, value: u32): usize {
  let digits: usize = 1
  for (let rest = value; rest >= 10; rest /= 10) digits++
  const end = to + digits
  let at = end
  while (value >= 100) {
    const next = value / 100
    at -= 2
    store<u16>(at, load<u16>(pairs + ((value - next * 100) << 1)))
    value = next
  }
  if (value >= 10) store<u16>(to, load<u16>(pairs + (value << 1)))
  else store<u8>(to, 0x30 + value)
  return end
}
