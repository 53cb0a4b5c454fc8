/** Times, rates, ratios and ranges as a person writes them. All throw UsageError that names the option. */
import { UsageError } from '../../core/errors.ts'
import { wholeNumber } from '../options.ts'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `500ms`, `30s`, `1.5m`, `1h` → milliseconds; a bare number is seconds. */
export function durationMs(raw: string, name: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(raw.trim()) ?? []
  const milliseconds = Number(number) * UNIT_MS[unit]!
  if (number !== undefined && milliseconds >= 1) return milliseconds
  throw new UsageError(`--${name} takes a time such as 500ms, 30s or 5m, not "${raw}"`)
}

/** Records per second; undefined where there is no limit, which Kafka writes as -1. */
export function rate(raw: string, name: string): number | undefined {
  const value = Number(raw)
  if (raw.trim() !== '' && Number.isFinite(value) && value < 0) return undefined
  if (raw.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw new UsageError(`--${name} takes records per second above 0, or -1 for no limit, not "${raw}"`)
}

/** `100` or `50..2000`. */
export function byteRange(raw: string, name: string): { minBytes: number; maxBytes: number } {
  const [first = '', last = first, ...rest] = raw.split('..')
  const [minBytes, maxBytes] = [wholeNumber(first, name, RANGE), wholeNumber(last, name, RANGE)]
  if (rest.length === 0 && minBytes <= maxBytes) return { minBytes, maxBytes }
  throw new UsageError(`--${name} takes bytes, or a range such as 50..2000, not "${raw}"`)
}

const RANGE = { min: 1, max: 1_000_000_000 }

/** From 0 to 1; also as `30%`. */
export function ratio(raw: string, name: string): number {
  const value = raw.endsWith('%') ? Number(raw.slice(0, -1)) / 100 : Number(raw)
  if (raw.trim() !== '' && value >= 0 && value <= 1) return value
  throw new UsageError(`--${name} takes a ratio from 0 to 1, not "${raw}"`)
}
