/** Which records are wanted. */
import type { RecordCursor } from '../records/record-cursor.ts'

export interface RecordFilter {
  /** Whether the record that `cursor` stands on is wanted. Hot path. */
  matches(cursor: RecordCursor, topic: string, partition: number): boolean
  /** False: no record that is written in `bytes`, the unpacked records of a batch, can be wanted. */
  mayMatch(bytes: Uint8Array): boolean
  /** What the person should know at the end, e.g. that an expression could not be evaluated. */
  notes(): string[]
}

/** All of them have to match. */
export function all(filters: readonly RecordFilter[]): RecordFilter {
  if (filters.length === 1) return filters[0]!
  return {
    matches: (cursor, topic, partition) => filters.every((one) => one.matches(cursor, topic, partition)),
    mayMatch: (bytes) => filters.every((one) => one.mayMatch(bytes)),
    notes: () => filters.flatMap((one) => one.notes()),
  }
}

export function not(filter: RecordFilter): RecordFilter {
  return {
    matches: (cursor, topic, partition) => !filter.matches(cursor, topic, partition),
    mayMatch: () => true,
    notes: () => filter.notes(),
  }
}
