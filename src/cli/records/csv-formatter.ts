/** Records as CSV (RFC 4180) under a row of titles. An empty cell is null, `""` is empty; bytes that are no text are hex. */
import { type RecordCursor, timestampType } from '../../core/records/record-cursor.ts'
import type { Deserializer } from './deserializers.ts'
import type { Formatter } from './formatter.ts'
import type { OutputBuffer } from './output-buffer.ts'

const TITLES = 'topic,partition,offset,timestamp,timestampType,key,value,headers\r\n'

/** Headers are one cell, a JSON list of names and values, since they repeat and have an order. */
export function csvFormatter(key: Deserializer, value: Deserializer, header: Deserializer): Formatter {
  let hasTitles = false
  return {
    continues: () => void (hasTitles = true),
    write(cursor, topic, partition, out) {
      if (!hasTitles) out.ascii(TITLES)
      hasTitles = true
      const { bytes } = cursor
      out.ascii(`${topic},${partition},${cursor.offset},${cursor.timestamp},${timestampType(cursor)},`)
      cell(key, bytes, cursor.keyStart, cursor.keyEnd, out)
      out.byte(0x2c)
      cell(value, bytes, cursor.valueStart, cursor.valueEnd, out)
      out.byte(0x2c)
      if (cursor.headerCount > 0) out.text(quoted(headersText(cursor, header)))
      out.ascii('\r\n')
    },
  }
}

function cell(text: Deserializer, bytes: Uint8Array, start: number, end: number, out: OutputBuffer): void {
  if (start < 0) return
  out.text(quoted(text(bytes, start, end)))
}

function quoted(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function headersText(cursor: RecordCursor, text: Deserializer): string {
  const headers: [string, string | null][] = []
  cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
    const { bytes } = cursor
    headers.push([text(bytes, keyStart, keyEnd), valueStart < 0 ? null : text(bytes, valueStart, valueEnd)])
  })
  return JSON.stringify(headers)
}
