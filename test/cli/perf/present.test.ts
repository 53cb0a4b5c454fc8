import { expect, it } from 'vitest'
import { type NamedSummary, summaryColumns } from '../../../src/cli/perf/present.ts'
import { narrowTable } from '../../../src/cli/output/narrow-table.ts'

const latencyMs = { avg: 173.67, p50: 179.71, p95: 251.1, p99: 274.94, 'p99.9': 280.1, max: 280.52 }
const summary = { records: 2_000_000, failed: 0, elapsedMs: 40_123, recordsPerSec: 498_765, mbPerSec: 48.3, latencyMs } // prettier-ignore

it.each([
  [50, []],
  [60, ['MAX']],
  [80, ['MAX']],
])('the table of a run fits %i columns, and keeps what a run is judged by', (windowColumns, more) => {
  const rows = [['producer', summary]] as unknown as NamedSummary[]
  const columns = summaryColumns(rows)
  const cells = rows.map((row) => columns.map(({ value }) => String(value(row))))
  const shapes = columns.map(({ title, align = 'left', narrow = {} }) => ({
    title,
    narrow,
    alignment: align,
  }))
  const { lines, leftOut } = narrowTable(shapes, cells, windowColumns)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(windowColumns)
  expect(lines[0]!.trim().split(/ +/)).toEqual(
    expect.arrayContaining(['RECORDS', 'FAILED', 'REC/S', 'P50', 'P99', ...more]),
  )
  expect(leftOut).toContain('P99.9 MS')
})
