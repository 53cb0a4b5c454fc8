/**
 * One JSON object per record and line, from which the record can be made again bit for bit. Text is text;
 * bytes that are not UTF-8 are base64 with a marker beside them (`"valueEncoding": "base64"`); null is null.
 */
import { isUtf8 } from 'node:buffer'
import { type RecordCursor, timestampType } from '../../core/records/record-cursor.ts'
import type { Formatter } from './formatter.ts'
import type { OutputBuffer } from './output-buffer.ts'

export const jsonFormatter: Formatter = {
  write(cursor, topic, partition, out) {
    const { bytes, offset, timestamp, keyStart, keyEnd, valueStart, valueEnd } = cursor
    out.ascii('{"topic":')
    // A topic's name has no character that JSON would escape.
    out.ascii(`"${topic}","partition":${partition},"offset":${offset},"timestamp":${timestamp}`)
    out.ascii(`,"timestampType":"${timestampType(cursor)}","leaderEpoch":${cursor.batch!.leaderEpoch}`)
    writeField('key', bytes, keyStart, keyEnd, out)
    writeField('value', bytes, valueStart, valueEnd, out)
    out.ascii(',"headers":[')
    if (cursor.headerCount > 0) writeHeaders(cursor, out)
    out.ascii(']}\n')
  },
}

function writeHeaders(cursor: RecordCursor, out: OutputBuffer): void {
  let isFirst = true
  cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
    out.ascii(isFirst ? '{"key":' : ',{"key":')
    isFirst = false
    writeText(cursor.bytes, keyStart, keyEnd, out)
    writeField('value', cursor.bytes, valueStart, valueEnd, out)
    out.byte(0x7d)
  })
}

function writeField(name: string, bytes: Uint8Array, start: number, end: number, out: OutputBuffer): void {
  out.ascii(`,"${name}":`)
  if (start < 0) return out.ascii('null')
  if (isPlain(bytes, start, end)) return writePlain(bytes, start, end, out)
  const slice = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
  if (isUtf8(slice)) return out.text(JSON.stringify(slice.toString('utf8')))
  out.ascii(`"${slice.toString('base64')}","${name}Encoding":"base64"`)
}

/** Header keys are strings in Kafka's protocol. */
function writeText(bytes: Uint8Array, start: number, end: number, out: OutputBuffer): void {
  if (isPlain(bytes, start, end)) return writePlain(bytes, start, end, out)
  out.text(JSON.stringify(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')))
}

function writePlain(bytes: Uint8Array, start: number, end: number, out: OutputBuffer): void {
  out.byte(0x22)
  out.slice(bytes, start, end)
  out.byte(0x22)
}

/** ASCII without control characters, quotes and backslashes: stands in JSON as it is. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return false
  }
  return true
}
