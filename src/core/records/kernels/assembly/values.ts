/**
 * Records → lines of their values, in AssemblyScript: see ../value-kernel.ts. What is damaged, too large or not wanted ends the run, and
 * is left to RecordCursor, which says what is wrong.
 */

/** Of the last run: bytes of records read, bytes of lines made, and the offset delta of the last record. */
export let read: i32 = 0
export let printed: i32 = 0
export let lastDelta: i32 = 0

/** Where the next byte is read. */
let at: usize = 0
/** Set by a varint that does not end. */
let isEndless: bool = false

/**
 * The values of at most `most` records in [from, end), each followed by the byte `lineEnd`, to [out, outEnd); a null is the text
 * [nullFrom, nullEnd). Offset deltas rise from above `last` and stay below `limit`. Returns how many.
 */
export function printValues(
  from: usize,
  end: usize,
  out: usize,
  outEnd: usize,
  most: i32,
  last: i32,
  limit: i32,
  lineEnd: u8,
  nullFrom: usize,
  nullEnd: usize,
): i32 {
  const outFrom = out
  let count = 0
  let done = from
  at = from
  isEndless = false
  while (count < most) {
    const size = varint()
    const stop = at + <usize>size
    if (size < 0 || stop > end) break
    at++ // attributes of a record: none are defined
    skipVarlong()
    const delta = varint()
    if (delta <= last || delta >= limit) break
    const keySize = varint()
    if (at > stop || keySize > <i32>(stop - at)) break
    if (keySize > 0) at += <usize>keySize
    const valueSize = varint()
    if (at > stop || valueSize > <i32>(stop - at)) break

    let source = valueSize < 0 ? nullFrom : at
    const sourceEnd = valueSize < 0 ? nullEnd : at + <usize>valueSize
    const length = sourceEnd - source
    if (valueSize > 0) at = sourceEnd
    const headerCount = varint()
    // A header takes two bytes at least, and nothing stands behind the last one.
    const left = <i32>(stop - at)
    if (isEndless || at > stop || headerCount < 0 || headerCount > left >> 1) break
    if (headerCount === 0 && left !== 0) break
    // Moved in blocks, of which the last reaches beyond the value.
    if (out + length + 17 > outEnd) break
    for (let target = out; source < sourceEnd; source += 16, target += 16)
      v128.store(target, v128.load(source))
    out += length
    store<u8>(out++, lineEnd)
    at = done = stop
    last = delta
    count++
  }
  read = <i32>(done - from)
  printed = <i32>(out - outFrom)
  lastDelta = last
  return count
}

function varint(): i32 {
  let byte: u32 = load<u8>(at++)
  let value: u32 = byte & 0x7f
  for (let shift: u32 = 7; byte >= 0x80; shift += 7) {
    if (shift > 28) {
      isEndless = true
      break
    }
    byte = load<u8>(at++)
    value |= (byte & 0x7f) << shift
  }
  return (value >>> 1) ^ -(value & 1)
}

function skipVarlong(): void {
  let bytes = 1
  while (load<u8>(at++) >= 0x80) {
    if (++bytes > 10) {
      isEndless = true
      break
    }
  }
}
