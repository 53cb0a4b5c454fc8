/** Tables that fit a window: shorter titles, cut or broken cells, and in the end fewer columns. */
import type { Alignment } from './table.ts'
import { cutText, widthOf, wrapText } from './text-width.ts'

/** What a column does in a window that is too narrow for its table. */
export interface Narrow {
  /** A shorter title. */
  title?: string
  /** The cell may be cut to so many characters. */
  cutTo?: number
  /** The cell may go on in further lines, from so many characters on. */
  wrapTo?: number
  /** Goes where that is not enough, the rightmost first; `last`: when all others that may go have gone. */
  isOptional?: boolean | 'last'
  /** Breaks only when all that is optional has gone: names. */
  isLast?: boolean
}

export interface NarrowColumn {
  title: string
  alignment: Alignment
  narrow: Narrow
}

interface Fitted extends NarrowColumn {
  /** Which cell of a row it shows. */
  index: number
  cells: string[]
  width: number
  isWhole: boolean
  /** Breaks anywhere: nothing else has helped. */
  isTight: boolean
}

/** Of a column with names: they break into lines, but only when nothing else helps. */
export const NAME: Narrow = { wrapTo: 12, isLast: true }

const GAP = '  '
const TIGHT_COLUMNS = 8

/** The lines of the table, and the titles of the columns that had to go. */
export function narrowTable(
  columns: readonly NarrowColumn[],
  rows: readonly string[][],
  windowColumns: number,
): { lines: string[]; leftOut: string[] } {
  const { titles, linesOf, leftOut } = fitColumns(columns, rows, windowColumns)
  return { lines: [titles, ...rows.flatMap((row) => linesOf(row))], leftOut }
}

/** Columns as wide as the window lets them be for `rows`, or for rows like these, which may then come one by one. */
export function fitColumns(
  columns: readonly NarrowColumn[],
  rows: readonly string[][],
  windowColumns: number,
): { titles: string; linesOf: (row: readonly string[]) => string[]; leftOut: string[] } {
  const leftOut: string[] = []
  const kept = columns.map((column, index) => asFitted(column, index, rows))
  while (!shrink(kept, windowColumns)) {
    const optional = kept.findLastIndex(({ narrow }) => narrow.isOptional === true)
    const last = optional < 0 ? kept.findIndex(({ narrow }) => narrow.isOptional) : optional
    if (last < 0) {
      for (const column of kept) column.isWhole = false
      if (shrink(kept, windowColumns)) break
      for (const column of kept) column.isTight = true
      shrink(kept, windowColumns)
      break
    }
    leftOut.unshift(kept.splice(last, 1)[0]!.title)
  }
  const titles = line(
    kept,
    kept.map((column) => titleOf(column)),
  )
  return { titles, linesOf: (row) => rowLines(kept, row), leftOut }
}

function asFitted(column: NarrowColumn, index: number, rows: readonly string[][]): Fitted {
  const cells = rows.map((row) => printable(row[index]!))
  return { ...column, index, cells, width: 0, isWhole: column.narrow.isLast === true, isTight: false }
}

/** What would move the cursor is shown as a dot. */
function printable(cell: string): string {
  return cell.replace(/[\x00-\x1f\x7f-\x9f]/g, '·')
}

function titleOf({ title, narrow }: NarrowColumn): string {
  return narrow.title ?? title
}

/** Sets the widths. True when they fit. */
function shrink(columns: readonly Fitted[], windowColumns: number): boolean {
  for (const column of columns) column.width = naturalWidth(column, windowColumns)
  const gaps = GAP.length * (columns.length - 1)
  let over = columns.reduce((sum, { width }) => sum + width, gaps) - windowColumns
  for (; over > 0; over--) {
    const widest = columns
      .filter((column) => column.width > leastWidth(column))
      .reduce<Fitted | undefined>((one, other) => (one && one.width >= other.width ? one : other), undefined)
    if (widest === undefined) return false
    widest.width--
  }
  return true
}

function naturalWidth(column: Fitted, windowColumns: number): number {
  const widest = column.cells.reduce((most, cell) => Math.max(most, widthOf(cell)), titleOf(column).length)
  const isFlexible = leastWidth(column) < widest
  return isFlexible ? Math.min(widest, Math.max(windowColumns, leastWidth(column))) : widest
}

function leastWidth(column: Fitted): number {
  const { cutTo, wrapTo } = column.narrow
  if (column.isWhole) return Infinity
  const least = cutTo ?? wrapTo ?? Infinity
  const tight = column.isTight && wrapTo !== undefined ? Math.min(least, TIGHT_COLUMNS) : least
  return Math.max(tight, titleOf(column).length)
}

function rowLines(columns: readonly Fitted[], row: readonly string[]): string[] {
  const parts = columns.map(({ index, narrow, width }) => {
    const cell = printable(row[index]!)
    return narrow.wrapTo === undefined ? [cutTo(cell, width, narrow)] : wrapText(cell, width)
  })
  const height = Math.max(...parts.map(({ length }) => length))
  return Array.from({ length: height }, (_, index) =>
    line(
      columns,
      parts.map((part) => part[index] ?? ''),
    ),
  )
}

function cutTo(cell: string, width: number, narrow: Narrow): string {
  return narrow.cutTo === undefined ? cell : cutText(cell, width)
}

function line(columns: readonly Fitted[], cells: readonly string[]): string {
  return cells
    .map((cell, index) => {
      const { alignment, width } = columns[index]!
      const space = ' '.repeat(Math.max(0, width - widthOf(cell)))
      return alignment === 'right' ? space + cell : cell + space
    })
    .join(GAP)
    .trimEnd()
}
