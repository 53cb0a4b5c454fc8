/** One record of format v2 (org.apache.kafka.common.record.DefaultRecord), taken apart as RecordCursor does it. */

/** Of the last record that was read. A size below 0 is null. */
export let recordEnd: usize = 0
export let timestampDelta: i64 = 0
export let offsetDelta: i32 = 0
export let keyAt: usize = 0
export let keySize: i32 = 0
export let valueAt: usize = 0
export let valueSize: i32 = 0
export let headerCount: i32 = 0

/** Of the last run: bytes of records read, bytes of lines made, and the offset delta of the last record. */
export let read: i32 = 0
export let made: i32 = 0
export let lastDelta: i32 = 0

export function endRun(readBytes: usize, madeBytes: usize, last: i32): void {
  read = <i32>readBytes
  made = <i32>madeBytes
  lastDelta = last
}

/** Where the next byte is read. */
let at: usize = 0
/** Set by a varint that does not end. */
let isEndless: bool = false

/** Reads the record at `start`; false where none stands whole and unharmed before `end`. */
export function readRecord(start: usize, end: usize): bool {
  at = start
  isEndless = false
  const size = varint()
  const stop = at + <usize>size
  if (size < 0 || stop > end) return false
  at++ // attributes of a record: none are defined
  timestampDelta = varlong()
  offsetDelta = varint()
  keySize = varint()
  if (at > stop || keySize > <i32>(stop - at)) return false
  keyAt = at
  if (keySize > 0) at += <usize>keySize
  valueSize = varint()
  if (at > stop || valueSize > <i32>(stop - at)) return false
  valueAt = at
  if (valueSize > 0) at += <usize>valueSize
  headerCount = varint()
  // A header takes two bytes at least, and nothing stands behind the last one.
  const left = <i32>(stop - at)
  recordEnd = stop
  if (isEndless || at > stop || headerCount < 0 || headerCount > left >> 1) return false
  return headerCount !== 0 || left === 0
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

function varlong(): i64 {
  let byte: u64 = load<u8>(at++)
  let value: u64 = byte & 0x7f
  for (let shift: u64 = 7; byte >= 0x80; shift += 7) {
    if (shift > 63) {
      isEndless = true
      break
    }
    byte = load<u8>(at++)
    value |= (byte & 0x7f) << shift
  }
  return (<i64>(value >>> 1)) ^ -((<i64>value) & 1)
}
