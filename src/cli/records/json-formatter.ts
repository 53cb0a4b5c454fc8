/**
 * One JSON object per record and line, from which the record can be made again bit for bit: docs/record.schema.json.
 * Text is text; bytes that are not UTF-8 are base64 with a marker beside them (`"valueEncoding": "base64"`); null is null.
 */
import { type RecordCursor, timestampType } from '../../core/records/record-cursor.ts'
import type { Formatter } from './formatter.ts'
import { writeJsonText } from './json-text.ts'
import type { OutputBuffer } from './output-buffer.ts'

export function jsonFormatter(): Formatter {
  const heads = new Map<string, Template[]>()
  const beforeTimestamp = new Template(',"timestamp":')
  const noHeaders = new Template(',"headers":[]}\n')
  let middle = new Template('')
  let middleBatch: unknown
  return { write }

  function write(cursor: RecordCursor, topic: string, partition: number, out: OutputBuffer): void {
    const { bytes } = cursor
    headOf(topic, partition).write(out)
    out.integer(cursor.offset)
    beforeTimestamp.write(out)
    out.integer(cursor.timestamp)
    if (cursor.batch !== middleBatch) {
      middleBatch = cursor.batch
      const type = timestampType(cursor)
      middle = new Template(`,"timestampType":"${type}","leaderEpoch":${cursor.batch!.leaderEpoch},"key":`)
    }
    middle.write(out)
    writeField('key', bytes, cursor.keyStart, cursor.keyEnd, out)
    out.ascii(',"value":')
    writeField('value', bytes, cursor.valueStart, cursor.valueEnd, out)
    if (cursor.headerCount === 0) return noHeaders.write(out)
    out.ascii(',"headers":[')
    writeHeaders(cursor, out)
    out.ascii(']}\n')
  }

  function headOf(topic: string, partition: number): Template {
    let partitions = heads.get(topic)
    if (partitions === undefined) heads.set(topic, (partitions = []))
    // A topic's name has no character that JSON would escape.
    return (partitions[partition] ??= new Template(`{"topic":"${topic}","partition":${partition},"offset":`))
  }
}

/** ASCII text that many records have in common, copied four bytes at a time. */
class Template {
  readonly #length: number
  readonly #view: DataView

  constructor(text: string) {
    this.#length = text.length
    this.#view = new DataView(new ArrayBuffer((text.length + 3) & ~3))
    for (let at = 0; at < text.length; at++) this.#view.setUint8(at, text.charCodeAt(at))
  }

  write(out: OutputBuffer): void {
    const source = this.#view
    const size = source.byteLength
    out.reserve(size)
    const target = out.view
    const { length } = out
    for (let at = 0; at < size; at += 4) target.setInt32(length + at, source.getInt32(at, true), true)
    out.length = length + this.#length
  }
}

function writeHeaders(cursor: RecordCursor, out: OutputBuffer): void {
  let isFirst = true
  cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
    out.ascii(isFirst ? '{"key":' : ',{"key":')
    isFirst = false
    writeField('key', cursor.bytes, keyStart, keyEnd, out)
    out.ascii(',"value":')
    writeField('value', cursor.bytes, valueStart, valueEnd, out)
    out.byte(0x7d)
  })
}

function writeField(name: string, bytes: Uint8Array, start: number, end: number, out: OutputBuffer): void {
  if (start < 0) return out.ascii('null')
  if (writeJsonText(bytes, start, end, out)) return
  const slice = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
  out.ascii(`"${slice.toString('base64')}","${name}Encoding":"base64"`)
}
