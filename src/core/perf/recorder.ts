/** Collects a run by intervals of time; what belongs to the warm-up is kept apart. */
import { nowUs } from './clock.ts'
import { merged, Tally, type TallyWire } from './tally.ts'

export interface Interval {
  /** Milliseconds since the start of the run. */
  fromMs: number
  toMs: number
  steady: Tally
  warmup: Tally
}

export interface IntervalWire {
  fromMs: number
  toMs: number
  steady: TallyWire
  warmup: TallyWire
}

/** What may be told of a failure: sentences, and how many records each befell. */
export type Failures = Map<string, number>

const MAX_SENTENCES = 20

export class Recorder {
  readonly warmupRecords: number
  readonly intervals: Interval[] = []
  readonly failures: Failures = new Map()
  /** Microseconds of the monotonic clock. */
  startedUs = 0
  /** When the first record after the warm-up was sent; the start where there is none. */
  steadyUs = 0
  endedUs: number | undefined
  #current: Interval = freshInterval(0)

  constructor(warmupRecords = 0) {
    this.warmupRecords = warmupRecords
  }

  start(): void {
    this.startedUs = this.steadyUs = nowUs()
  }

  get elapsedMs(): number {
    return ((this.endedUs ?? nowUs()) - this.startedUs) / 1000
  }

  /** The tally that the record of this position in the run belongs to. */
  tallyOf(position: number): Tally {
    return position < this.warmupRecords ? this.#current.warmup : this.#current.steady
  }

  /** The interval that is running. */
  get current(): Interval {
    return this.#current
  }

  fail(position: number, count: number, message: string): void {
    this.tallyOf(position).failed += count
    const key = this.failures.has(message) || this.failures.size < MAX_SENTENCES ? message : 'other failures'
    this.failures.set(key, (this.failures.get(key) ?? 0) + count)
  }

  /** Ends the interval that is running and begins the next. */
  roll(): Interval {
    const done = this.#current
    done.toMs = this.elapsedMs
    this.intervals.push(done)
    this.#current = freshInterval(done.toMs)
    return done
  }

  /** Nothing follows. A short rest belongs to the interval before it: its rates would say nothing. */
  end(): void {
    this.endedUs = nowUs()
    const before = this.intervals.at(-1)
    if (before === undefined) return void this.roll()
    const isShort = this.elapsedMs - this.#current.fromMs < (before.toMs - before.fromMs) / 2
    if (!isShort && !isEmpty(this.#current)) return void this.roll()
    this.#current.toMs = isEmpty(this.#current) ? before.toMs : this.elapsedMs
    this.intervals[this.intervals.length - 1] = mergedInterval([before, this.#current])
  }
}

export function totalOf({ steady, warmup }: Interval): Tally {
  return warmup.records + warmup.failed + warmup.samples === 0 ? steady : merged([warmup, steady])
}

export function intervalToWire({ fromMs, toMs, steady, warmup }: Interval): IntervalWire {
  return { fromMs, toMs, steady: steady.toWire(), warmup: warmup.toWire() }
}

export function intervalFromWire({ fromMs, toMs, steady, warmup }: IntervalWire): Interval {
  return { fromMs, toMs, steady: Tally.fromWire(steady), warmup: Tally.fromWire(warmup) }
}

/** The same interval of several workers. */
export function mergedInterval(parts: readonly Interval[]): Interval {
  return {
    fromMs: Math.min(...parts.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...parts.map(({ toMs }) => toMs)),
    steady: merged(parts.map(({ steady }) => steady)),
    warmup: merged(parts.map(({ warmup }) => warmup)),
  }
}

function freshInterval(fromMs: number): Interval {
  return { fromMs, toMs: fromMs, steady: new Tally(), warmup: new Tally() }
}

function isEmpty(interval: Interval): boolean {
  const { records, failed, samples } = totalOf(interval)
  return records + failed + samples === 0
}
