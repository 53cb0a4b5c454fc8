/**
 * Fetched batches → records as objects → modules that look at them, change or drop them, one by one or some at
 * a time (`max.poll.records`), and may take their time → a receiver. For hot paths there is read-records.ts.
 */
import { loadCodec } from '../records/compression.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import { release } from '../release.ts'
import { AbortedFilter } from './aborted.ts'
import { type ConsumeInterceptor, type Held, passOne } from './consume-interceptors.ts'
import type { Fetched } from './fetched.ts'
import { incomingRecord, type IncomingRecord, placed } from './incoming-record.ts'
import type { PartitionPosition } from './position.ts'
import { checkBatch, located, type Reader, type ReadOptions, type Receiver } from './read-records.ts'

/** What takes records after modules have seen them. */
export interface DeliveryReceiver extends Receiver {
  /** How many of `most` records may be handed to modules now; 0: no more are wanted. `settle` gives them back. */
  claim(most: number): Promise<number>
  /** So many claimed records have been received, dropped or refused. */
  settle(claimed: number): void
  /** A module has dropped a record. False: this was the last one wanted. */
  dropped(): boolean
  /** What a module threw: throws it too, unless errors are to be skipped. */
  refused(error: unknown, where: string): void
}

export interface DeliveryOptions extends ReadOptions {
  interceptors: readonly ConsumeInterceptor[]
  /** The most records of one delivery. */
  maxPollRecords: number
  /** Leaves what has not been handed to a module when it aborts. */
  signal: AbortSignal
}

/** Others wait for the end of a step: to commit, or to have the partition given up. */
const LONG_STEP_MS = 100

export class DeliveryReader implements Reader<DeliveryReceiver> {
  readonly #options: DeliveryOptions
  /** Modules that want one record at a time should not have it wait for others. */
  readonly #sliceRecords: number

  constructor(options: DeliveryOptions) {
    this.#options = options
    const takesBatches = options.interceptors.some(({ onConsumeBatch }) => onConsumeBatch !== undefined)
    this.#sliceRecords = takesBatches ? options.maxPollRecords : 1
  }

  /** A step is a delivery: max.poll.records at most, or what modules that want single records have done in a moment. */
  async *steps(
    fetched: Fetched,
    receiver: DeliveryReceiver,
    isOver: () => boolean = () => false,
  ): AsyncGenerator<void, boolean> {
    const { position, nextOffset } = fetched
    const records = this.#records(fetched)
    for (let isLast = false; !isLast;) {
      const claimed = await receiver.claim(this.#options.maxPollRecords)
      if (claimed === 0) return false
      try {
        const held: Held[] = []
        while (held.length < claimed && !isLast) {
          const { value, done } = await records.next()
          if (done === true) isLast = true
          else held.push(value)
        }
        const outcome = yield* this.#deliver(held, position, receiver, isOver)
        if (outcome === 'enough') return false
        if (outcome === 'over') return true
      } finally {
        receiver.settle(claimed)
      }
      if (!isLast) yield
    }
    position.readOffset = nextOffset
    return true
  }

  async *#records(fetched: Fetched): AsyncGenerator<Held, void> {
    const { batches, position, fromOffset } = fetched
    const filter = new AbortedFilter(this.#options.isReadCommitted ? fetched.abortedTransactions : [])
    const cursor = new RecordCursor()
    for (const batch of batches) {
      checkBatch(batch, position, this.#options)
      if (batch.codec !== 'none') await loadCodec(batch.codec)
      try {
        if (filter.isHidden(batch)) continue
        cursor.open(batch)
        while (cursor.next()) {
          const { offset, timestamp } = cursor
          if (offset >= fromOffset && offset < position.endOffset)
            yield {
              batch,
              offset,
              timestamp,
              record: incomingRecord(cursor, position.topic, position.partition),
            }
        }
        if (batch.codec !== 'none') release(cursor.bytes)
      } catch (error) {
        throw located(error, position, batch)
      }
    }
  }

  async *#deliver(
    held: readonly Held[],
    position: PartitionPosition,
    receiver: DeliveryReceiver,
    isOver: () => boolean,
  ): AsyncGenerator<void, 'more' | 'enough' | 'over'> {
    let begunMs = Date.now()
    for (let at = 0; at < held.length; at += this.#sliceRecords) {
      if (at > 0 && Date.now() - begunMs >= LONG_STEP_MS) {
        // What is done should be seen, and may be committed.
        await receiver.flush()
        yield
        begunMs = Date.now()
      }
      if (this.#options.signal.aborted || isOver()) return 'over'
      const slice = held.slice(at, at + this.#sliceRecords)
      try {
        const passing = this.#pass(slice)
        if (passing !== undefined) await passing
      } catch (error) {
        receiver.refused(error, whereOf(position, slice))
        position.readOffset = slice[slice.length - 1]!.offset + 1
        continue
      }
      for (const one of slice) if (!(await this.#hand(one, position, receiver))) return 'enough'
    }
    return 'more'
  }

  /** Through all modules, in their order. Nothing is awaited where nothing has to be. */
  #pass(slice: Held[], from = 0): Promise<void> | undefined {
    const { interceptors } = this.#options
    for (let index = from; index < interceptors.length; index++) {
      const passing = passOne(interceptors[index]!, slice)
      if (passing !== undefined) return passing.then(() => this.#pass(slice, index + 1))
    }
    return undefined
  }

  /** False when the receiver wants no more. */
  async #hand(held: Held, position: PartitionPosition, receiver: DeliveryReceiver): Promise<boolean> {
    position.readOffset = held.offset
    position.readLeaderEpoch = held.batch.leaderEpoch
    const wantsMore = held.record === null ? receiver.dropped() : give(held, held.record, position, receiver)
    // Whoever flushes, or stops here, may commit what stands here.
    position.readOffset = held.offset + 1
    if (wantsMore && receiver.isFull()) await receiver.flush()
    return wantsMore
  }
}

function give(
  held: Held,
  record: IncomingRecord,
  position: PartitionPosition,
  receiver: DeliveryReceiver,
): boolean {
  let cursor: RecordCursor
  try {
    cursor = placed(held.batch, held.offset, record, held.timestamp)
  } catch (error) {
    receiver.refused(error, whereOf(position, [held]))
    return true
  }
  return receiver.record(cursor, position)
}

function whereOf({ name }: PartitionPosition, slice: readonly Held[]): string {
  const [first, last] = [slice[0]!.offset, slice[slice.length - 1]!.offset]
  return first === last ? `${name} at offset ${first}` : `${name} at offsets ${first} to ${last}`
}
