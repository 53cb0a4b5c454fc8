/** `--compare OLD.json`: what has changed since, in percent. */
import { UsageError } from '../../core/errors.ts'
import { readJsonFile } from '../json-file.ts'
import { renderTable } from '../output/table.ts'
import type { PerfDocument } from './document.ts'

export interface Change {
  what: string
  before: number
  now: number
  /** null where there was nothing before. */
  percent: number | null
}

const READINGS: readonly (readonly [string, (document: PerfDocument) => number | undefined])[] = [
  ['records/s', (one) => one.recordsPerSec],
  ['MB/s', (one) => one.mbPerSec],
  ['avg ms', (one) => one.latencyMs?.avg],
  ['p50 ms', (one) => one.latencyMs?.p50],
  ['p95 ms', (one) => one.latencyMs?.p95],
  ['p99 ms', (one) => one.latencyMs?.p99],
  ['p99.9 ms', (one) => one.latencyMs?.['p99.9']],
  ['max ms', (one) => one.latencyMs?.max],
  ['failed', (one) => one.failed],
]

/** Throws UsageError for a file that is no result of `--output json`. */
export function readOld(file: string): PerfDocument {
  const old = readJsonFile(file) as Partial<PerfDocument> | null
  const isResult = typeof old?.perf === 'string' && typeof old.recordsPerSec === 'number'
  if (!isResult || !Array.isArray(old?.intervals))
    throw new UsageError(`--compare: ${file} is no result of kt perf`, {
      hint: 'write one with --output json > OLD.json',
    })
  return old as PerfDocument
}

export function changesSince(old: PerfDocument, now: PerfDocument): Change[] {
  return READINGS.flatMap(([what, read]) => {
    const [before, after] = [read(old), read(now)]
    if (before === undefined || after === undefined) return []
    return [{ what, before, now: after, percent: before === 0 ? null : ((after - before) / before) * 100 }]
  })
}

export function changeTable(changes: readonly Change[]): string {
  const cells = changes.map(({ what, before, now, percent }) => [
    what,
    shown(before),
    shown(now),
    percentText(percent),
  ])
  return renderTable(['', 'BEFORE', 'NOW', 'CHANGE'], ['left', 'right', 'right', 'right'], cells)
}

export function percentText(percent: number | null): string {
  if (percent === null) return '-'
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`
}

function shown(value: number): string {
  return Number.isInteger(value) || value >= 1000 ? value.toFixed(0) : value.toFixed(2)
}
