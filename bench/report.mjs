/** Samples → Markdown. */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { median } from './measure.mjs'

const NAMES = {
  java: "Kafka's script",
  kcat: 'kcat',
  kt: '**kt**',
  node: '**kt on Node**',
  limit: 'prebuilt batches',
  bare: '`node -e 0`',
  alone: 'kt without a group',
  idempotent: 'kt without transactions',
}
const START = '<!-- bench: written by npm run bench -- --write -->'
const END = '<!-- /bench -->'

/** A line for each tool; ratios say how many times the other's wall time (or CPU time) is this one's. */
export function resultTable(rows) {
  const head = '| work | tool | wall (min–max) | CPU | peak memory | × Java | × kcat | CPU / kcat | × limit |'
  const lines = rows.flatMap(({ title, samples }) => {
    const of = Object.fromEntries(Object.entries(samples).map(([side, runs]) => [side, summary(runs)]))
    return Object.entries(of).map(([side, own], index) => lineOf(index === 0 ? title : '', side, own, of))
  })
  return [head, '|---|---|--:|--:|--:|--:|--:|--:|--:|', ...lines].join('\n')
}

function summary(runs) {
  const walls = runs.map(({ wallMs }) => wallMs)
  return {
    wallMs: median(walls),
    minMs: Math.min(...walls),
    maxMs: Math.max(...walls),
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    peakKib: median(runs.map(({ peakKib }) => peakKib)),
  }
}

function lineOf(title, side, own, { java, kcat, limit, bare, alone, idempotent }) {
  const isOurs = side === 'kt' || side === 'node'
  const reference = limit ?? bare ?? alone ?? idempotent
  const cells = [
    title,
    NAMES[side],
    `${seconds(own.wallMs)} (${seconds(own.minMs)}–${seconds(own.maxMs)})`,
    seconds(own.cpuMs),
    own.peakKib === undefined ? '–' : `${Math.round(own.peakKib / 1024)} MiB`,
    side === 'java' ? '' : ratio(java?.wallMs, own.wallMs),
    isOurs ? ratio(kcat?.wallMs, own.wallMs) : '',
    isOurs ? ratio(own.cpuMs, kcat?.cpuMs) : '',
    isOurs ? ratio(own.wallMs, reference?.wallMs) : '',
  ]
  return `| ${cells.join(' | ')} |`
}

function ratio(part, whole) {
  if (part === undefined || whole === undefined || whole === 0) return ''
  const value = part / whole
  return value >= 10 ? value.toFixed(0) : value.toFixed(2)
}

function seconds(ms) {
  if (ms === undefined) return '–'
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`
}

export function machineText(versions, { runs, records }) {
  const cores = cpus()
  const gib = (totalmem() / 2 ** 30).toFixed(0)
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `${cores[0]?.model.trim()}, ${cores.length} cores, ${gib} GiB, ${process.platform} ${release()}; ${tools.join(', ')}.`,
    `Median of ${runs}; ${records.toLocaleString('en')} lines of 100 bytes. The broker runs on the same machine.`,
  ].join('\n')
}

/** Puts the text between the two marks of a file, and leaves the rest. */
export function writeSection(file, text) {
  const old = readFileSync(file, 'utf8')
  const from = old.indexOf(START)
  const to = old.indexOf(END)
  if (from < 0 || to < from) throw new Error(`${file} has no lines "${START}" and "${END}"`)
  writeFileSync(file, `${old.slice(0, from)}${START}\n\n${text}\n\n${old.slice(to)}`)
}
