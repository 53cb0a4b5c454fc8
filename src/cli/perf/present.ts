/** The end of a run: Kafka's lines, a table, or JSON; the files that were asked for; then whether it went well. */
import { writeFile } from 'node:fs/promises'
import { InterruptedError, KtError, systemReason } from '../../core/errors.ts'
import type { Measured, Summary } from '../../core/perf/result.ts'
import type { Context } from '../context.ts'
import type { Column, Out } from '../output/index.ts'
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
  else await printForPeople(out, document)
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

/** A table of what was measured, and, where there is one, of the warm-up apart; then what else there is to say. */
async function printForPeople(out: Out, document: PerfDocument): Promise<void> {
  const { warmup, total, details, isInterrupted } = document
  const rows: NamedSummary[] = [[warmup === undefined ? document.perf : 'measured', document]]
  if (warmup !== undefined) rows.unshift(['warm-up', warmup])
  if (total !== undefined) rows.push(['in all', total])
  await out.list({ name: 'summaries', rows, columns: summaryColumns(rows) })
  if (details?.rebalanceMs !== undefined && details.rebalanceMs > 0) out.line(joinText(details))
  if (isInterrupted) out.line('interrupted: this is what there was until then')
}

function joinText({
  rebalanceMs = 0,
  fetchRecordsPerSec = 0,
  fetchMbPerSec = 0,
}: Record<string, number>): string {
  const rates = `${fetchRecordsPerSec.toFixed(0)} records/s, ${fetchMbPerSec.toFixed(2)} MB/s`
  return `joining the group took ${rebalanceMs} ms; without that ${rates}`
}

export type NamedSummary = readonly [name: string, summary: Summary]

const LATENCIES = ['avg', 'p50', 'p95', 'p99', 'p99.9', 'max'] as const
/** What a narrow window can do without, and a very narrow one. */
const SPARE: Readonly<Record<string, true | 'last'>> = { avg: true, p95: true, 'p99.9': true, max: 'last' }

/** A row for each summary; latencies in milliseconds where there are any. */
export function summaryColumns(rows: readonly NamedSummary[]): Column<NamedSummary>[] {
  const hasLatency = rows.some(([, { latencyMs }]) => latencyMs !== undefined)
  const latencies = LATENCIES.map((key): Column<NamedSummary> => {
    const title = key.toUpperCase()
    const narrow = { title, isOptional: SPARE[key] ?? false }
    const value = ([, { latencyMs }]: NamedSummary) => latencyMs?.[key].toFixed(2)
    return { title: `${title} MS`, align: 'right', narrow, value }
  })
  return [
    { title: '', value: ([name]) => name },
    { title: 'RECORDS', align: 'right', value: ([, { records }]) => records },
    { title: 'FAILED', align: 'right', value: ([, { failed }]) => failed },
    { title: 'SECONDS', align: 'right', narrow: { title: 'SEC', isOptional: true }, value: ([, { elapsedMs }]) => (elapsedMs / 1000).toFixed(2) }, // prettier-ignore
    { title: 'RECORDS/S', align: 'right', narrow: { title: 'REC/S' }, value: ([, { recordsPerSec }]) => recordsPerSec.toFixed(0) }, // prettier-ignore
    { title: 'MB/S', align: 'right', narrow: { isOptional: true }, value: ([, { mbPerSec }]) => mbPerSec.toFixed(2) }, // prettier-ignore
    ...(hasLatency ? latencies : []),
  ]
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
