/**
 * Walks the records of a batch. Hot loop: one cursor serves any number of batches, and a record is a set of
 * positions in `bytes`, never an object of its own.
 */
import { CorruptDataError } from '../errors.ts'
import { type Batch, recordsSection } from './batch-reader.ts'
import { legacyRecords } from './legacy.ts'

/** Stands for Kafka's null in `keyStart`, `valueStart` and the header positions. */
const NULL_AT = -1

export class RecordCursor {
  /** What the positions point into. */
  bytes: Uint8Array = new Uint8Array(0)
  batch: Batch | undefined
  offset = 0
  timestamp = 0
  keyStart = NULL_AT
  keyEnd = NULL_AT
  valueStart = NULL_AT
  valueEnd = NULL_AT
  headerCount = 0
  /** Where the encoded headers stand; `header` walks them. */
  headersStart = 0
  headersEnd = 0

  #at = 0
  #left = 0
  #lastDelta = 0

  /** Goes before the first record of `batch`. Throws CorruptDataError when it cannot be unpacked. */
  open(batch: Batch): void {
    this.batch = batch
    if (batch.magic < 2) {
      // Rare and old: rewritten into the current layout, so that there is one loop.
      const { bytes, count } = legacyRecords(batch)
      this.bytes = bytes
      this.#left = count
    } else {
      this.bytes = recordsSection(batch)
      this.#left = batch.recordsCount
    }
    this.#at = 0
    this.#lastDelta = -1
  }

  /** Moves to the next record; false behind the last one. Throws CorruptDataError on impossible lengths. */
  next(): boolean {
    if (this.#left <= 0) return this.#atEnd()
    this.#left--
    const { bytes } = this
    const batch = this.batch!
    const length = this.#varint()
    const end = this.#at + length
    if (length < 0 || end > bytes.length) this.#fail(`a record claims ${length} bytes`)
    this.#at++ // attributes of a record: none are defined
    const timestampDelta = this.#varlong()
    const offsetDelta = this.#varint()
    if (offsetDelta <= this.#lastDelta) this.#fail('the offsets of its records do not rise')
    this.#lastDelta = offsetDelta
    this.offset = batch.baseOffset + offsetDelta
    this.timestamp = batch.isLogAppendTime ? batch.maxTimestamp : batch.baseTimestamp + timestampDelta

    const keyLength = this.#varint()
    this.keyStart = keyLength < 0 ? NULL_AT : this.#at
    this.#at += keyLength < 0 ? 0 : keyLength
    this.keyEnd = keyLength < 0 ? NULL_AT : this.#at
    if (this.#at > end) this.#fail(`a key claims ${keyLength} bytes`)
    const valueLength = this.#varint()
    this.valueStart = valueLength < 0 ? NULL_AT : this.#at
    this.#at += valueLength < 0 ? 0 : valueLength
    this.valueEnd = valueLength < 0 ? NULL_AT : this.#at
    if (this.#at > end) this.#fail(`a value claims ${valueLength} bytes`)
    this.headerCount = this.#varint()
    this.headersStart = this.#at
    this.headersEnd = end
    // A header takes two bytes at least, and nothing stands behind the last one.
    const left = end - this.#at
    if (this.headerCount < 0 || this.headerCount * 2 > left || (this.headerCount === 0 && left !== 0))
      this.#fail(`a record claims ${this.headerCount} headers in ${left} bytes`)
    this.#at = end
    return true
  }

  /** Where in `bytes` the next record begins, how many there are from there on, and the offset delta of the one before (-1: none). */
  get at(): number {
    return this.#at
  }

  get left(): number {
    return this.#left
  }

  get lastDelta(): number {
    return this.#lastDelta
  }

  /** The next record's, or a later one: compaction leaves gaps. */
  get nextOffset(): number {
    return this.batch!.baseOffset + this.#lastDelta + 1
  }

  /** Somebody has read the next `count` records, of `bytes` bytes and up to the offset delta `lastDelta`: only `offset` tells of them. */
  skip(bytes: number, count: number, lastDelta: number): void {
    this.#at += bytes
    this.#left -= count
    this.#lastDelta = lastDelta
    this.offset = this.batch!.baseOffset + lastDelta
  }

  /** The headers of the current record: each calls `visit` with positions in `bytes`; a null value has NULL_AT. */
  forEachHeader(
    visit: (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => void,
  ): void {
    const resume = this.#at
    this.#at = this.headersStart
    for (let index = 0; index < this.headerCount; index++) {
      const keyLength = this.#varint()
      const keyStart = this.#at
      const keyEnd = keyStart + keyLength
      if (keyLength < 0 || keyEnd > this.headersEnd) this.#fail(`a header key claims ${keyLength} bytes`)
      this.#at = keyEnd
      const valueLength = this.#varint()
      const valueStart = valueLength < 0 ? NULL_AT : this.#at
      const valueEnd = valueLength < 0 ? NULL_AT : this.#at + valueLength
      if (valueEnd > this.headersEnd) this.#fail(`a header value claims ${valueLength} bytes`)
      if (valueLength > 0) this.#at = valueEnd
      visit(keyStart, keyEnd, valueStart, valueEnd)
    }
    this.#at = resume
  }

  #atEnd(): false {
    if (this.batch !== undefined && this.#at !== this.bytes.length)
      this.#fail('bytes are left behind its last record')
    return false
  }

  #varint(): number {
    const { bytes } = this
    let byte = bytes[this.#at++]!
    // One byte is by far the most frequent length.
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    let value = byte & 0x7f
    for (let shift = 7; shift <= 28; shift += 7) {
      byte = bytes[this.#at++]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
      if (byte === undefined) break
    }
    return this.#fail('a varint does not end')
  }

  #varlong(): number {
    const { bytes } = this
    let byte = bytes[this.#at++]!
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    // The sign is kept apart: with it the value may not fit into the 53 bits of a number.
    const isNegative = (byte & 1) === 1
    let value = (byte & 0x7e) >>> 1
    let factor = 0x40
    for (let index = 1; index < 10; index++) {
      byte = bytes[this.#at++]!
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return isNegative ? -value - 1 : value
      if (byte === undefined) break
      factor *= 0x80
    }
    return this.#fail('a varlong does not end')
  }

  #fail(why: string): never {
    const { batch } = this
    throw new CorruptDataError(`the batch at offset ${batch?.baseOffset ?? 0} is damaged: ${why}`)
  }
}

/** What Kafka calls the kind of a timestamp (org.apache.kafka.common.record.TimestampType). */
export function timestampType({ timestamp, batch }: RecordCursor): string {
  if (timestamp === -1 && batch!.magic === 0) return 'NoTimestampType'
  return batch!.isLogAppendTime ? 'LogAppendTime' : 'CreateTime'
}

/** The record that `cursor` stands on, with bytes of its own. */
export function copyOf(cursor: RecordCursor): RecordCursor {
  const { keyStart, valueStart, headersStart, headersEnd } = cursor
  const start = keyStart >= 0 ? keyStart : valueStart >= 0 ? valueStart : headersStart
  const copy = new RecordCursor()
  copy.bytes = Uint8Array.prototype.slice.call(cursor.bytes, start, headersEnd)
  copy.batch = cursor.batch
  copy.offset = cursor.offset
  copy.timestamp = cursor.timestamp
  copy.keyStart = keyStart < 0 ? NULL_AT : 0
  copy.keyEnd = keyStart < 0 ? NULL_AT : cursor.keyEnd - start
  copy.valueStart = valueStart < 0 ? NULL_AT : valueStart - start
  copy.valueEnd = valueStart < 0 ? NULL_AT : cursor.valueEnd - start
  copy.headerCount = cursor.headerCount
  copy.headersStart = headersStart - start
  copy.headersEnd = headersEnd - start
  return copy
}
