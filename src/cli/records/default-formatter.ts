/** Kafka's DefaultMessageFormatter (org.apache.kafka.tools.consumer.DefaultMessageFormatter), over bytes. */
import { UsageError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'
import { onDemand } from '../../core/records/kernels/kernel.ts'
import { ValueKernel } from '../../core/records/kernels/value-kernel.ts'
import { type RecordCursor, timestampType } from '../../core/records/record-cursor.ts'
import { type FieldWriter, fieldWriter, type InvalidFields } from './fields.ts'
import { deserializerNamed } from './deserializers.ts'
import type { Formatter } from './formatter.ts'
import type { OutputBuffer } from './output-buffer.ts'

/** Its properties with their defaults. */
const PROPERTIES: Readonly<Record<string, string | undefined>> = {
  'print.timestamp': 'false',
  'print.partition': 'false',
  'print.offset': 'false',
  'print.epoch': 'false',
  'print.delivery': 'false',
  'print.headers': 'false',
  'print.key': 'false',
  'print.value': 'true',
  'key.separator': '\t',
  'line.separator': '\n',
  'headers.separator': ',',
  'null.literal': 'null',
  'key.deserializer': undefined,
  'value.deserializer': undefined,
  'headers.deserializer': undefined,
}

export interface DefaultFormatterOptions {
  /** Kafka's console consumer loses the leader epoch on the way to its formatter and always says NOT_PRESENT. */
  losesEpoch?: boolean
  /** Counts what cannot be deserialized, which is then shown as hex; without it, as in Kafka, it is an error. */
  invalid?: InvalidFields | undefined
}

/** Throws UsageError on a property that the formatter does not have. */
export function defaultFormatter(
  properties: Readonly<Record<string, string>>,
  { losesEpoch = false, invalid }: DefaultFormatterOptions = {},
): Formatter {
  for (const name of Object.keys(properties)) checkName(name)
  // Also of what is not printed: Kafka makes all of them.
  for (const field of ['key', 'value', 'headers'])
    if (properties[`${field}.deserializer`]) deserializerNamed(properties[`${field}.deserializer`]!)
  const read = (name: string) => properties[name] ?? PROPERTIES[name] ?? ''
  const isOn = (name: string) => read(name).trim().toLowerCase() === 'true'
  const columns = [
    isOn('print.timestamp') && writeTimestamp,
    isOn('print.partition') && writePartition,
    isOn('print.offset') && writeOffset,
    isOn('print.delivery') && writeDelivery,
    isOn('print.epoch') && (losesEpoch ? writeNoEpoch : writeEpoch),
    isOn('print.headers') && headersWriter(read, invalid),
    isOn('print.key') && keyOrValueWriter('key', read, invalid),
    isOn('print.value') && keyOrValueWriter('value', read, invalid),
  ].filter((column) => column !== false)
  const separator = Buffer.from(read('key.separator'))
  const lineEnd = Buffer.from(read('line.separator'))
  const isValueOnly =
    columns.length === 1 && isOn('print.value') && properties['value.deserializer'] === undefined
  if (isValueOnly) return valueFormatter(Buffer.from(read('null.literal')), lineEnd)
  return { write }

  function write(cursor: RecordCursor, _topic: string, partition: number, out: OutputBuffer): void {
    for (let index = 0; index < columns.length; index++) {
      columns[index]!(cursor, partition, out)
      const end = index === columns.length - 1 ? lineEnd : separator
      out.slice(end, 0, end.length)
    }
  }
}

type ColumnWriter = (cursor: RecordCursor, partition: number, out: OutputBuffer) => void

/** What nearly everybody prints, without a column in the way. */
function valueFormatter(nullLiteral: Buffer, lineEnd: Buffer): Formatter {
  const lastByte = lineEnd[lineEnd.length - 1]
  if (lineEnd.length !== 1 || lastByte === undefined) return slowValueFormatter(nullLiteral, lineEnd)
  const kernelOf = onDemand(() => ValueKernel.open(nullLiteral, lastByte))
  return {
    writeMany(cursor, most, endOffset, out) {
      const kernel = kernelOf()
      if (kernel === undefined) return 0
      const count = kernel.run(cursor, most, endOffset)
      if (count > 0) out.slice(kernel.bytes, kernel.linesStart, kernel.linesEnd)
      return count
    },
    write({ bytes, valueStart, valueEnd }, _topic, _partition, out) {
      if (valueStart >= 0) out.line(bytes, valueStart, valueEnd, lastByte)
      else out.line(nullLiteral, 0, nullLiteral.length, lastByte)
    },
  }
}

function slowValueFormatter(nullLiteral: Buffer, lineEnd: Buffer): Formatter {
  return {
    write({ bytes, valueStart, valueEnd }, _topic, _partition, out) {
      if (valueStart < 0) out.slice(nullLiteral, 0, nullLiteral.length)
      else out.slice(bytes, valueStart, valueEnd)
      out.slice(lineEnd, 0, lineEnd.length)
    },
  }
}

function checkName(name: string): void {
  // Deserializers may take properties of their own, e.g. key.deserializer.encoding.
  if (name in PROPERTIES || /^(key|value|headers)\.deserializer\./.test(name)) return
  const near = nearest(name, Object.keys(PROPERTIES))
  throw new UsageError(`unknown formatter property "${name}"`, {
    hint: near === undefined ? `there are ${Object.keys(PROPERTIES).join(', ')}` : `did you mean ${near}?`,
  })
}

function writeTimestamp(cursor: RecordCursor, _partition: number, out: OutputBuffer): void {
  const type = timestampType(cursor)
  out.ascii(type === 'NoTimestampType' ? 'NO_TIMESTAMP' : `${type}:${cursor.timestamp}`)
}

function writePartition(_cursor: RecordCursor, partition: number, out: OutputBuffer): void {
  out.ascii(`Partition:${partition}`)
}

function writeOffset({ offset }: RecordCursor, _partition: number, out: OutputBuffer): void {
  out.ascii(`Offset:${offset}`)
}

function writeEpoch({ batch }: RecordCursor, _partition: number, out: OutputBuffer): void {
  const epoch = batch!.leaderEpoch
  out.ascii(epoch < 0 ? 'Epoch:NOT_PRESENT' : `Epoch:${epoch}`)
}

function writeNoEpoch(_cursor: RecordCursor, _partition: number, out: OutputBuffer): void {
  out.ascii('Epoch:NOT_PRESENT')
}

/** Delivery counts are for share groups; a consumer's records have none. */
function writeDelivery(_cursor: RecordCursor, _partition: number, out: OutputBuffer): void {
  out.ascii('Delivery:NOT_PRESENT')
}

function headersWriter(read: (name: string) => string, invalid: InvalidFields | undefined): ColumnWriter {
  const separator = Buffer.from(read('headers.separator'))
  const writeValue = writerOf('headers', read, invalid)
  return (cursor, _partition, out) => {
    if (cursor.headerCount === 0) return out.ascii('NO_HEADERS')
    let isFirst = true
    cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
      if (!isFirst) out.slice(separator, 0, separator.length)
      isFirst = false
      out.slice(cursor.bytes, keyStart, keyEnd)
      out.byte(0x3a)
      writeValue(cursor.bytes, valueStart, valueEnd, out)
    })
  }
}

function keyOrValueWriter(
  field: 'key' | 'value',
  read: (name: string) => string,
  invalid: InvalidFields | undefined,
): ColumnWriter {
  const write = writerOf(field, read, invalid)
  return field === 'key'
    ? ({ bytes, keyStart, keyEnd }, _partition, out) => write(bytes, keyStart, keyEnd, out)
    : ({ bytes, valueStart, valueEnd }, _partition, out) => write(bytes, valueStart, valueEnd, out)
}

function writerOf(
  field: 'key' | 'value' | 'headers',
  read: (name: string) => string,
  invalid: InvalidFields | undefined,
): FieldWriter {
  return fieldWriter(read(`${field}.deserializer`) || undefined, read('null.literal'), invalid)
}
