import type { Formatter } from '../../../src/cli/records/formatter.ts'
import { OutputBuffer } from '../../../src/cli/records/output-buffer.ts'
import { Sink } from '../../../src/cli/output/sink.ts'
import { RecordCursor } from '../../../src/core/records/record-cursor.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { batchOf } from '../../core/records/support.ts'

/** A record as the fixtures tell it; bytes in hex, but names of headers, which may be no text. */
export interface Told {
  headers: [name: string | Buffer, value: string | null][]
  key: string | null
  value: string | null
  partition: number
  offset: number
  timestamp: number
  timestampType: string
  epoch: number
}

/** What `formatter` writes of one record. */
export async function written(formatter: Formatter, told: Told): Promise<Buffer> {
  const out = new OutputBuffer(new Sink(1, 'stdout'))
  formatter.write(await cursorOn(told), 't', told.partition, out)
  return Buffer.from(out.bytes.subarray(0, out.length))
}

export async function cursorOn(told: Told): Promise<RecordCursor> {
  const bytes = await batchOf([
    {
      timestamp: told.timestamp,
      key: hex(told.key),
      value: hex(told.value),
      headers: told.headers.map(([key, value]) => [
        typeof key === 'string' ? Buffer.from(key) : key,
        hex(value),
      ]),
    },
  ])
  bytes.writeBigInt64BE(BigInt(told.offset), 0)
  bytes.writeInt32BE(told.epoch, 12)
  const cursor = new RecordCursor()
  cursor.open({ ...readBatches(bytes, 't')[0]!, isLogAppendTime: told.timestampType === 'LogAppendTime' })
  cursor.next()
  // Only the message format v0 has no timestamps.
  if (told.timestampType === 'NoTimestampType') cursor.batch = { ...cursor.batch!, magic: 0 }
  return cursor
}

function hex(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'hex')
}
