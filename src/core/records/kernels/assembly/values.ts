/**
 * Records → lines of their values, in AssemblyScript: see ../value-kernel.ts. What is damaged, too large or not wanted ends the run, and
 * is left to RecordCursor, which says what is wrong.
 */
import { endRun, offsetDelta, readRecord, recordEnd, valueAt, valueSize } from './record'

export { lastDelta, made, read } from './record'

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
  let at = from
  while (count < most && readRecord(at, end)) {
    if (offsetDelta <= last || offsetDelta >= limit) break
    let source = valueSize < 0 ? nullFrom : valueAt
    const length = valueSize < 0 ? nullEnd - nullFrom : <usize>valueSize
    // Moved in blocks, of which the last reaches beyond the value.
    if (out + length + 17 > outEnd) break
    const lineAt = out + length
    for (; out < lineAt; source += 16, out += 16) v128.store(out, v128.load(source))
    store<u8>(lineAt, lineEnd)
    out = lineAt + 1
    at = recordEnd
    last = offsetDelta
    count++
  }
  endRun(at - from, out - outFrom, last)
  return count
}
