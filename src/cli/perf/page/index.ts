/**
 * The page of `--report`: one file that needs nothing else. Numbers and tables are in it as text, so that it says
 * what it has to say also where scripts do not run; the charts are drawn by uPlot, which the build puts in.
 */
import type { Change } from '../compare.ts'
import { changesSince, percentText } from '../compare.ts'
import type { PerfDocument } from '../document.ts'
import { CHARTS } from './charts.ts'
import { STYLE } from './style.ts'

export function reportPage(document: PerfDocument, old: PerfDocument | undefined): string {
  const { perf, topic, startedAt, isInterrupted } = document
  const title = `kt perf ${perf}: ${topic}`
  const changes = old && changesSince(old, document)
  const body = [
    `<header><h1>${text(title)}</h1><p>${text(startedAt)}${isInterrupted ? ', interrupted' : ''}</p></header>`,
    `<section class="cards">${cards(document, changes)}</section>`,
    charts(document),
    changes === undefined
      ? ''
      : table('Compared with before', ['', 'before', 'now', 'change'], changes.map(changeRow)),
    failures(document),
    percentiles(document),
    table('Settings', ['', ''], Object.entries(document.settings).map(settingRow)),
    table('Machine and cluster', ['', ''], placeRows(document)),
    intervals(document),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(title)}</title>
<style>${KT_UPLOT_STYLE}${STYLE}</style>
</head>
<body>
<main>
${body.filter((part) => part !== '').join('\n')}
</main>
<script type="application/json" id="result">${json({ now: document, old: old ?? null })}</script>
<script>${KT_UPLOT_SCRIPT}</script>
<script>${CHARTS}</script>
</body>
</html>
`
}

function cards(document: PerfDocument, changes: readonly Change[] | undefined): string {
  const { records, failed, elapsedMs, recordsPerSec, mbPerSec, latencyMs } = document
  const changeOf = (what: string) => {
    const percent = changes?.find((one) => one.what === what)?.percent
    return percent === undefined ? '' : `<small>${text(percentText(percent))}</small>`
  }
  const list: [string, string, string][] = [
    ['records/s', recordsPerSec.toFixed(0), changeOf('records/s')],
    ['MB/s', mbPerSec.toFixed(2), changeOf('MB/s')],
    ['records', String(records), ''],
    ['failed', String(failed), ''],
    ['seconds', (elapsedMs / 1000).toFixed(2), ''],
  ]
  if (latencyMs !== undefined)
    for (const [name, value] of [
      ['p50', latencyMs.p50],
      ['p99', latencyMs.p99],
      ['p99.9', latencyMs['p99.9']],
      ['max', latencyMs.max],
    ] as const)
      list.push([`${name} ms`, value.toFixed(2), changeOf(`${name} ms`)])
  return list
    .map(([name, value, more]) => `<div><span>${text(name)}</span><b>${text(value)}</b>${more}</div>`)
    .join('')
}

function charts({ latencyMs }: PerfDocument): string {
  const chart = (id: string, title: string) =>
    `<section class="chart"><h2>${text(title)}</h2><div id="${id}" role="img" aria-label="${text(title)}"></div></section>`
  const list = [chart('throughput', 'Throughput over time')]
  if (latencyMs !== undefined)
    list.push(chart('latency', 'Latency over time, ms'), chart('curve', 'Latency by percentile, ms'))
  return list.join('\n')
}

function failures({ failures: list }: PerfDocument): string {
  if (list.length === 0) return ''
  return table(
    'Failures',
    ['records', 'why'],
    list.map(({ records, message }) => [String(records), message]),
  )
}

function percentiles({ latencyMs }: PerfDocument): string {
  if (latencyMs === undefined) return ''
  const rows = Object.entries(latencyMs).map(([name, value]) => [name, value.toFixed(3)])
  return table('Latency, ms', ['', 'ms'], rows)
}

function intervals({ intervals: list }: PerfDocument): string {
  const rows = list.map((one) => [
    (one.fromMs / 1000).toFixed(1),
    String(one.records),
    String(one.failed),
    one.recordsPerSec.toFixed(0),
    one.mbPerSec.toFixed(2),
    one.latencyMs?.p50.toFixed(2) ?? '-',
    one.latencyMs?.p99.toFixed(2) ?? '-',
    one.latencyMs?.max.toFixed(2) ?? '-',
  ])
  return table('Intervals', ['from s', 'records', 'failed', 'records/s', 'MB/s', 'p50', 'p99', 'max'], rows)
}

function changeRow({ what, before, now, percent }: Change): string[] {
  return [what, before.toFixed(2), now.toFixed(2), percentText(percent)]
}

function settingRow([name, value]: [string, unknown]): string[] {
  return [name, typeof value === 'string' ? value : JSON.stringify(value)]
}

function placeRows({ machine, cluster }: PerfDocument): string[][] {
  return [
    ['processor', `${machine.cpu} (${machine.cpus})`],
    ['memory', `${machine.memoryMb} MB`],
    ['system', machine.system],
    ['runtime', machine.runtime],
    ['brokers', `${cluster.brokers}, ${cluster.version}`],
    ['cluster id', cluster.id ?? '-'],
  ]
}

function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.every((one) => one === '')
    ? ''
    : `<thead><tr>${heads.map((one) => `<th>${text(one)}</th>`).join('')}</tr></thead>`
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`).join('')
  return `<section><h2>${text(title)}</h2><div class="wide"><table>${head}<tbody>${lines}</tbody></table></div></section>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function text(raw: string): string {
  return raw.replace(/[&<>"']/g, (character) => ENTITIES[character]!)
}

/** Within a script element nothing may look like its end. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
