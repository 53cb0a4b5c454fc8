/** Brings the records of partitions into the order of their timestamps before somebody else takes them. */
import type { Fetched } from '../../core/consumer/fetched.ts'
import type { Fetcher } from '../../core/consumer/fetcher.ts'
import type { PartitionPosition } from '../../core/consumer/position.ts'
import type { Receiver } from '../../core/consumer/read-records.ts'
import { copyOf, type RecordCursor } from '../../core/records/record-cursor.ts'

export interface MergerOptions {
  fetcher: Fetcher
  positions: readonly PartitionPosition[]
  isReadCommitted: boolean
  /** Takes the records in order. */
  receiver: Receiver
  /** Only the youngest so many, given out at the end. */
  last: number | undefined
}

/** A partition with as many records waiting is not fetched further. */
const ENOUGH_WAITING = 20_000

/** Moving what is left to the front costs, too. */
const FORGOTTEN_AT_ONCE = 1000

interface Waiting {
  position: PartitionPosition
  records: RecordCursor[]
  /** Index in `records` of the next. */
  at: number
  /** Where reading began. */
  start: number
}

/**
 * Within a partition the order of offsets stays, whatever the timestamps say. A record waits until no other partition
 * can bring an earlier one: each has one waiting, or has reached its end.
 */
export class Merger implements Receiver {
  readonly #options: MergerOptions
  readonly #waiting = new Map<PartitionPosition, Waiting>()
  #wantsMore = true

  constructor(options: MergerOptions) {
    this.#options = options
    for (const position of options.positions) this.#of(position)
  }

  record(cursor: RecordCursor, position: PartitionPosition): boolean {
    const { records } = this.#of(position)
    records.push(copyOf(cursor))
    const { last } = this.#options
    // Twice as many, so that most records are not moved about.
    if (last !== undefined && records.length > 2 * last) records.splice(0, records.length - last)
    return true
  }

  isFull(): boolean {
    return false
  }

  flush(): Promise<void> {
    return this.#options.receiver.flush()
  }

  /** `fetched` has been read: gives out what may go. False when no more are wanted. */
  async settle({ position }: Fetched): Promise<boolean> {
    await this.giveOut()
    const { records, at } = this.#of(position)
    if (this.#options.last === undefined && records.length - at >= ENOUGH_WAITING) position.isPaused = true
    return this.#wantsMore
  }

  /** Gives out what no record to come can be earlier than. */
  async giveOut(): Promise<void> {
    if (this.#options.last === undefined) await this.#giveOut(false)
  }

  /** All that is left, in order. */
  async end(): Promise<void> {
    const { last } = this.#options
    if (last !== undefined) this.#keepLast(last)
    await this.#giveOut(true)
  }

  async #giveOut(isEnd: boolean): Promise<void> {
    const { receiver } = this.#options
    while (this.#wantsMore) {
      const next = this.#next(isEnd)
      if (next === undefined) return
      const cursor = next.records[next.at++]!
      this.#forget(next)
      this.#wantsMore = receiver.record(cursor, next.position)
      if (receiver.isFull()) await receiver.flush()
    }
  }

  /** The partition whose first record is the earliest; undefined where one that is not known could be earlier. */
  #next(isEnd: boolean): Waiting | undefined {
    let earliest: Waiting | undefined
    for (const one of this.#waiting.values()) {
      const first = one.records[one.at]
      if (first === undefined) {
        if (isEnd || this.#isAtEnd(one)) continue
        return undefined
      }
      if (earliest === undefined || first.timestamp < earliest.records[earliest.at]!.timestamp) earliest = one
    }
    return earliest
  }

  /** Nothing more can come of it than what nobody has written yet. */
  #isAtEnd({ position, start }: Waiting): boolean {
    const { endOffset, highWatermark, lastStableOffset, readOffset } = position
    const reached = Math.max(start, readOffset)
    const limit = this.#options.isReadCommitted ? lastStableOffset : highWatermark
    return reached >= endOffset || (limit >= 0 && reached >= limit)
  }

  #forget(one: Waiting): void {
    if (one.at === one.records.length) this.#options.fetcher.resume(one.position)
    else if (one.at < FORGOTTEN_AT_ONCE) return
    one.records.splice(0, one.at)
    one.at = 0
  }

  #keepLast(last: number): void {
    const heads = [...this.#waiting.values()]
    let left = heads.reduce((sum, { records, at }) => sum + records.length - at, 0)
    for (; left > last; left--) {
      const oldest = this.#next(true)!
      oldest.at++
    }
  }

  #of(position: PartitionPosition): Waiting {
    let waiting = this.#waiting.get(position)
    if (waiting === undefined) {
      // One that is met while reading is a partition that has been added to its topic.
      waiting = { position, records: [], at: 0, start: position.offset }
      this.#waiting.set(position, waiting)
    }
    return waiting
  }
}
