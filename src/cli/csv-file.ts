/** CSV of the person's. The only importer of csv-parse. */
import { CsvError, parse } from 'csv-parse/sync'
import { UsageError } from '../core/errors.ts'
import { readText } from './json-file.ts'

export interface CsvLine {
  /** From 1. */
  line: number
  cells: string[]
}

/** Empty lines are left out. Throws UsageError that names the file and the line. */
export function readCsvFile(path: string): CsvLine[] {
  try {
    const records = parse(readText(path), {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? `, line ${error.lines}` : ''
    throw new UsageError(`${path}${line}: this is no CSV: ${error.message}`, { cause: error })
  }
}

/** A cell as Kafka's tools write it: in quotes when it is long or has anything but plain characters (Jackson's loose rule). */
export function csvCell(value: string | number): string {
  const text = String(value)
  const isPlain = typeof value === 'number' || (text.length <= 24 && !/[\0-,\\]/.test(text))
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}
