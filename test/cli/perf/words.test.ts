import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/core/errors.ts'
import { dateFormat } from '../../../src/cli/perf/date-format.ts'
import { byteRange, durationMs, rate, ratio } from '../../../src/cli/perf/quantities.ts'
import { partOf, shareOf } from '../../../src/cli/perf/produce-plan.ts'

describe('quantities', () => {
  it('are what a person means', () => {
    expect(['500ms', '30s', '1.5m', '1h', '2'].map((raw) => durationMs(raw, 'duration'))).toEqual([
      500, 30_000, 90_000, 3_600_000, 2000,
    ])
    expect(['-1', '-5', '0.5', '1e3'].map((raw) => rate(raw, 'throughput'))).toEqual([
      undefined,
      undefined,
      0.5,
      1000,
    ])
    expect(byteRange('50..2000', 'record-size')).toEqual({ minBytes: 50, maxBytes: 2000 })
    expect(['0', '1', '0.25', '30%'].map((raw) => ratio(raw, 'compressible'))).toEqual([0, 1, 0.25, 0.3])
  })

  it.each([
    ['an impossible rate', () => rate('0', 'throughput')],
    ['a rate that is no number', () => rate('fast', 'throughput')],
    ['an endless rate', () => rate('Infinity', 'throughput')],
    ['an empty rate', () => rate('', 'throughput')],
    ['no time', () => durationMs('0s', 'duration')],
    ['an unknown unit', () => durationMs('3 weeks', 'duration')],
    ['a range backwards', () => byteRange('9..3', 'record-size')],
    ['records of no bytes', () => byteRange('0', 'record-size')],
    ['a ratio above one', () => ratio('1.5', 'compressible')],
  ])('refuse %s', (_, parse) => {
    expect(parse).toThrow(UsageError)
  })
})

describe('the shares of workers', () => {
  it('make the whole together', () => {
    for (const [count, of] of [
      [10, 3],
      [2, 5],
      [1_000_001, 4],
    ] as const) {
      const parts = Array.from({ length: of }, (_, index) => partOf(count, shareOf(`${index}/${of}`)))
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(count)
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1)
    }
  })
})

describe('dates', () => {
  it('are printed as SimpleDateFormat prints them', () => {
    const at = new Date(2026, 0, 5, 7, 3, 9, 42).getTime()
    expect(dateFormat('yyyy-MM-dd HH:mm:ss:SSS')(at)).toBe('2026-01-05 07:03:09:042')
    expect(dateFormat("EEE, d MMM yy 'o''clock' h a")(at)).toBe("Mon, 5 Jan 26 o'clock 7 AM")
    expect(() => dateFormat('yyyy-QQ')).toThrow(UsageError)
  })
})
