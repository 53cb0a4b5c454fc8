/**
 * CSV (RFC 4180) → envelopes, a line each: the header row names the fields of the JSON object that each row's value is.
 * The only importer of csv-parse.
 */
import { type Info, parse, type Parser } from 'csv-parse'
import { KtError } from '../errors.ts'
import { shorten } from './shorten.ts'

export interface CsvOptions {
  /** The column whose text is the key. */
  keyColumn: string | undefined
  /** Known beforehand where reading goes on in the middle of a file; else the first row says them. */
  columns?: readonly string[] | undefined
  /** Rows that are no records are told and left out instead of ending the run. */
  skipped: ((row: number, error: KtError) => void) | undefined
}

interface Row {
  record: string[]
  info: Info
}

/** Rows are buffered by ourselves; what csv-parse would hold back waits for a reader that is us. */
const NO_LIMIT = 2 ** 30

export class CsvRows {
  /** Set once the first row has been read. */
  columns: readonly string[] | undefined
  readonly #options: CsvOptions
  readonly #parser: Parser
  #error: Error | undefined
  #names: string[] = []
  #keyIndex = -1
  #rows = 0
  #pushedBytes = 0
  #parsedBytes = 0

  /** Throws KtError when the columns given have no `keyColumn`. */
  constructor(options: CsvOptions) {
    this.#options = options
    // Highwater marks belong to the stream below the parser, which its types do not say.
    const settings = {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n'],
      readableHighWaterMark: NO_LIMIT,
      writableHighWaterMark: NO_LIMIT,
    }
    this.#parser = parse(settings)
    this.#parser.on('error', (error) => (this.#error = error))
    if (options.columns !== undefined) this.#take(options.columns)
  }

  /** Bytes given that are part of no row yet. */
  get pendingBytes(): number {
    return this.#pushedBytes - this.#parsedBytes
  }

  /** Chunks of CSV → chunks of JSON lines, one for each row, empty for a row that was left out. Throws KtError. */
  async *lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#pushedBytes += chunk.length
      // A copy: the chunk is the reader's, and is filled again.
      await new Promise<void>((resolve) => this.#parser.write(Buffer.from(chunk), () => resolve()))
      const lines = this.#completeRows()
      if (lines !== '') yield Buffer.from(lines)
      if (this.#error !== undefined) throw this.#failure(this.#error)
    }
    await new Promise<void>((resolve) => {
      this.#parser.once('error', () => resolve())
      this.#parser.once('end', resolve)
      this.#parser.end(() => {
        const lines = this.#completeRows()
        this.#rest = lines
        this.#parser.resume()
      })
    })
    if (this.#rest !== '') yield Buffer.from(this.#rest)
    if (this.#error !== undefined) throw this.#failure(this.#error)
  }

  #rest = ''

  #completeRows(): string {
    let lines = ''
    for (;;) {
      const row = this.#parser.read() as Row | null
      if (row === null) return lines
      this.#parsedBytes = row.info.bytes
      if (this.columns === undefined) this.#take(row.record)
      else lines += this.#lineOf(row)
    }
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

  #lineOf({ record, info }: Row): string {
    this.#rows++
    const names = this.#names
    if (record.length !== names.length) return this.#skip(record, info)
    let fields = ''
    for (let index = 0; index < names.length; index++)
      fields += `${index === 0 ? '' : ','}${names[index]}${JSON.stringify(record[index])}`
    const key = this.#keyIndex < 0 ? '' : `"key":${JSON.stringify(record[this.#keyIndex])},`
    return `{${key}"value":{${fields}}}\n`
  }

  #skip(record: string[], { lines }: Info): string {
    const shown = shorten(Buffer.from(record.join(',')))
    const error = new KtError(
      `row ${this.#rows}, line ${lines}: ${record.length} columns instead of ${this.#names.length}: ${shown}`,
      {
        hint: 'a comma within a field needs quotes around it; --reader-property ignore.error=true leaves such rows out',
      },
    )
    if (this.#options.skipped === undefined) throw error
    this.#options.skipped(this.#rows, error)
    return '\n'
  }

  #failure(error: Error): KtError {
    return new KtError(`row ${this.#rows + 1}: ${error.message}`, {
      cause: error,
      hint: 'a quote within a quoted field is written twice',
    })
  }
}
