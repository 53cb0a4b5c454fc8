/** Fetched batches → records, one after the other, to a receiver. The hot path of every consumer. */
import { CorruptDataError } from '../errors.ts'
import { type Batch, hasValidCrc } from '../records/batch-reader.ts'
import { loadCodec } from '../records/compression.ts'
import type { Crc32c } from '../records/crc32c.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import { release } from '../release.ts'
import { AbortedFilter } from './aborted.ts'
import type { Fetched } from './fetcher.ts'
import type { PartitionPosition } from './position.ts'

export interface Receiver {
  /** The record that `cursor` stands on; valid during the call. False: this was the last one wanted. */
  record(cursor: RecordCursor, position: PartitionPosition): boolean
  /** Asked after each record: true when `flush` should be awaited before the next. */
  isFull(): boolean
  flush(): Promise<void>
}

export interface ReadOptions {
  isReadCommitted: boolean
  /** Undefined: checksums are not checked (`check.crcs=false`). */
  crc32c: Crc32c | undefined
}

export class RecordReader {
  readonly #options: ReadOptions
  readonly #cursor = new RecordCursor()

  constructor(options: ReadOptions) {
    this.#options = options
  }

  /**
   * Gives every record of `fetched` that is to be seen to `receiver`; false when it wants no more. Throws
   * CorruptDataError, naming partition and offset.
   */
  async read(fetched: Fetched, receiver: Receiver): Promise<boolean> {
    const { batches, position, fromOffset } = fetched
    const filter = new AbortedFilter(this.#options.isReadCommitted ? fetched.abortedTransactions : [])
    for (const batch of batches) {
      this.#check(batch, position)
      if (batch.codec !== 'none') await loadCodec(batch.codec)
      position.readLeaderEpoch = batch.leaderEpoch
      try {
        if (filter.isHidden(batch)) continue
        this.#cursor.open(batch)
        const wantsMore = await this.#readBatch(fromOffset, position, receiver)
        if (batch.codec !== 'none') release(this.#cursor.bytes)
        if (!wantsMore) return false
      } catch (error) {
        throw error instanceof CorruptDataError ? located(error, position, batch) : error
      }
      position.readOffset = Math.max(fromOffset, batch.lastOffset + 1)
    }
    position.readOffset = fetched.nextOffset
    return true
  }

  async #readBatch(fromOffset: number, position: PartitionPosition, receiver: Receiver): Promise<boolean> {
    const cursor = this.#cursor
    while (cursor.next()) {
      if (cursor.offset < fromOffset) continue
      if (cursor.offset >= position.endOffset) return true
      // Should the receiver throw, all before this record is with it.
      position.readOffset = cursor.offset
      const wantsMore = receiver.record(cursor, position)
      if (wantsMore && !receiver.isFull()) continue
      // Whoever flushes, or stops here, may commit what stands here.
      position.readOffset = cursor.offset + 1
      if (!wantsMore) return false
      await receiver.flush()
    }
    return true
  }

  #check(batch: Batch, { name }: PartitionPosition): void {
    const { crc32c } = this.#options
    if (crc32c === undefined || hasValidCrc(batch, crc32c)) return
    throw new CorruptDataError(`${name}: the batch at offset ${batch.baseOffset} does not match its CRC`, {
      hint: 'the bytes were damaged on the disk of the broker or on the way; --command-property check.crcs=false reads on',
    })
  }
}

function located(error: CorruptDataError, { name }: PartitionPosition, batch: Batch): CorruptDataError {
  const message = error.message.startsWith('the batch at offset')
    ? `${name}: ${error.message}`
    : `${name}: the batch at offset ${batch.baseOffset}: ${error.message}`
  return new CorruptDataError(message, { cause: error })
}
