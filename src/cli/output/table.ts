/** Tables for people. The only importer of cli-table3, and so loaded only when a table is printed. */
import Table from 'cli-table3'

export type Alignment = 'left' | 'right'

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** Columns under their titles, two spaces apart, no lines drawn: easy to read, cut and grep. */
export function renderTable(titles: string[], alignments: Alignment[], rows: string[][]): string {
  const table = new Table({
    head: titles,
    colAligns: alignments,
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows)
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
