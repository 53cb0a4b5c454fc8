/**
 * CSV (RFC 4180) → envelopes, a line each: the header row names the fields of the JSON object that each row's value is.
 * The only importer of csv-parse. It is given whole rows only: as a stream it would hold back the last row until more comes.
 */
import { CsvError, parse } from 'csv-parse/sync'
import { KtError, UsageError } from '../errors.ts'
import { shorten } from './shorten.ts'

const QUOTE = 0x22
const NEWLINE = 0x0a

export interface CsvOptions {
  /** The column whose text is the key. */
  keyColumn: string | undefined
  /** Known beforehand where reading goes on in the middle of a file; else the first row says them. */
  columns?: readonly string[] | undefined
  /** Memory is not to grow with a quote that is never closed. */
  maxRowBytes: number
  /** Rows that are no records are told and left out instead of ending the run. */
  skipped: ((row: number, error: KtError) => void) | undefined
}

export class CsvRows {
  /** Set once the first row has been read. */
  columns: readonly string[] | undefined
  readonly #options: CsvOptions
  #names: string[] = []
  #keyIndex = -1
  #rows = 0
  /** Lines of the input before `#pending`. */
  #lines = 0
  #pending: Buffer = Buffer.alloc(0)
  #isFirst = true
  #isQuoted = false

  /** Throws KtError when the columns given have no `keyColumn`. */
  constructor(options: CsvOptions) {
    this.#options = options
    if (options.columns !== undefined) this.#take(options.columns)
  }

  /** Bytes given that are part of no row yet. */
  get pendingBytes(): number {
    return this.#pending.length
  }

  /** Chunks of CSV → chunks of JSON lines, one for each row, empty for a row that was left out. Throws KtError. */
  async *lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      const end = this.#pending.length + this.#endOfRows(chunk)
      // A copy: the chunk is the reader's, and is filled again.
      const bytes = Buffer.concat([this.#pending, chunk])
      const hasRows = end > this.#pending.length
      this.#pending = hasRows ? bytes.subarray(end) : bytes
      if (hasRows) yield* this.#linesOf(bytes.subarray(0, end))
      if (this.#pending.length > this.#options.maxRowBytes) throw this.#tooLong()
    }
    const rest = this.#pending
    this.#pending = Buffer.alloc(0)
    if (rest.length > 0) yield* this.#linesOf(rest)
  }

  /** Behind the last newline of `chunk` that no quotes enclose; 0 where there is none. */
  #endOfRows(chunk: Buffer): number {
    let isQuoted = this.#isQuoted
    let end = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === QUOTE) isQuoted = !isQuoted
      else if (byte === NEWLINE && !isQuoted) end = at + 1
    }
    this.#isQuoted = isQuoted
    return end
  }

  /** What stood before a row that is wrong is still given. */
  *#linesOf(rows: Buffer): Generator<Buffer> {
    let lines = ''
    let failure: unknown
    try {
      parse(rows, {
        bom: this.#isFirst,
        relax_column_count: true,
        skip_empty_lines: true,
        record_delimiter: ['\r\n', '\n'],
        on_record: (record: string[], { lines: line }) => {
          if (this.columns === undefined) this.#take(record)
          else lines += this.#lineOf(record, this.#lines + line)
          return null
        },
      })
    } catch (error) {
      failure = error
    }
    this.#isFirst = false
    for (const byte of rows) if (byte === NEWLINE) this.#lines++
    if (lines !== '') yield Buffer.from(lines)
    if (failure === undefined) return
    if (failure instanceof KtError) throw failure
    throw new KtError(`row ${this.#rows + 1}: ${(failure as Error).message.replace(/ at line \d+/, '')}`, {
      cause: failure,
      hint: 'a quote within a quoted field is written twice',
    })
  }

  #take(columns: readonly string[]): void {
    const { keyColumn } = this.#options
    const twice = columns.find((name, index) => columns.indexOf(name) !== index)
    if (twice !== undefined) throw new KtError(`the header row names the column "${twice}" twice`)
    this.#keyIndex = keyColumn === undefined ? -1 : columns.indexOf(keyColumn)
    if (keyColumn !== undefined && this.#keyIndex < 0)
      throw new KtError(`there is no column "${keyColumn}"`, {
        hint: `the columns are ${columns.join(', ')}`,
      })
    this.columns = columns
    this.#names = columns.map((name) => `${JSON.stringify(name)}:`)
  }

  #lineOf(record: string[], line: number): string {
    this.#rows++
    const names = this.#names
    if (record.length !== names.length) return this.#skip(record, line)
    let fields = ''
    for (let index = 0; index < names.length; index++)
      fields += `${index === 0 ? '' : ','}${names[index]}${JSON.stringify(record[index])}`
    const key = this.#keyIndex < 0 ? '' : `"key":${JSON.stringify(record[this.#keyIndex])},`
    return `{${key}"value":{${fields}}}\n`
  }

  #skip(record: string[], line: number): string {
    const count = record.length === 1 ? '1 column' : `${record.length} columns`
    const shown = shorten(Buffer.from(record.join(',')))
    const error = new KtError(
      `row ${this.#rows}, line ${line}: ${count} instead of ${this.#names.length}: ${shown}`,
      {
        hint: 'a comma within a field needs quotes around it; --reader-property ignore.error=true leaves such rows out',
      },
    )
    if (this.#options.skipped === undefined) throw error
    this.#options.skipped(this.#rows, error)
    return '\n'
  }

  #tooLong(): KtError {
    const { maxRowBytes } = this.#options
    return new KtError(
      `row ${this.#rows + 1}, line ${this.#lines + 1}: is longer than ${maxRowBytes} bytes`,
      {
        hint: 'a quote may not be closed',
      },
    )
  }
}

export interface CsvRow {
  /** From 1. */
  line: number
  cells: string[]
}

/** A whole CSV text without a header row; empty lines are left out. Throws UsageError that names `file` and the line. */
export function readRows(text: string, file: string): CsvRow[] {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }
    const rows = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[]
    return rows.map(({ record, info }) => ({ line: info.lines, cells: record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? `, line ${error.lines}` : ''
    throw new UsageError(`${file}${line}: this is no CSV: ${error.message}`, { cause: error })
  }
}
