/** Which records are wanted. */
import type { RecordCursor } from '../records/record-cursor.ts'

export interface RecordFilter {
  /** Whether the record that `cursor` stands on is wanted. Hot path. */
  matches(cursor: RecordCursor, topic: string, partition: number): boolean
}
