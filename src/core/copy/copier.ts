/**
 * Fetched batches → a producer. A batch that nothing changes is passed on as it is, in the very memory that it arrived
 * in; of any other the records are written anew.
 */
import { AbortedFilter } from '../consumer/aborted.ts'
import type { Fetched } from '../consumer/fetched.ts'
import type { PartitionPosition } from '../consumer/position.ts'
import { CorruptDataError } from '../errors.ts'
import type { Producer } from '../producer/producer.ts'
import type { TopicRouter } from '../producer/topic-router.ts'
import { type Batch, hasValidCrc } from '../records/batch-reader.ts'
import { isForwardable } from '../records/batch-writer.ts'
import { loadCodec } from '../records/compression.ts'
import type { Crc32c } from '../records/crc32c.ts'
import type { Codec } from '../records/layout.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import { release } from '../release.ts'
import type { RecordFilter } from '../search/filter.ts'
import type { PlacedRecord, RecordMap } from './record-map.ts'

export interface CopierOptions {
  producer: Producer
  router: TopicRouter
  /** Records stay in the partition that they are in. */
  keepsPartition: boolean
  keepsTimestamp: boolean
  /** Undefined: each batch keeps its own. */
  codec: Codec | undefined
  filter: RecordFilter | undefined
  map: RecordMap | undefined
  /** Aborted transactions are left out. */
  isReadCommitted: boolean
  /** Undefined: checksums are not checked (`check.crcs=false`). */
  crc32c: Crc32c | undefined
  signal: AbortSignal
}

/**
 * Smaller batches are joined with their neighbours, record by record: brokers take one batch of a partition with each
 * request, and a request costs them as much as a thousand records cost us. A topic of Java's 16 KiB batches is copied
 * twice as fast so.
 */
const LEAST_FORWARDED_BYTES = 64 * 1024
/** Well packed batches are small, and the dearer to take apart. */
const LEAST_FORWARDED_RECORDS = 1000

export class Copier {
  /** Records that were read, and of these, those written (not yet acknowledged). */
  read = 0
  written = 0
  /** Batches that went through as they were. */
  forwarded = 0
  readonly #options: CopierOptions
  readonly #cursor = new RecordCursor()

  constructor(options: CopierOptions) {
    this.#options = options
  }

  /** Takes over what has become known of the target, such as partitions added to it. */
  refresh(): void {
    this.#options.router.refreshIfChanged()
  }

  /**
   * Hands `fetched` to the producer, as fast as it has room. `keep` is called for each batch that goes through as it is:
   * the bytes are given back by what it returns. Throws CorruptDataError, naming partition and offset.
   */
  async copy(fetched: Fetched, keep: () => () => void): Promise<void> {
    const { batches, position, nextOffset } = fetched
    const filter = new AbortedFilter(this.#options.isReadCommitted ? fetched.abortedTransactions : [])
    for (const batch of batches) {
      if (batch.baseOffset >= position.endOffset) break
      this.#check(batch, position)
      if (batch.codec !== 'none') await loadCodec(batch.codec)
      if (!filter.isHidden(batch)) await this.#copyBatch(batch, fetched, keep)
      position.readOffset = Math.min(Math.max(fetched.fromOffset, batch.lastOffset + 1), position.endOffset)
      position.readLeaderEpoch = batch.leaderEpoch
    }
    position.readOffset = Math.min(nextOffset, position.endOffset)
  }

  async #copyBatch(batch: Batch, fetched: Fetched, keep: () => () => void): Promise<void> {
    const { producer, signal } = this.#options
    if (!producer.hasRoom) await producer.room(signal)
    if (this.#passesWhole(batch, fetched)) {
      this.read += batch.recordsCount
      this.written += batch.recordsCount
      this.forwarded++
      producer.forward(this.#options.router.queueOf(fetched.position.partition), batch, keep())
      return
    }
    try {
      await this.#copyRecords(batch, fetched)
      if (batch.codec !== 'none') release(this.#cursor.bytes)
    } catch (error) {
      if (!(error instanceof CorruptDataError)) throw error
      throw new CorruptDataError(`${fetched.position.name}: ${error.message}`, { cause: error })
    }
  }

  #passesWhole(batch: Batch, { fromOffset, position }: Fetched): boolean {
    const { keepsPartition, keepsTimestamp, codec, filter, map } = this.#options
    if (!keepsPartition || !keepsTimestamp || filter !== undefined || map !== undefined) return false
    if (codec !== undefined && codec !== batch.codec) return false
    if (batch.baseOffset < fromOffset || batch.lastOffset >= position.endOffset) return false
    const isLarge =
      batch.bytes.length >= LEAST_FORWARDED_BYTES || batch.recordsCount >= LEAST_FORWARDED_RECORDS
    return isLarge && isForwardable(batch)
  }

  async #copyRecords(batch: Batch, { fromOffset, position }: Fetched): Promise<void> {
    const { producer, filter, map, keepsPartition, signal } = this.#options
    const cursor = this.#cursor
    const { topic, partition } = position
    cursor.open(batch)
    if (filter?.mayMatch(cursor.bytes) === false) {
      this.read += batch.recordsCount
      return
    }
    while (cursor.next()) {
      if (cursor.offset < fromOffset) continue
      if (cursor.offset >= position.endOffset) return
      this.read++
      if (filter !== undefined && !filter.matches(cursor, topic, partition)) continue
      if (map !== undefined) this.#appendAll(map(cursor, topic, partition), batch.codec)
      else this.#append(cursor, batch.codec, keepsPartition ? partition : undefined)
      if (producer.hasRoom) continue
      // Whoever is interrupted here may commit what stands here.
      position.readOffset = cursor.offset + 1
      await producer.room(signal)
    }
  }

  #appendAll(records: readonly PlacedRecord[], codec: Codec): void {
    for (const record of records) this.#append(record, codec, record.partition)
  }

  /** Hot path. */
  #append(cursor: RecordCursor, codec: Codec, partition: number | undefined): void {
    const { producer, router, keepsTimestamp } = this.#options
    const { bytes, keyStart, keyEnd, valueStart, valueEnd, headerCount } = cursor
    const headers =
      headerCount === 0
        ? null
        : { count: headerCount, bytes, start: cursor.headersStart, end: cursor.headersEnd }
    const queue =
      partition === undefined
        ? router.queueFor(bytes, keyStart, keyEnd, valueStart, valueEnd, headers)
        : router.queueOf(partition)
    queue.codec = this.#options.codec ?? codec
    const timestamp = keepsTimestamp ? cursor.timestamp : Date.now()
    producer.append(
      queue, timestamp, keyStart < 0 ? null : bytes, keyStart, keyEnd,
      valueStart < 0 ? null : bytes, valueStart, valueEnd, headers, cursor.offset,
    ) // prettier-ignore
    this.written++
  }

  #check(batch: Batch, { name }: PartitionPosition): void {
    const { crc32c } = this.#options
    if (crc32c === undefined || hasValidCrc(batch, crc32c)) return
    throw new CorruptDataError(`${name}: the batch at offset ${batch.baseOffset} does not match its CRC`, {
      hint: 'the bytes were damaged on the disk of the broker or on the way; --from-command-property check.crcs=false reads on',
    })
  }
}
