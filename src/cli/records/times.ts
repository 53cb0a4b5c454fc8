/** Timestamps for people. The text of the last one is kept: many records share a millisecond. */
import { UsageError } from '../../core/errors.ts'

export const TIME_FORMATS = ['ms', 'iso', 'local'] as const

export function timeFormat(name: string): (timestampMs: number) => string {
  const format = name === 'ms' ? String : name === 'iso' ? isoTime : name === 'local' ? localTime : undefined
  if (format === undefined) throw new UsageError(`no format of times is called "${name}"`)
  let last = NaN
  let text = ''
  return (timestampMs) => {
    if (timestampMs === last) return text
    last = timestampMs
    return (text = format(timestampMs))
  }
}

const MAX_DATE_MS = 8.64e15

/** `2026-11-20T10:00:00.000Z`; the number where there is no such date. */
export function isoTime(timestampMs: number): string {
  return Math.abs(timestampMs) > MAX_DATE_MS ? String(timestampMs) : new Date(timestampMs).toISOString()
}

/** Whether it is of the years 1970 to 9999: what is damaged, or was never set, is not. */
export function isUsualTime(timestampMs: number): boolean {
  return timestampMs >= 0 && timestampMs < 253_402_300_800_000
}

/** `2026-11-20T10:00:00.000Z`; a dash for what is no usual time. */
export function timeOrDash(timestampMs: number): string {
  return isUsualTime(timestampMs) ? isoTime(timestampMs) : '-'
}

/** `2026-11-20 11:00:00.000` in the time zone of this machine. */
function localTime(timestampMs: number): string {
  if (Math.abs(timestampMs) > MAX_DATE_MS) return String(timestampMs)
  const offsetMs = new Date(timestampMs).getTimezoneOffset() * 60_000
  return isoTime(timestampMs - offsetMs)
    .replace('T', ' ')
    .replace('Z', '')
}
