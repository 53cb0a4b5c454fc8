/** One line on a terminal while a run lasts: rate, MB/s, latency, failures; redrawn in place. */
import { type Interval, totalOf } from '../../core/perf/recorder.ts'
import { redrawn } from '../meter.ts'

const REDRAW_MS = 200

export interface LiveState {
  interval: Interval
  elapsedMs: number
  /** Records so far, and how many there will be; Infinity where nobody knows. */
  records: number
  goal: number
  failed: number
}

export class LiveLine {
  readonly #read: () => LiveState
  readonly #write: (text: string) => void
  #timer: NodeJS.Timeout | undefined

  constructor(read: () => LiveState, write: (text: string) => void) {
    this.#read = read
    this.#write = write
  }

  start(): void {
    this.#timer = setInterval(() => this.#write(redrawn(liveText(this.#read()))), REDRAW_MS)
    this.#timer.unref()
  }

  /** Removes the line. */
  stop(): void {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#write(redrawn(''))
  }
}

/** `3.2 s  123456 of 1000000 records  45000 records/s  4.3 MB/s  0 failed  p50 1.20 ms  p99 8.10 ms`. */
function liveText({ interval, elapsedMs, records, goal, failed }: LiveState): string {
  const tally = totalOf(interval)
  const seconds = Math.max(elapsedMs - interval.fromMs, 1) / 1000
  const parts = [
    `${(elapsedMs / 1000).toFixed(1)} s`,
    goal === Infinity ? `${records} records` : `${records} of ${goal} records`,
    `${Math.round(tally.records / seconds)} records/s`,
    `${(tally.bytes / 2 ** 20 / seconds).toFixed(1)} MB/s`,
    `${failed} failed`,
  ]
  if (tally.samples > 0)
    parts.push(
      ...[50, 99].map((percent) => `p${percent} ${(tally.percentileUs(percent) / 1000).toFixed(2)} ms`),
    )
  return parts.join('  ')
}
