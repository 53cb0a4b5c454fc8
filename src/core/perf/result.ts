/** What a run came to: plain data, which is also what `--output json` prints and `--compare` reads. */
import { type Failures, type Interval, type Recorder, totalOf } from './recorder.ts'
import { merged, type Tally } from './tally.ts'

/** Which percentiles are told by name. */
const PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99] as const

/** Milliseconds. */
export interface Latency {
  min: number
  avg: number
  p50: number
  p75: number
  p90: number
  p95: number
  p99: number
  'p99.9': number
  'p99.99': number
  max: number
}

export interface Summary {
  records: number
  /** Keys and values. */
  bytes: number
  failed: number
  elapsedMs: number
  recordsPerSec: number
  /** Of 2^20 bytes. */
  mbPerSec: number
  /** Absent where nothing was timed. */
  latencyMs?: Latency
}

export interface IntervalSummary extends Summary {
  /** Since the start of the run. */
  fromMs: number
  toMs: number
  isWarmup: boolean
}

export interface Failure {
  message: string
  records: number
}

/** A finished run, of one process or several. */
export interface Measured {
  startedAtMs: number
  elapsedMs: number
  /** When the warm-up was over, since the start. */
  steadyFromMs: number
  intervals: readonly Interval[]
  failures: Failures
}

export interface Result extends Summary {
  warmup?: Summary
  /** Warm-up and the rest together; only with a warm-up. */
  total?: Summary
  percentiles: { percentile: number; ms: number }[]
  intervals: IntervalSummary[]
  failures: Failure[]
}

export function measuredBy(recorder: Recorder): Measured {
  const { elapsedMs, steadyUs, startedUs, intervals, failures } = recorder
  return {
    startedAtMs: Date.now() - elapsedMs,
    elapsedMs,
    steadyFromMs: (steadyUs - startedUs) / 1000,
    intervals,
    failures,
  }
}

/** Processes that ran beside each other: as long as the longest of them. */
export function mergedMeasured(parts: readonly Measured[], intervals: readonly Interval[]): Measured {
  const failures: Failures = new Map()
  for (const part of parts)
    for (const [message, records] of part.failures)
      failures.set(message, (failures.get(message) ?? 0) + records)
  return {
    startedAtMs: Math.min(...parts.map(({ startedAtMs }) => startedAtMs)),
    elapsedMs: Math.max(...parts.map(({ elapsedMs }) => elapsedMs)),
    steadyFromMs: Math.max(...parts.map(({ steadyFromMs }) => steadyFromMs)),
    intervals,
    failures,
  }
}

export function resultOf({ intervals, elapsedMs, steadyFromMs, failures }: Measured): Result {
  const steady = merged(intervals.map((interval) => interval.steady))
  const warmup = merged(intervals.map((interval) => interval.warmup))
  const hasWarmup = warmup.records + warmup.failed > 0
  const result: Result = {
    ...summaryOf(steady, elapsedMs - steadyFromMs),
    percentiles: percentileCurve(steady),
    intervals: intervals.map(intervalSummary),
    failures: [...failures].map(([message, records]) => ({ message, records })),
  }
  if (!hasWarmup) return result
  result.warmup = summaryOf(warmup, steadyFromMs)
  result.total = summaryOf(merged([warmup, steady]), elapsedMs)
  return result
}

export function summaryOf(tally: Tally, elapsedMs: number): Summary {
  const { records, bytes, failed } = tally
  const seconds = Math.max(elapsedMs, 0.001) / 1000
  return {
    records,
    bytes,
    failed,
    elapsedMs,
    recordsPerSec: records / seconds,
    mbPerSec: bytes / 2 ** 20 / seconds,
    ...(tally.samples === 0 ? {} : { latencyMs: latencyOf(tally) }),
  }
}

function intervalSummary(interval: Interval): IntervalSummary {
  const { fromMs, toMs, warmup } = interval
  return { fromMs, toMs, isWarmup: warmup.records > 0, ...summaryOf(totalOf(interval), toMs - fromMs) }
}

function latencyOf(tally: Tally): Latency {
  const named = PERCENTILES.map((percent) => [`p${percent}`, inMs(tally.percentileUs(percent))] as const)
  return {
    min: inMs(tally.minUs),
    avg: inMs(tally.averageUs),
    ...(Object.fromEntries(named) as Omit<Latency, 'min' | 'avg' | 'max'>),
    max: inMs(tally.maxUs),
  }
}

/** Milliseconds to the microsecond, which is as fine as the histogram is. */
function inMs(us: number): number {
  return Math.round(us) / 1000
}

/** Finer towards the end, where the interesting ones are: 10, 20 … 90, 91 … 99, 99.1 … up to the last sample. */
function percentileCurve(tally: Tally): { percentile: number; ms: number }[] {
  if (tally.samples === 0) return []
  const curve = []
  let step = 10
  for (let base = 0; base < 100 && 100 - base > 100 / tally.samples; step /= 10) {
    for (let tenth = base === 0 ? 0 : 1; tenth < 10; tenth++) {
      const percentile = Number((base + tenth * step).toFixed(8))
      curve.push({ percentile, ms: inMs(tally.percentileUs(percentile)) })
    }
    base = Number((base + 9 * step).toFixed(8))
    if (step < 1e-5) break
  }
  curve.push({ percentile: 100, ms: inMs(tally.maxUs) })
  return curve
}
