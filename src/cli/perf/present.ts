/** The end of a run: Kafka's lines, a table, or JSON; the files that were asked for; then whether it went well. */
import { writeFile } from 'node:fs/promises'
import { InterruptedError, KtError, systemReason } from '../../core/errors.ts'
import type { Measured, Summary } from '../../core/perf/result.ts'
import type { Context } from '../context.ts'
import { renderTable } from '../output/table.ts'
import { changesSince, changeTable, readOld } from './compare.ts'
import type { PerfDocument } from './document.ts'
import type { ReportValues } from './report-options.ts'

export interface Outcome {
  measured: Measured
  document: PerfDocument
  /** What ended the run before its time, if anything but the person did. */
  error: unknown
}

/** Reads what a run is compared with, before the run: nobody wants to hear of a missing file after it. */
export async function prepareReport({ compare }: ReportValues): Promise<PerfDocument | undefined> {
  return compare === undefined ? undefined : readOld(compare)
}

/** Throws what the exit code has to say: interrupted, ended early, or records that were not delivered. */
export async function present(
  context: Context,
  { document, error }: Outcome,
  values: ReportValues,
  { java, old }: { java: (document: PerfDocument) => Iterable<string>; old: PerfDocument | undefined },
): Promise<void> {
  const changes = old && changesSince(old, document)
  const { out, note } = context
  if (out.style === 'java') for (const line of java(document)) out.line(line)
  else if (out.style === 'json') out.message({ ...document, ...(changes && { changes }) })
  else for (const text of peopleText(document)) out.line(text)
  if (changes !== undefined && out.style !== 'json') {
    const table = changeTable(changes)
    if (out.style === 'java') note(table)
    else out.line(`\n${table}`)
  }
  out.flush()
  if (values.csv !== undefined) await write(values.csv, csvOf(document))
  if (values.report !== undefined) {
    const { reportPage } = await import('./page/index.ts')
    await write(values.report, reportPage(document, old))
    if (out.style !== 'java') note(`the page is in ${values.report}`)
  }
  throwIfBad(context, document, error)
}

function throwIfBad(
  { note, signal }: Context,
  { failures, failed, records }: PerfDocument,
  error: unknown,
): void {
  for (const one of failures)
    note(`${one.records} ${one.records === 1 ? 'record' : 'records'}: ${one.message}`)
  if (signal.aborted) throw new InterruptedError('', (signal.reason as InterruptedError).exitCode)
  if (error !== undefined) throw error as Error
  if (failed > 0) throw new KtError(`${failed} of ${records + failed} records were not delivered`)
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new KtError(`${file}: cannot be written: ${systemReason(error)}`, { cause: error })
  }
}

/** Two tables: what was measured, and, where there is one, the warm-up apart. */
function* peopleText(document: PerfDocument): Iterable<string> {
  const { warmup, total, details, isInterrupted } = document
  const rows: [string, Summary][] = [[warmup === undefined ? document.perf : 'measured', document]]
  if (warmup !== undefined) rows.unshift(['warm-up', warmup])
  if (total !== undefined) rows.push(['in all', total])
  yield summaryTable(rows)
  if (details?.rebalanceMs !== undefined && details.rebalanceMs > 0) yield joinText(details)
  if (isInterrupted) yield 'interrupted: this is what there was until then'
}

function joinText({
  rebalanceMs = 0,
  fetchRecordsPerSec = 0,
  fetchMbPerSec = 0,
}: Record<string, number>): string {
  const rates = `${fetchRecordsPerSec.toFixed(0)} records/s, ${fetchMbPerSec.toFixed(2)} MB/s`
  return `joining the group took ${rebalanceMs} ms; without that ${rates}`
}

const TITLES = ['RECORDS', 'FAILED', 'SECONDS', 'RECORDS/S', 'MB/S'] as const
const LATENCIES = ['avg', 'p50', 'p95', 'p99', 'p99.9', 'max'] as const

/** A row for each summary; latencies in milliseconds where there are any. */
export function summaryTable(rows: readonly (readonly [string, Summary])[]): string {
  const hasLatency = rows.some(([, { latencyMs }]) => latencyMs !== undefined)
  const latencyTitles = hasLatency ? LATENCIES.map((name) => `${name.toUpperCase()} MS`) : []
  const titles = ['', ...TITLES, ...latencyTitles]
  const cells = rows.map(([name, summary]) => [
    name,
    String(summary.records),
    String(summary.failed),
    (summary.elapsedMs / 1000).toFixed(2),
    summary.recordsPerSec.toFixed(0),
    summary.mbPerSec.toFixed(2),
    ...(hasLatency ? LATENCIES.map((key) => summary.latencyMs?.[key].toFixed(2) ?? '-') : []),
  ])
  return renderTable(titles, ['left', ...titles.slice(1).map(() => 'right' as const)], cells)
}

const CSV_LATENCIES = ['min', 'avg', 'p50', 'p75', 'p90', 'p95', 'p99', 'p99.9', 'p99.99', 'max'] as const

/** A line for each interval; times in milliseconds. Numbers only, so that nothing has to be quoted. */
function csvOf({ intervals }: PerfDocument): string {
  const head = ['from_ms', 'to_ms', 'warmup', 'records', 'bytes', 'failed', 'records_per_sec', 'mb_per_sec']
  const lines = intervals.map((one) =>
    [
      one.fromMs.toFixed(3),
      one.toMs.toFixed(3),
      one.isWarmup ? 1 : 0,
      one.records,
      one.bytes,
      one.failed,
      one.recordsPerSec.toFixed(3),
      one.mbPerSec.toFixed(6),
      ...CSV_LATENCIES.map((key) => one.latencyMs?.[key].toFixed(3) ?? ''),
    ].join(','),
  )
  return `${[[...head, ...CSV_LATENCIES.map((key) => `${key.replace('.', '_')}_ms`)].join(','), ...lines].join('\n')}\n`
}
