/** Times as java.text.SimpleDateFormat prints them, in local time: the letters that people use. */
import { UsageError } from '../../core/errors.ts'

type Field = (date: Date, width: number) => string

const padded =
  (read: (date: Date) => number): Field =>
  (date, width) =>
    String(read(date)).padStart(width, '0')
const names = (options: Intl.DateTimeFormatOptions) => (date: Date) =>
  new Intl.DateTimeFormat('en-US', options).format(date)

const FIELDS: Readonly<Record<string, Field>> = {
  y: (date, width) =>
    width === 2 ? String(date.getFullYear()).slice(-2) : String(date.getFullYear()).padStart(width, '0'),
  M: (date, width) =>
    width < 3
      ? String(date.getMonth() + 1).padStart(width, '0')
      : names({ month: width === 3 ? 'short' : 'long' })(date),
  d: padded((date) => date.getDate()),
  H: padded((date) => date.getHours()),
  k: padded((date) => date.getHours() || 24),
  K: padded((date) => date.getHours() % 12),
  h: padded((date) => date.getHours() % 12 || 12),
  m: padded((date) => date.getMinutes()),
  s: padded((date) => date.getSeconds()),
  S: padded((date) => date.getMilliseconds()),
  a: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  E: (date, width) => names({ weekday: width < 4 ? 'short' : 'long' })(date),
  u: (date) => String(date.getDay() || 7),
  Z: (date) => zoneOf(date, ''),
  X: (date, width) =>
    date.getTimezoneOffset() === 0 ? 'Z' : zoneOf(date, width === 3 ? ':' : '').slice(0, width === 1 ? 3 : 6),
  z: (date) => names({ timeZoneName: 'short' })(date).split(' ').at(-1)!,
}

/** Throws UsageError for a letter that SimpleDateFormat has no meaning for, or that is not known here. */
export function dateFormat(pattern: string): (epochMs: number) => string {
  const parts = [...pattern.matchAll(/''|'([^']*(?:''[^']*)*)'|([A-Za-z])\2*|[^A-Za-z']+/g)].map(
    ([whole, quoted, letter]) => {
      if (whole === "''") return () => "'"
      if (quoted !== undefined) return () => quoted.replaceAll("''", "'")
      if (letter === undefined) return () => whole
      const field = FIELDS[letter]
      if (field !== undefined) return (date: Date) => field(date, whole.length)
      throw new UsageError(`--date-format: Illegal pattern character '${letter}'`)
    },
  )
  return (epochMs) => parts.map((part) => part(new Date(epochMs))).join('')
}

function zoneOf(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset()
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}${separator}${two(Math.abs(minutes) % 60)}`
}
