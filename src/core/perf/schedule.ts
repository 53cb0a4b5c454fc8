/**
 * When each record is meant to be sent. With a rate that is a timetable, kept whatever the brokers do: a record that
 * leaves late because they stalled has been waiting since its own time, so its latency says so (no coordinated
 * omission). Without one, a record is meant to be sent when it is.
 */
import { nowUs } from './clock.ts'

export interface Schedule {
  /** How many records should have been appended by now; Infinity without a rate. */
  due(): number
  /** Says that the record of this position is being appended now. */
  note(position: number): void
  /** When it was meant to be sent, on the monotonic clock. */
  intendedUs(position: number): number
  /** Says that `count` records from `position` on have their end: nobody will ask for them again. */
  settle(position: number, count: number): void
}

/**
 * The timetable goes in steps of a millisecond, which is what timers can keep: all records of a millisecond are
 * due together.
 */
export class Paced implements Schedule {
  readonly #startedUs: number
  readonly #perMs: number

  constructor(startedUs: number, recordsPerSec: number) {
    this.#startedUs = startedUs
    this.#perMs = recordsPerSec / 1000
  }

  due(): number {
    const elapsedMs = Math.floor((nowUs() - this.#startedUs) / 1000)
    return Math.floor(elapsedMs * this.#perMs) + 1
  }

  note(): void {}

  intendedUs(position: number): number {
    return this.#startedUs + Math.ceil(position / this.#perMs) * 1000
  }

  settle(): void {}
}

/** So many records share a look at the clock: a few microseconds' worth. */
export const RECORDS_PER_LOOK = 32
const RECORDS_PER_PAGE = 4096 * RECORDS_PER_LOOK

interface Page {
  times: Float64Array
  unsettled: number
}

/** Remembers when records were appended, until they are acknowledged. */
export class Unpaced implements Schedule {
  readonly #pages = new Map<number, Page>()

  due(): number {
    return Infinity
  }

  note(position: number): void {
    if (position % RECORDS_PER_LOOK !== 0) return
    const page = this.#pageOf(position)
    page.times[(position % RECORDS_PER_PAGE) / RECORDS_PER_LOOK] = nowUs()
  }

  intendedUs(position: number): number {
    return this.#pageOf(position).times[Math.floor((position % RECORDS_PER_PAGE) / RECORDS_PER_LOOK)]!
  }

  settle(position: number, count: number): void {
    let at = position
    const end = position + count
    while (at < end) {
      const number = Math.floor(at / RECORDS_PER_PAGE)
      const upTo = Math.min(end, (number + 1) * RECORDS_PER_PAGE)
      const page = this.#pageOf(at)
      page.unsettled -= upTo - at
      if (page.unsettled === 0) this.#pages.delete(number)
      at = upTo
    }
  }

  #pageOf(position: number): Page {
    const number = Math.floor(position / RECORDS_PER_PAGE)
    let page = this.#pages.get(number)
    if (page === undefined) {
      page = { times: new Float64Array(RECORDS_PER_PAGE / RECORDS_PER_LOOK), unsettled: RECORDS_PER_PAGE }
      this.#pages.set(number, page)
    }
    return page
  }
}
