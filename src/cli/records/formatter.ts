/** A record → bytes of output. */
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import type { OutputBuffer } from './output-buffer.ts'

export interface Formatter {
  /** Writes the record that `cursor` stands on. */
  write(cursor: RecordCursor, topic: string, partition: number, out: OutputBuffer): void
}

/** What Kafka calls the kind of a timestamp (org.apache.kafka.common.record.TimestampType). */
export function timestampType(cursor: RecordCursor): string {
  if (cursor.timestamp === -1 && cursor.batch!.magic === 0) return 'NoTimestampType'
  return cursor.batch!.isLogAppendTime ? 'LogAppendTime' : 'CreateTime'
}
