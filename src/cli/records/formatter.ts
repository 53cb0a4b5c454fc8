/** A record → bytes of output. */
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import type { OutputBuffer } from './output-buffer.ts'

export interface Formatter {
  /** Writes the record that `cursor` stands on. */
  write(cursor: RecordCursor, topic: string, partition: number, out: OutputBuffer): void
  /**
   * Writes as many records from where `cursor` stands as it can at once, at most `most` and none from `endOffset` on; returns how
   * many. 0: the next one is for `write`.
   */
  writeMany?(cursor: RecordCursor, most: number, endOffset: number, out: OutputBuffer): number
  /** What is to be written when reading has come to its end. */
  end?(out: OutputBuffer): Promise<void>
  /** The output goes on where an earlier run has ended: its titles are there. */
  continues?(): void
  /** What is to be said at the end, a line each. */
  notes?(): string[]
}
