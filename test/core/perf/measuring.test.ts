import { describe, expect, it, vi } from 'vitest'
import { Recorder, totalOf } from '../../../src/core/perf/recorder.ts'
import { measuredBy, mergedMeasured, resultOf } from '../../../src/core/perf/result.ts'
import { nowUs } from '../../../src/core/perf/clock.ts'
import { Paced, RECORDS_PER_LOOK, Unpaced } from '../../../src/core/perf/schedule.ts'
import { merged, Tally } from '../../../src/core/perf/tally.ts'

function tallyOf(latenciesMs: readonly number[]): Tally {
  const tally = new Tally()
  for (const ms of latenciesMs) tally.addLatency(ms * 1000, 1)
  tally.addRecords(latenciesMs.length, latenciesMs.length * 100)
  return tally
}

describe('a tally', () => {
  it('knows average, ends and percentiles within a thousandth', () => {
    const tally = tallyOf(Array.from({ length: 1000 }, (_, index) => index + 1))
    expect(tally.averageUs / 1000).toBeCloseTo(500.5)
    expect([tally.minUs / 1000, tally.maxUs / 1000]).toEqual([1, 1000])
    for (const percent of [50, 95, 99, 99.9])
      expect(Math.abs(tally.percentileUs(percent) / 1000 / (percent * 10) - 1)).toBeLessThan(0.002)
    expect(tally.percentileUs(100)).toBe(tally.maxUs)
  })

  it('says the same after it was merged from parts that went to another process and back', () => {
    const whole = tallyOf([1, 2, 3, 500, 90_000])
    const parts = [tallyOf([1, 500]), tallyOf([2, 3]), tallyOf([90_000]), new Tally()]
    const back = merged(
      parts.map((part) => Tally.fromWire(JSON.parse(JSON.stringify(part.toWire())) as never)),
    )
    for (const read of ['records', 'bytes', 'sumUs', 'minUs', 'maxUs'] as const)
      expect(back[read]).toBe(whole[read])
    const percents = [10, 30, 50, 70, 90, 99.9]
    expect(percents.map((one) => back.percentileUs(one))).toEqual(
      percents.map((one) => whole.percentileUs(one)),
    )
    expect(back.samples).toBe(5)
    expect(back.percentileUs(99)).toBe(90_000_000)
  })

  it('tells of no latency where there is none', () => {
    expect(new Tally().percentileUs(99)).toBe(0)
    expect(new Tally().averageUs).toBeNaN()
  })
})

describe('a timetable', () => {
  it('has within two percent as many records due as the rate says, at any time', () => {
    for (const rate of [7, 1000, 33_333, 250_000]) {
      const startedUs = nowUs() - 10_000_000
      const due = new Paced(startedUs, rate).due()
      const most = (rate * (nowUs() - startedUs)) / 1e6
      expect(due).toBeGreaterThan(rate * 10 * 0.98)
      expect(due).toBeLessThan(most * 1.02)
    }
  })

  it('means a record to be sent when its turn comes, however late that is', () => {
    const paced = new Paced(5_000_000, 1000)
    expect([0, 1, 2000].map((position) => paced.intendedUs(position))).toEqual([5e6, 5_001_000, 7e6])
  })
})

describe('without a rate', () => {
  it('remembers when records were appended until they have their end, and forgets them then', () => {
    const schedule = new Unpaced()
    const count = 300_000
    const beforeUs = nowUs()
    for (let position = 0; position < count; position++) schedule.note(position)
    for (const position of [0, RECORDS_PER_LOOK, count - 1]) {
      expect(schedule.intendedUs(position)).toBeGreaterThanOrEqual(beforeUs)
      expect(schedule.intendedUs(position)).toBeLessThanOrEqual(nowUs())
    }
    schedule.settle(0, count)
    expect(schedule.intendedUs(0)).toBe(0)
  })
})

describe('a result', () => {
  it('keeps the warm-up apart and shows it, and the whole', () => {
    const recorder = new Recorder(2)
    recorder.start()
    for (let position = 0; position < 5; position++) {
      recorder.tallyOf(position).addRecords(1, 10)
      recorder.tallyOf(position).addLatency(position < 2 ? 900_000 : 1000, 1)
    }
    recorder.fail(4, 3, 'no')
    recorder.end()
    const result = resultOf(measuredBy(recorder))
    expect([result.records, result.warmup!.records, result.total!.records]).toEqual([3, 2, 5])
    expect([result.latencyMs!.max, result.warmup!.latencyMs!.max]).toEqual([1, 900])
    expect([result.failed, result.failures]).toEqual([3, [{ message: 'no', records: 3 }]])
    expect(result.intervals.map(({ records, isWarmup }) => [records, isWarmup])).toEqual([[5, true]])
  })

  it('lasts as long as the longest of its workers, and adds up their failures', () => {
    const parts = [1000, 3000].map((elapsedMs) => ({
      startedAtMs: 5000 - elapsedMs,
      elapsedMs,
      steadyFromMs: 0,
      intervals: [],
      failures: new Map([['no', 2]]),
    }))
    const sum = mergedMeasured(parts, [])
    expect([sum.elapsedMs, sum.startedAtMs, sum.failures.get('no')]).toEqual([3000, 2000, 4])
  })

  it('adds a short rest to the interval before it', () => {
    const clock = vi.spyOn(performance, 'now')
    const recorder = new Recorder()
    clock.mockReturnValue(1000)
    recorder.start()
    clock.mockReturnValue(2000)
    recorder.roll()
    recorder.tallyOf(0).addRecords(4, 4)
    clock.mockReturnValue(2400)
    recorder.end()
    clock.mockRestore()
    expect(recorder.intervals.map((one) => [totalOf(one).records, one.toMs])).toEqual([[4, 1400]])
  })
})
