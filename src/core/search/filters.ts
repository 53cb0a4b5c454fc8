/** Filters by key, value and headers. */
import type { RecordCursor } from '../records/record-cursor.ts'
import type { RecordFilter } from './filter.ts'
import { Needle } from './needle.ts'
import type { Pattern } from './pattern.ts'

const none = () => []

/** The key is exactly these bytes. */
export function keyIs(key: Buffer): RecordFilter {
  const needle = new Needle(key)
  return {
    matches: ({ bytes, keyStart, keyEnd }) =>
      keyStart >= 0 && keyEnd - keyStart === key.length && equals(bytes, keyStart, key),
    mayMatch: (bytes) => key.length < LEAST_NEEDLE_BYTES || needle.isIn(bytes),
    notes: none,
  }
}

/** Shorter ones stand in nearly every batch by chance. */
const LEAST_NEEDLE_BYTES = 4

/** The key (null does not) matches. */
export function keyMatches(pattern: Pattern): RecordFilter {
  return {
    matches: ({ bytes, keyStart, keyEnd }) => keyStart >= 0 && pattern.matches(bytes, keyStart, keyEnd),
    mayMatch: (bytes) => pattern.mayMatch(bytes),
    notes: none,
  }
}

/** The value (null does not) matches. */
export function valueMatches(pattern: Pattern): RecordFilter {
  return {
    matches: ({ bytes, valueStart, valueEnd }) =>
      valueStart >= 0 && pattern.matches(bytes, valueStart, valueEnd),
    mayMatch: (bytes) => pattern.mayMatch(bytes),
    notes: none,
  }
}

/** One of the headers has this name and, unless it is undefined, this value. */
export function headerIs(name: Buffer, value: Buffer | undefined): RecordFilter {
  const needle = new Needle(value !== undefined && value.length > name.length ? value : name)
  return {
    matches: (cursor) => cursor.headerCount > 0 && hasHeader(cursor, name, value),
    mayMatch: (bytes) => needle.bytes.length < LEAST_NEEDLE_BYTES || needle.isIn(bytes),
    notes: none,
  }
}

function hasHeader(cursor: RecordCursor, name: Buffer, value: Buffer | undefined): boolean {
  const { bytes } = cursor
  let isThere = false
  cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
    if (keyEnd - keyStart !== name.length || !equals(bytes, keyStart, name)) return
    if (value === undefined) isThere = true
    else if (valueStart >= 0 && valueEnd - valueStart === value.length && equals(bytes, valueStart, value))
      isThere = true
  })
  return isThere
}

function equals(bytes: Uint8Array, start: number, wanted: Buffer): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[start + index] !== wanted[index]) return false
  return true
}
