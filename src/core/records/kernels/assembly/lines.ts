/**
 * Lines → records, in AssemblyScript: see ../line-kernel.ts. Sixteen bytes of a line are looked at and moved in one step, straight to
 * where they belong in the batch. What is not a plain short line ends the run, and is the caller's.
 */

/** Of the last run: bytes of input taken, bytes of records made, and bytes of the values in them. */
export let taken: i32 = 0
export let made: i32 = 0
export let valueBytes: i32 = 0

/** MAX_RECORD_OVERHEAD of batch-writer.ts: with it a batch ends at the same record, whoever writes it. */
const MAX_RECORD_OVERHEAD: usize = 32
/** From here on a length takes two bytes as a varint. */
const TWO_BYTES: usize = 64

/**
 * Records of format v2 (org.apache.kafka.common.record.DefaultRecord) without key and headers, of at most `most` lines in [from, end)
 * of at most `longest` bytes (below 8000), to [out, outEnd); returns how many. The first one has the offset delta `offsetDelta`.
 */
export function encodeLines(
  from: usize,
  end: usize,
  out: usize,
  outEnd: usize,
  most: i32,
  longest: usize,
  timestampDelta: u32,
  offsetDelta: u32,
): i32 {
  const newline = i8x16.splat(0x0a)
  const outFrom = out
  let line = from
  let count = 0
  valueBytes = 0
  // Both are guessed to be as in the line before: a wrong guess costs a second look at the line.
  let sizeBytes: usize = 2
  let lengthBytes: usize = 2
  while (count < most && out + MAX_RECORD_OVERHEAD <= outEnd) {
    let at = out + sizeBytes
    store<u8>(at++, 0) // attributes of a record: none are defined
    at = writeVarint(at, timestampDelta)
    at = writeVarint(at, offsetDelta + count)
    store<u8>(at++, 1) // no key: a length of -1
    const lengthAt = at
    at += lengthBytes

    const valueAt = at
    const limit = min(end, line + longest + 1)
    let cursor = line
    let found = 0
    while (cursor < limit && at + 16 <= outEnd) {
      const block = v128.load(cursor)
      v128.store(at, block)
      found = i8x16.bitmask(i8x16.eq(block, newline))
      if (found !== 0) break
      cursor += 16
      at += 16
    }
    if (found === 0) break
    cursor += ctz(found)
    // What stands behind the end is of an earlier input.
    if (cursor >= limit) break
    let length = cursor - line
    if (length > 0 && load<u8>(cursor - 1) === 0x0d) length--
    if (out + length + MAX_RECORD_OVERHEAD > outEnd) break

    const rightLengthBytes: usize = length < TWO_BYTES ? 1 : 2
    const size = lengthAt - out - sizeBytes + rightLengthBytes + length + 1
    const rightSizeBytes: usize = size < TWO_BYTES ? 1 : 2
    if (rightLengthBytes !== lengthBytes || rightSizeBytes !== sizeBytes) {
      lengthBytes = rightLengthBytes
      sizeBytes = rightSizeBytes
      continue
    }
    writeVarint(out, <u32>size)
    writeVarint(lengthAt, <u32>length)
    store<u8>(valueAt + length, 0) // no headers
    out = valueAt + length + 1
    valueBytes += <i32>length
    line = cursor + 1
    count++
  }
  taken = <i32>(line - from)
  made = <i32>(out - outFrom)
  return count
}

/** The next free place. Values are not negative here: zigzag only doubles them. */
function writeVarint(at: usize, value: u32): usize {
  let rest = value << 1
  while (rest >= 0x80) {
    store<u8>(at++, rest | 0x80)
    rest >>= 7
  }
  store<u8>(at++, rest)
  return at
}
