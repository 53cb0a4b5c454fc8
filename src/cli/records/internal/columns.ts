/** A table that is written as its rows come: columns under their titles, which widen when a cell needs it. */
import type { OutputBuffer } from '../output-buffer.ts'

const SPACES = Buffer.alloc(256, ' ')
const GAP = 2

export class Columns {
  readonly #titles: readonly string[]
  readonly #widths: number[]

  /** `[title, width to begin with]`; the last column has no width. */
  constructor(columns: readonly (readonly [string, number])[]) {
    this.#titles = columns.map(([title]) => title)
    this.#widths = columns.map(([title, width]) => Math.max(title.length, width))
  }

  titles(out: OutputBuffer): void {
    this.#titles.forEach((title, column) => {
      const start = out.length
      out.ascii(title)
      if (column < this.#titles.length - 1) this.end(column, start, out)
    })
    out.byte(0x0a)
  }

  /** Fills the cell that began at `start` of `out` up to where the next column begins. */
  end(column: number, start: number, out: OutputBuffer): void {
    const { bytes, length } = out
    let shown = length - start
    // A character of UTF-8 has one byte that does not look like a continuation.
    for (let at = start; at < length; at++) if ((bytes[at]! & 0xc0) === 0x80) shown--
    const width = this.#widths[column]!
    if (shown > width) this.#widths[column] = shown
    const missing = Math.max(width - shown, 0) + GAP
    out.slice(SPACES, 0, Math.min(missing, SPACES.length))
  }
}
