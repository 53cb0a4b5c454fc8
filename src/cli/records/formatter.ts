/** A record → bytes of output. */
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import type { OutputBuffer } from './output-buffer.ts'

export interface Formatter {
  /** Writes the record that `cursor` stands on. */
  write(cursor: RecordCursor, topic: string, partition: number, out: OutputBuffer): void
  /** What is to be written when reading has come to its end. */
  end?(out: OutputBuffer): Promise<void>
}
