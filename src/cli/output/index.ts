/** Results on stdout, in the style the person chose. */
import type { Terminal } from '../terminal.ts'
import { toJson } from './json.ts'
import type { Narrow } from './narrow-table.ts'
import { plainTable } from './plain-table.ts'
import type { Alignment } from './table.ts'
import { Sink } from './sink.ts'

export type OutputStyle = 'table' | 'json' | 'java'
export const OUTPUT_STYLES: readonly OutputStyle[] = ['table', 'json', 'java']

export interface Column<Row> {
  title: string
  value: (row: Row) => unknown
  align?: Alignment
  /** In a terminal that is too narrow. */
  narrow?: Narrow
}

export interface Listing<Row> {
  /** The key of the rows in the JSON document: `{"topics": […]}`. */
  name: string
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  /** The lines Kafka's own script prints; without it the `java` style prints the table. */
  java?: (rows: readonly Row[]) => Iterable<string>
  /** For the table style, when there is no row. */
  whenEmpty?: string
}

/** Whether a person looks at stdout, and how wide the window is. */
export type OutTerminal = Pick<Terminal, 'stdout' | 'columns'>
const NO_TERMINAL: OutTerminal = { stdout: false, columns: Infinity }

/** Longer texts are written in pieces of this many characters, so that a huge listing needs no huge string. */
const CHUNK_LENGTH = 64 * 1024

export class Out {
  readonly style: OutputStyle
  readonly sink: Sink
  readonly #terminal: OutTerminal
  #pending = ''

  /** `terminal` is asked only where it matters. */
  constructor(style: OutputStyle, sink = new Sink(1, 'stdout'), terminal = NO_TERMINAL) {
    this.style = style
    this.sink = sink
    this.#terminal = terminal
  }

  /** One line of text, in every style but JSON's. */
  line(text: string): void {
    this.#pending += `${text}\n`
    if (this.#pending.length >= CHUNK_LENGTH) this.flush()
  }

  /** A JSON document in the `json` style, `text` otherwise (none where it is undefined). */
  message(document: Record<string, unknown>, text?: string): void {
    if (this.style === 'json') this.line(toJson(document))
    else if (text !== undefined) this.line(text)
  }

  /** Rows of things as a table, a JSON document or Kafka's own text. */
  async list<Row>(listing: Listing<Row>): Promise<void> {
    const { name, rows, java } = listing
    if (this.style === 'json') this.line(toJson({ [name]: rows }))
    else if (this.style === 'java' && java) for (const line of java(rows)) this.line(line)
    else if (rows.length > 0) this.line(await table(listing, this.#windowColumns()))
    else if (listing.whenEmpty !== undefined && this.#terminal.stdout) this.line(listing.whenEmpty)
  }

  #windowColumns(): number | undefined {
    return this.style === 'table' && this.#terminal.stdout ? this.#terminal.columns : undefined
  }

  /** Everything said so far reaches the descriptor. Throws OutputClosedError when nobody reads it any more. */
  flush(): void {
    const text = this.#pending
    this.#pending = ''
    if (text !== '') this.sink.writeNow(text)
  }
}

/** `windowColumns`: how wide it may be, if that matters. */
async function table<Row>(
  { columns, rows }: Listing<Row>,
  windowColumns: number | undefined,
): Promise<string> {
  const cells = rows.map((row) => columns.map(({ value }) => cellText(value(row))))
  const titles = columns.map(({ title }) => title)
  const alignments = columns.map(({ align }) => align ?? 'left')
  const whole = plainTable(titles, alignments, cells) ?? (await renderedTable(titles, alignments, cells))
  if (windowColumns === undefined || windowColumns === Infinity) return whole
  const { narrowTable } = await import('./narrow-table.ts')
  const { widthOf, wrapText } = await import('./text-width.ts')
  if (whole.split('\n').every((line) => widthOf(line) <= windowColumns)) return whole
  const { lines, leftOut } = narrowTable(
    columns.map(({ title, narrow = {} }, index) => ({ title, narrow, alignment: alignments[index]! })),
    cells,
    windowColumns,
  )
  if (leftOut.length > 0) lines.push(...wrapText(`no room for ${leftOut.join(', ')}`, windowColumns))
  return lines.join('\n')
}

async function renderedTable(titles: string[], alignments: Alignment[], rows: string[][]): Promise<string> {
  const { renderTable } = await import('./table.ts')
  return renderTable(titles, alignments, rows)
}

function cellText(value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : String(value ?? '')
  return text === '' ? '-' : text
}
