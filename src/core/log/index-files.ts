/**
 * The three indexes of a segment (org.apache.kafka.storage.internals.log.OffsetIndex, TimeIndex, TransactionIndex). All are
 * arrays of entries of one size; those of the segment that is written to end in zeros, as they are made in full size.
 *
 * offset index: 0 offset - base i32 | 4 position i32
 * time index:   0 timestamp i64 | 8 offset - base i32
 * transactions: 0 version i16 | 2 producerId i64 | 10 firstOffset i64 | 18 lastOffset i64 | 26 lastStableOffset i64
 */
export interface OffsetEntry {
  offset: number
  position: number
}

export interface TimeEntry {
  timestamp: number
  offset: number
}

export interface AbortedEntry {
  version: number
  producerId: bigint
  firstOffset: bigint
  lastOffset: bigint
  lastStableOffset: bigint
}

const OFFSET_ENTRY_BYTES = 8
const TIME_ENTRY_BYTES = 12
export const ABORTED_ENTRY_BYTES = 34

/** Entries of one size, each with an offset behind the base offset of the segment. */
abstract class IndexFile<Entry extends { offset: number }> {
  readonly baseOffset: number
  readonly count: number
  protected readonly bytes: Buffer

  constructor(bytes: Buffer, baseOffset: number, entryBytes: number) {
    this.bytes = bytes
    this.baseOffset = baseOffset
    this.count = Math.floor(bytes.length / entryBytes)
  }

  abstract entry(index: number): Entry

  /** The entries before the first zero one. */
  *entries(): Generator<Entry> {
    for (let index = 0; index < this.count; index++) {
      const entry = this.entry(index)
      if (entry.offset === this.baseOffset && index > 0) return
      yield entry
    }
  }
}

export class OffsetIndexFile extends IndexFile<OffsetEntry> {
  constructor(bytes: Buffer, baseOffset: number) {
    super(bytes, baseOffset, OFFSET_ENTRY_BYTES)
  }

  entry(index: number): OffsetEntry {
    const at = index * OFFSET_ENTRY_BYTES
    return {
      offset: this.baseOffset + this.bytes.readInt32BE(at),
      position: this.bytes.readInt32BE(at + 4),
    }
  }

  /** The position of the last entry that is not behind `offset`; 0 where there is none. */
  lookup(offset: number): number {
    let low = 0
    let high = this.count - 1
    let position = 0
    while (low <= high) {
      const middle = (low + high) >>> 1
      const entry = this.entry(middle)
      const isZero = middle > 0 && entry.offset === this.baseOffset
      if (isZero || entry.offset > offset) high = middle - 1
      else {
        position = entry.position
        low = middle + 1
      }
    }
    return position
  }

  /** Why a broker would build it anew when it starts. */
  problem(path: string): string | undefined {
    const last = this.count === 0 ? undefined : this.entry(this.count - 1)
    if (last !== undefined && last.offset < this.baseOffset)
      return `Corrupt index found, index file (${path}) has non-zero size but the last offset is ${last.offset} which is less than the base offset ${this.baseOffset}`
    if (this.bytes.length % OFFSET_ENTRY_BYTES !== 0)
      return `Index file ${path} is corrupt, found ${this.bytes.length} bytes which is neither positive nor a multiple of ${OFFSET_ENTRY_BYTES}`
    return undefined
  }
}

export class TimeIndexFile extends IndexFile<TimeEntry> {
  constructor(bytes: Buffer, baseOffset: number) {
    super(bytes, baseOffset, TIME_ENTRY_BYTES)
  }

  entry(index: number): TimeEntry {
    const at = index * TIME_ENTRY_BYTES
    const timestamp = Number(this.bytes.readBigInt64BE(at))
    return { timestamp, offset: this.baseOffset + this.bytes.readInt32BE(at + 8) }
  }

  /** Why a broker would build it anew when it starts. */
  problem(path: string): string | undefined {
    const what = `Corrupt time index found, time index file (${path}) has non-zero size but the last`
    if (this.count > 0) {
      const first = this.entry(0)
      const last = this.entry(this.count - 1)
      if (last.timestamp < first.timestamp)
        return `${what} timestamp is ${last.timestamp} which is less than the first timestamp ${first.timestamp}`
      if (last.offset < this.baseOffset)
        return `${what} offset is ${last.offset} which is less than the first offset ${this.baseOffset}`
    }
    if (this.bytes.length % TIME_ENTRY_BYTES !== 0)
      return `Time index file ${path} is corrupt, found ${this.bytes.length} bytes which is neither positive nor a multiple of ${TIME_ENTRY_BYTES}`
    return undefined
  }
}

/** The whole entries of an index of aborted transactions. */
export function* abortedEntries(bytes: Buffer): Generator<AbortedEntry> {
  for (let at = 0; at + ABORTED_ENTRY_BYTES <= bytes.length; at += ABORTED_ENTRY_BYTES)
    yield {
      version: bytes.readInt16BE(at),
      producerId: bytes.readBigInt64BE(at + 2),
      firstOffset: bytes.readBigInt64BE(at + 10),
      lastOffset: bytes.readBigInt64BE(at + 18),
      lastStableOffset: bytes.readBigInt64BE(at + 26),
    }
}
