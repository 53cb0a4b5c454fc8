/** How the console producer's input becomes records: `--input` and what goes with it. */
import { UsageError } from '../core/errors.ts'
import { DelimiterSplitter, WholeInput } from '../core/producer/delimiter.ts'
import { withFixedFields } from '../core/producer/fixed-fields.ts'
import { EnvelopeParser } from '../core/producer/json-format.ts'
import { lineFormat, type LineFormat, lineParser } from '../core/producer/line-format.ts'
import { LineSplitter, type InputWindow, type Splitter } from '../core/producer/lines.ts'
import type { RecordParser } from '../core/producer/record-parser.ts'
import type { Header } from '../core/records/headers.ts'
import type { Values } from './command.ts'
import { unescapeBytes } from './escapes.ts'
import { flag, text, texts } from './options.ts'

const heading = 'Input'

export const inputOptions = {
  input: text(
    'what the input is: a record a line, a JSON object a line, CSV with a header row, or one record',
    {
      choices: ['lines', 'json', 'csv', 'raw'],
      default: 'lines',
      placeholder: 'FORMAT',
      heading,
    },
  ),
  keep: text('what of a JSON record is kept: partition, timestamp or both, with a comma', {
    placeholder: 'FIELDS',
    heading,
  }),
  'key-column': text('the column of a CSV row that is the key', { placeholder: 'NAME', heading }),
  delimiter: text('what ends a record instead of a newline; \\0, \\t, \\xNN are escapes', {
    placeholder: 'BYTES',
    heading,
  }),
  key: text('the key of all records', { heading, placeholder: 'TEXT' }),
  header: texts('a header for all records; may be repeated', { heading, placeholder: 'KEY=VALUE' }),
  timestamp: text('the timestamp of all records: milliseconds, or 2026-11-20T10:00Z', {
    heading,
    placeholder: 'TIME',
  }),
  follow: text('read FILE on as it grows and is rotated, until interrupted', {
    placeholder: 'FILE',
    heading,
  }),
  'offset-file': text('with --follow: keep the place in FILE, and start there', {
    placeholder: 'FILE',
    heading,
  }),
  tombstones: flag('each line is a key, whose record has no value', { heading }),
}

export interface InputFormat {
  splitter(window: InputWindow, maxRecordBytes: number): Splitter
  parser: RecordParser | undefined
  ignoresErrors: boolean
  isCsv: boolean
  keyColumn: string | undefined
  /** What a record of the input is called in messages. */
  unit: string
}

/** Throws UsageError where options do not go together. */
export function inputFormat(
  values: Values<typeof inputOptions>,
  readerProperties: Readonly<Record<string, string>>,
): InputFormat {
  checkTogether(values)
  const format = lineFormat(readerProperties)
  const delimiter = values.delimiter === undefined ? undefined : unescapeBytes(values.delimiter, 'delimiter')
  if (delimiter?.length === 0) throw new UsageError('--delimiter is empty')
  const { input, key, header, tombstones } = values
  const parser = withFixedFields(innerParser(values, format), {
    key: key === undefined ? undefined : Buffer.from(key),
    timestamp: values.timestamp === undefined ? undefined : parseTimestamp(values.timestamp),
    headers: header.map(parseHeader),
    areTombstones: tombstones,
  })
  return {
    parser,
    isCsv: input === 'csv',
    keyColumn: values.keyColumn,
    ignoresErrors: format.ignoresErrors,
    unit: input === 'csv' ? 'row' : input === 'raw' || delimiter !== undefined ? 'record' : 'line',
    splitter: (window, maxRecordBytes) => {
      if (input === 'raw') return new WholeInput(maxRecordBytes)
      if (delimiter !== undefined) return new DelimiterSplitter(delimiter, maxRecordBytes)
      // JSON takes more bytes than the record that it is.
      return new LineSplitter(input === 'lines' ? maxRecordBytes : maxRecordBytes * 8, window)
    },
  }
}

function innerParser(values: Values<typeof inputOptions>, format: LineFormat): RecordParser | undefined {
  if (values.input === 'raw') return undefined
  if (values.input === 'lines') return lineParser(format)
  return new EnvelopeParser(keptFields(values.keep))
}

function checkTogether({
  input,
  keep,
  keyColumn,
  delimiter,
  follow,
  offsetFile,
  key,
  timestamp,
  tombstones,
}: Values<typeof inputOptions>): void {
  const wrong = (one: string, other: string) => new UsageError(`--${one} goes with --input ${other} only`)
  if (keep !== undefined && input !== 'json') throw wrong('keep', 'json')
  if (keyColumn !== undefined && input !== 'csv') throw wrong('key-column', 'csv')
  if (delimiter !== undefined && input !== 'lines' && input !== 'json')
    throw wrong('delimiter', 'lines or json')
  if (follow !== undefined && input === 'raw') throw new UsageError('--follow reads lines, not --input raw')
  if (offsetFile !== undefined && follow === undefined)
    throw new UsageError('--offset-file goes with --follow')
  if (tombstones && (input !== 'lines' || key !== undefined))
    throw new UsageError('--tombstones makes keys of lines: it goes with --input lines, without --key')
  if (timestamp !== undefined && keep?.includes('timestamp') === true)
    throw new UsageError('--timestamp and --keep timestamp exclude each other')
}

function keptFields(raw = ''): { partition: boolean; timestamp: boolean } {
  const names = raw
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const wrong = names.find((name) => name !== 'partition' && name !== 'timestamp')
  if (wrong !== undefined) throw new UsageError(`--keep takes partition and timestamp, not "${wrong}"`)
  return { partition: names.includes('partition'), timestamp: names.includes('timestamp') }
}

function parseTimestamp(raw: string): number {
  const time = /^-?\d+$/.test(raw) ? Number(raw) : Date.parse(raw)
  if (Number.isSafeInteger(time)) return time
  throw new UsageError(`--timestamp takes milliseconds or a time like 2026-11-20T10:00Z, not "${raw}"`)
}

function parseHeader(raw: string): Header {
  const at = raw.indexOf('=')
  if (at < 0) throw new UsageError(`--header takes KEY=VALUE, not "${raw}"`)
  return { key: Buffer.from(raw.slice(0, at)), value: Buffer.from(raw.slice(at + 1)) }
}
