/** The tables of `table.ts` where every character is as wide as any other: most, and cli-table3 takes a while to load. */
import type { Alignment } from './table.ts'

/** What cli-table3 would print; undefined where it has to look closer: other than printable ASCII, or no row. */
export function plainTable(titles: string[], alignments: Alignment[], rows: string[][]): string | undefined {
  const lines = [titles, ...rows]
  if (rows.length === 0 || !lines.every((cells) => cells.every(isPlain))) return undefined
  const widths = titles.map((_, column) =>
    lines.reduce((widest, cells) => Math.max(widest, cells[column]!.length), 0),
  )
  const pad = (cell: string, column: number) =>
    alignments[column] === 'right' ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
  return lines.map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n')
}

function isPlain(cell: string): boolean {
  for (let index = 0; index < cell.length; index++) {
    const code = cell.charCodeAt(index)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}
