/** Answers between the loops that fetch and the one who reads: of each loop one may wait here, then the loop waits too. */
import { giveFrame } from '../cluster/frame-pool.ts'
import { Pause } from '../cluster/pause.ts'
import type { Fetched } from './fetched.ts'

export class Arrivals {
  /** Answers not taken yet, with the function that lets their broker's loop go on. */
  readonly #waiting: { fetched: Fetched[]; taken: () => void }[] = []
  readonly #reader = new Pause()
  /** What `next` gave last: its frame is used again when the reader comes back. */
  #lent: Fetched[] = []
  #failure: Error | undefined

  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  get areThere(): boolean {
    return this.#waiting.length > 0
  }

  /** Resolves when it was taken. */
  hand(fetched: Fetched[]): Promise<void> {
    return new Promise((resolve) => {
      const isFirst = this.#waiting.length === 0
      this.#waiting.push({ fetched, taken: resolve })
      if (isFirst) this.wake()
    })
  }

  /** What has arrived is read before `next` throws this. */
  fail(error: Error): void {
    this.#failure ??= error
    this.wake()
  }

  /** Lets `next` come back at once, with nothing if there is nothing. */
  wake(): void {
    this.#reader.wake()
  }

  async next(waitMs: number, signal: AbortSignal | undefined): Promise<Fetched[] | undefined> {
    this.keep()()
    if (this.#waiting.length === 0) await this.#arrival(waitMs, signal)
    const answer = this.#waiting.shift()
    if (answer !== undefined) {
      answer.taken()
      this.#lent = answer.fetched
      return answer.fetched.filter(({ position, generation }) => position.generation === generation)
    }
    if (this.#failure !== undefined) throw this.#failure
    return undefined
  }

  /** What `next` gave last stays the caller's beyond the next call, until the function returned is called. */
  keep(): () => void {
    const kept = this.#lent
    this.#lent = []
    return () => {
      for (const { batches } of kept) if (batches[0] !== undefined) giveFrame(batches[0].bytes)
    }
  }

  close(): void {
    for (const { taken } of this.#waiting) taken()
    this.wake()
  }

  async #arrival(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#failure !== undefined || signal?.aborted === true) return
    const wake = () => this.wake()
    signal?.addEventListener('abort', wake, { once: true })
    await this.#reader.wait(waitMs)
    signal?.removeEventListener('abort', wake)
  }
}
