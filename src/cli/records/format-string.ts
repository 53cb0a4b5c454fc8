/**
 * `--format '%t:%p:%o %k → %s\n'`: kcat's tokens and escapes, times in a form of one's choice, and values from within JSON.
 * The string is compiled once into a list of writers.
 */
import { UsageError } from '../../core/errors.ts'
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import { unescapeBytes } from '../escapes.ts'
import type { FieldWriter } from './fields.ts'
import type { Formatter } from './formatter.ts'
import { jsonPathWriter } from './json-path.ts'
import type { OutputBuffer } from './output-buffer.ts'

type Writer = (cursor: RecordCursor, topic: string, partition: number, out: OutputBuffer) => void

export interface FormatStringOptions {
  key: FieldWriter
  value: FieldWriter
  header: FieldWriter
  time: (timestampMs: number) => string
}

/** Throws UsageError on a token there is none of. */
export function formatStringFormatter(format: string, options: FormatStringOptions): Formatter {
  const writers: Writer[] = []
  let text = ''
  const endText = () => {
    if (text !== '') writers.push(constant(unescapeBytes(text, 'format')))
    text = ''
  }
  for (const [whole, path, token] of format.matchAll(/%\{([^}]*)\}|%([^])|\\[^]|[^%\\]+|[%\\]/g)) {
    if (path === undefined && token === undefined) text += whole
    else if (token === '%') text += '%'
    else {
      endText()
      writers.push(path === undefined ? tokenWriter(token!, options) : pathWriter(path))
    }
  }
  endText()
  return {
    write(cursor, topic, partition, out) {
      for (let index = 0; index < writers.length; index++) writers[index]!(cursor, topic, partition, out)
    },
  }
}

function constant(bytes: Buffer): Writer {
  return (_cursor, _topic, _partition, out) => out.slice(bytes, 0, bytes.length)
}

function tokenWriter(token: string, { key, value, header, time }: FormatStringOptions): Writer {
  switch (token) {
    case 't':
      return (_cursor, topic, _partition, out) => out.ascii(topic)
    case 'p':
      return (_cursor, _topic, partition, out) => out.integer(partition)
    case 'o':
      return ({ offset }, _topic, _partition, out) => out.integer(offset)
    case 'k':
      return ({ bytes, keyStart, keyEnd }, _topic, _partition, out) => key(bytes, keyStart, keyEnd, out)
    case 's':
      return ({ bytes, valueStart, valueEnd }, _topic, _partition, out) =>
        value(bytes, valueStart, valueEnd, out)
    case 'K':
      return ({ keyStart, keyEnd }, _topic, _partition, out) =>
        out.integer(keyStart < 0 ? -1 : keyEnd - keyStart)
    case 'S':
      return ({ valueStart, valueEnd }, _topic, _partition, out) =>
        out.integer(valueStart < 0 ? -1 : valueEnd - valueStart)
    case 'R':
      return ({ valueStart, valueEnd }, _topic, _partition, out) =>
        writeInt32(valueStart < 0 ? -1 : valueEnd - valueStart, out)
    case 'T':
      return ({ timestamp }, _topic, _partition, out) => out.ascii(time(timestamp))
    case 'h':
      return (cursor, _topic, _partition, out) => writeHeaders(cursor, header, out)
    default:
      throw new UsageError(`--format: there is no token "%${token}"`, {
        hint: 'there are %t topic, %p partition, %o offset, %k key, %s value, %K %S %R their sizes, %T time, %h headers, %{json:path} and %%',
      })
  }
}

/** Big-endian, as kcat writes a size. */
function writeInt32(value: number, out: OutputBuffer): void {
  for (let shift = 24; shift >= 0; shift -= 8) out.byte((value >>> shift) & 255)
}

/** `name=value,name=value`, as kcat writes them. */
function writeHeaders(cursor: RecordCursor, header: FieldWriter, out: OutputBuffer): void {
  let isFirst = true
  cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
    if (!isFirst) out.byte(0x2c)
    isFirst = false
    out.slice(cursor.bytes, keyStart, keyEnd)
    out.byte(0x3d)
    header(cursor.bytes, valueStart, valueEnd, out)
  })
}

function pathWriter(raw: string): Writer {
  const [, field, path] = /^(json|key|header):(.*)$/.exec(raw) ?? []
  if (field === undefined || path === undefined)
    throw new UsageError(`--format: "%{${raw}}" is no %{json:path}, %{key:path} or %{header:name}`)
  if (field === 'header') return headerWriter(Buffer.from(path))
  const write = jsonPathWriter(path)
  return field === 'json'
    ? ({ bytes, valueStart, valueEnd }, _topic, _partition, out) => write(bytes, valueStart, valueEnd, out)
    : ({ bytes, keyStart, keyEnd }, _topic, _partition, out) => write(bytes, keyStart, keyEnd, out)
}

/** The last header of that name, as Headers.lastHeader. */
function headerWriter(name: Buffer): Writer {
  return (cursor, _topic, _partition, out) => {
    const { bytes } = cursor
    let [start, end] = [-1, -1]
    cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
      if (name.equals(bytes.subarray(keyStart, keyEnd))) [start, end] = [valueStart, valueEnd]
    })
    if (start >= 0) out.slice(bytes, start, end)
  }
}
