/** What was counted in some span of time: records, bytes, failures and the latency of each record. */
import { createHistogram, decodeHistogram, encodeHistogram, type Histogram } from './histogram.ts'

export interface TallyWire {
  records: number
  bytes: number
  failed: number
  sumUs: number
  maxUs: number
  minUs: number
  /** Absent where nothing was recorded. */
  histogram?: string
}

export class Tally {
  records = 0
  /** Keys and values. */
  bytes = 0
  failed = 0
  sumUs = 0
  maxUs = 0
  minUs = Infinity
  /** How many latencies are in the histogram: those of records, or those of fetches. */
  samples = 0
  #histogram: Histogram | undefined

  /** `count` latencies of the same length. */
  addLatency(latencyUs: number, count: number): void {
    const rounded = Math.max(1, Math.round(latencyUs))
    this.samples += count
    this.sumUs += latencyUs * count
    if (latencyUs > this.maxUs) this.maxUs = latencyUs
    if (latencyUs < this.minUs) this.minUs = latencyUs
    this.#histogram ??= createHistogram()
    this.#histogram.recordValueWithCount(rounded, count)
  }

  addRecords(records: number, bytes: number): void {
    this.records += records
    this.bytes += bytes
  }

  /** Takes over everything of `other`, which stays as it is. */
  merge(other: Tally): void {
    this.records += other.records
    this.bytes += other.bytes
    this.failed += other.failed
    this.samples += other.samples
    this.sumUs += other.sumUs
    this.maxUs = Math.max(this.maxUs, other.maxUs)
    this.minUs = Math.min(this.minUs, other.minUs)
    if (other.#histogram === undefined) return
    this.#histogram ??= createHistogram()
    this.#histogram.add(other.#histogram)
  }

  get averageUs(): number {
    return this.sumUs / this.samples
  }

  /** Microseconds below which `percent` of the latencies lie; 0 where there are none. Never above the longest. */
  percentileUs(percent: number): number {
    if (this.#histogram === undefined) return 0
    return Math.min(this.#histogram.getValueAtPercentile(percent), this.maxUs)
  }

  toWire(): TallyWire {
    const { records, bytes, failed, sumUs, maxUs, minUs } = this
    const histogram = this.#histogram && encodeHistogram(this.#histogram)
    return { records, bytes, failed, sumUs, maxUs, minUs: minUs === Infinity ? -1 : minUs, histogram }
  }

  static fromWire(wire: TallyWire): Tally {
    const tally = new Tally()
    const { records, bytes, failed, sumUs, maxUs, minUs, histogram } = wire
    Object.assign(tally, { records, bytes, failed, sumUs, maxUs, minUs: minUs < 0 ? Infinity : minUs })
    if (histogram === undefined) return tally
    tally.#histogram = decodeHistogram(histogram)
    tally.samples = tally.#histogram.totalCount
    return tally
  }
}

/** The sum of several. */
export function merged(tallies: Iterable<Tally>): Tally {
  const sum = new Tally()
  for (const tally of tallies) sum.merge(tally)
  return sum
}
