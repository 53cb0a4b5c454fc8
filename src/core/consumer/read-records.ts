/** Fetched batches → records, one after the other, to a receiver. The hot path of every consumer. */
import { CorruptDataError } from '../errors.ts'
import { type Batch, hasValidCrc } from '../records/batch-reader.ts'
import { loadCodec } from '../records/compression.ts'
import type { Crc32c } from '../records/crc32c.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import { release } from '../release.ts'
import { AbortedFilter } from './aborted.ts'
import type { Fetched } from './fetched.ts'
import type { PartitionPosition } from './position.ts'

export interface Receiver {
  /** The record that `cursor` stands on; valid during the call. False: this was the last one wanted. */
  record(cursor: RecordCursor, position: PartitionPosition): boolean
  /**
   * Takes as many records from where `cursor` stands as can be taken at once, but not the last one wanted; returns how many, and 0
   * where the next is one for `record`.
   */
  many?(cursor: RecordCursor, position: PartitionPosition): number
  /** Asked before the records of a batch: false where none of them, all of which stand in `bytes`, can be of interest. */
  mayWant?(bytes: Uint8Array): boolean
  /** Asked after each record: true when `flush` should be awaited before the next. */
  isFull(): boolean
  flush(): Promise<void>
}

/**
 * Makes records of what was fetched, in steps: between two of them the partition may be given up. The last
 * answer is false when the receiver wants no more. Throws CorruptDataError, naming partition and offset.
 */
export interface Reader<To extends Receiver = Receiver> {
  /** `isOver` is asked before a record is begun: true leaves this one and those after it. */
  steps(fetched: Fetched, receiver: To, isOver?: () => boolean): AsyncGenerator<void, boolean>
}

export interface ReadOptions {
  isReadCommitted: boolean
  /** Undefined: checksums are not checked (`check.crcs=false`). */
  crc32c: Crc32c | undefined
  /** Aborted by an interrupt: no record is begun any more. */
  signal?: AbortSignal
}

/** How it went with a batch: all of it was read, no more is wanted, or the rest was left. */
type BatchEnd = 'all' | 'enough' | 'left'

export class RecordReader implements Reader {
  readonly #options: ReadOptions
  readonly #cursors: RecordCursor[] = []

  constructor(options: ReadOptions) {
    this.#options = options
  }

  /** All in one step: only where the receiver flushes can it take long, and there `isOver` is asked. */
  async *steps(fetched: Fetched, receiver: Receiver, isOver?: () => boolean): AsyncGenerator<void, boolean> {
    return await this.read(fetched, receiver, isOver)
  }

  /** Gives every record of `fetched` that is to be seen to `receiver`; false when it wants no more. */
  async read(fetched: Fetched, receiver: Receiver, isOver: () => boolean = () => false): Promise<boolean> {
    // Several partitions may be read at a time (`--parallel`).
    const cursor = this.#cursors.pop() ?? new RecordCursor()
    try {
      const { signal } = this.#options
      return await this.#read(cursor, fetched, receiver, () => signal?.aborted === true || isOver())
    } finally {
      this.#cursors.push(cursor)
    }
  }

  async #read(
    cursor: RecordCursor,
    fetched: Fetched,
    receiver: Receiver,
    isOver: () => boolean,
  ): Promise<boolean> {
    const { batches, position, fromOffset } = fetched
    const filter = new AbortedFilter(this.#options.isReadCommitted ? fetched.abortedTransactions : [])
    for (const batch of batches) {
      if (isOver()) return true
      checkBatch(batch, position, this.#options)
      if (batch.codec !== 'none') await loadCodec(batch.codec)
      position.readLeaderEpoch = batch.leaderEpoch
      try {
        if (filter.isHidden(batch)) continue
        cursor.open(batch)
        const isWanted = receiver.mayWant?.(cursor.bytes) !== false
        const end = isWanted ? await this.#readBatch(cursor, fromOffset, position, receiver, isOver) : 'all'
        if (batch.codec !== 'none') release(cursor.bytes)
        if (end !== 'all') return end === 'left'
      } catch (error) {
        throw located(error, position, batch)
      }
      position.readOffset = Math.max(fromOffset, batch.lastOffset + 1)
    }
    position.readOffset = fetched.nextOffset
    return true
  }

  async #readBatch(
    cursor: RecordCursor,
    fromOffset: number,
    position: PartitionPosition,
    receiver: Receiver,
    isOver: () => boolean,
  ): Promise<BatchEnd> {
    for (;;) {
      if (readMany(cursor, fromOffset, position, receiver)) {
        if (!receiver.isFull()) continue
        await receiver.flush()
        if (isOver()) return 'left'
        continue
      }
      if (!cursor.next()) return 'all'
      if (cursor.offset < fromOffset) continue
      if (cursor.offset >= position.endOffset) return 'all'
      // Should the receiver throw, all before this record is with it.
      position.readOffset = cursor.offset
      const wantsMore = receiver.record(cursor, position)
      if (wantsMore && !receiver.isFull()) continue
      // Whoever flushes, or stops here, may commit what stands here.
      position.readOffset = cursor.offset + 1
      if (!wantsMore) return 'enough'
      await receiver.flush()
      if (isOver()) return 'left'
    }
  }
}

/** Whether the receiver took some of the next records at once. */
function readMany(
  cursor: RecordCursor,
  fromOffset: number,
  position: PartitionPosition,
  receiver: Receiver,
): boolean {
  if (receiver.many === undefined || cursor.nextOffset < fromOffset) return false
  if (receiver.many(cursor, position) === 0) return false
  position.readOffset = cursor.nextOffset
  return true
}

/** Throws CorruptDataError for bytes that are not what their checksum says. */
export function checkBatch(batch: Batch, { name }: PartitionPosition, { crc32c }: ReadOptions): void {
  if (crc32c === undefined || hasValidCrc(batch, crc32c)) return
  throw new CorruptDataError(`${name}: the batch at offset ${batch.baseOffset} does not match its CRC`, {
    hint: 'the bytes were damaged on the disk of the broker or on the way; --command-property check.crcs=false reads on',
  })
}

/** The error, with partition and offset where it is about damaged data. */
export function located(error: unknown, { name }: PartitionPosition, batch: Batch): unknown {
  if (!(error instanceof CorruptDataError)) return error
  const message = error.message.startsWith('the batch at offset')
    ? `${name}: ${error.message}`
    : `${name}: the batch at offset ${batch.baseOffset}: ${error.message}`
  return new CorruptDataError(message, { cause: error })
}
