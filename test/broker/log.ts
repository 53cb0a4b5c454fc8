// Where a record batch keeps what a log needs (KIP-98): 0 baseOffset i64 | 8 length i32 | 12 leaderEpoch i32 | … 23 lastOffsetDelta i32
const LAST_OFFSET_DELTA = 23
const BATCH_OVERHEAD = 12

/** The batches of one partition as they came, with base offsets as a broker gives them. */
export class FakeLog {
  readonly batches: { baseOffset: bigint; lastOffset: bigint; bytes: Buffer }[] = []
  startOffset = 0n
  endOffset = 0n

  /** Appends one or more batches; gives the offset of the first record. */
  append(records: Buffer): bigint {
    const first = this.endOffset
    for (let at = 0; at < records.length;) {
      const size = BATCH_OVERHEAD + records.readInt32BE(at + 8)
      const bytes = Buffer.from(records.subarray(at, at + size))
      bytes.writeBigInt64BE(this.endOffset, 0)
      const lastOffset = this.endOffset + BigInt(bytes.readInt32BE(LAST_OFFSET_DELTA))
      this.batches.push({ baseOffset: this.endOffset, lastOffset, bytes })
      this.endOffset = lastOffset + 1n
      at += size
    }
    return first
  }

  /** Whole batches from the one that holds `offset` on: at least one, and more while they fit. */
  read(offset: bigint, maxBytes: number): Buffer {
    const parts: Buffer[] = []
    let total = 0
    for (const { lastOffset, bytes } of this.batches) {
      if (lastOffset < offset) continue
      if (parts.length > 0 && total + bytes.length > maxBytes) break
      parts.push(bytes)
      total += bytes.length
    }
    return Buffer.concat(parts)
  }
}
