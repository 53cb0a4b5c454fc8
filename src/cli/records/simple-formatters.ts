/** Formatters of a few lines each. */
import { isUtf8 } from 'node:buffer'
import { incomingRecord, type IncomingRecord } from '../../core/consumer/incoming-record.ts'
import { type RecordCursor, timestampType } from '../../core/records/record-cursor.ts'
import { guarded, loadModule } from '../modules.ts'
import { fieldText } from './fields.ts'
import type { Formatter } from './formatter.ts'

/** Prints nothing (org.apache.kafka.tools.consumer.NoOpMessageFormatter). */
export const noOpFormatter: Formatter = { write() {} }

/** The bytes of the values, and nothing between them. */
export const rawFormatter: Formatter = {
  write({ bytes, valueStart, valueEnd }, _topic, _partition, out) {
    if (valueStart >= 0) out.slice(bytes, valueStart, valueEnd)
  },
}

/** Prints as `inner` does, and logs each record (org.apache.kafka.tools.consumer.LoggingMessageFormatter). */
export function loggingFormatter(inner: Formatter, log: (line: string) => void): Formatter {
  return {
    ...inner,
    write(cursor, topic, partition, out) {
      inner.write(cursor, topic, partition, out)
      const type = timestampType(cursor)
      const { bytes, timestamp, keyStart, keyEnd, valueStart, valueEnd } = cursor
      const time = type === 'NoTimestampType' ? '' : `${type}:${timestamp}, `
      const key = keyStart < 0 ? 'null ' : `${textOf(bytes, keyStart, keyEnd)}, `
      const value = valueStart < 0 ? 'null' : textOf(bytes, valueStart, valueEnd)
      log(`${time}key:${key}value:${value}`)
    },
  }
}

interface FormatterModule {
  default: (record: IncomingRecord) => string | Uint8Array | null | undefined
}

/** A module of the person's own: its default export makes text or bytes of a record, or leaves it out by null. */
export async function moduleFormatter(path: string): Promise<Formatter> {
  const { default: format } = await loadModule<FormatterModule>(path, ['default'])
  const run = guarded(path, 'the formatter', format!)
  return {
    write(cursor, topic, partition, out) {
      const written = run(incomingRecord(cursor, topic, partition))
      if (written === null || written === undefined) return
      if (typeof written === 'string') out.text(written)
      else out.slice(written, 0, written.length)
    },
  }
}

const HEX_ROW_BYTES = 16
const nameOf = fieldText(undefined)

/** Every byte of key, value and headers, as a hex dump. */
export const hexFormatter: Formatter = {
  write(cursor: RecordCursor, topic, partition, out) {
    const { bytes } = cursor
    out.text(`${topic}-${partition} offset ${cursor.offset} ${timestampType(cursor)} ${cursor.timestamp}\n`)
    dump('key', bytes, cursor.keyStart, cursor.keyEnd)
    dump('value', bytes, cursor.valueStart, cursor.valueEnd)
    cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
      dump(`header ${nameOf(bytes, keyStart, keyEnd)}`, bytes, valueStart, valueEnd)
    })

    function dump(title: string, source: Uint8Array, start: number, end: number): void {
      if (start < 0) return out.text(`  ${title}: null\n`)
      out.text(`  ${title}: ${end - start} bytes\n`)
      for (let at = start; at < end; at += HEX_ROW_BYTES) {
        const row = Buffer.from(source.subarray(at, Math.min(end, at + HEX_ROW_BYTES)))
        const pairs = row
          .toString('hex')
          .replace(/../g, '$& ')
          .padEnd(HEX_ROW_BYTES * 3)
        const shown = row.toString('latin1').replace(/[^ -~]/g, '.')
        out.ascii(`    ${(at - start).toString(16).padStart(8, '0')}  ${pairs} ${shown}\n`)
      }
    }
  },
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  const slice = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
  return isUtf8(slice) ? slice.toString() : slice.toString('latin1')
}
