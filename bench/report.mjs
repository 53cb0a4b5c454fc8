/** Samples → Markdown. */
import { readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir, totalmem } from 'node:os'
import { median } from './measure.mjs'

const NAMES = {
  java: "Kafka's script",
  kcat: 'kcat',
  kt: '**kt**',
  node: '**kt on Node**',
  pack: 'packing and sending only',
  limit: 'prebuilt batches',
  bare: '`node -e 0`',
  plain: 'kt without',
}

/**
 * A line for each tool; ratios say how many times the other's wall time (or CPU time) is this one's. `sides` are those that
 * may be in the table, so that its columns stay when some of its rows are measured again.
 */
export function resultTable(rows, sides = rows.flatMap(({ samples }) => Object.keys(samples))) {
  const ratios = ratiosFor(sides)
  const titles = ['work', 'tool', 'wall (min–max)', 'CPU', 'peak memory', ...ratios.map(({ title }) => title)]
  const head = `| ${titles.join(' | ')} |\n|---|---|${titles
    .slice(2)
    .map(() => '--:|')
    .join('')}`
  const lines = rows.flatMap(({ title, samples }) => {
    const of = Object.fromEntries(Object.entries(samples).map(([side, runs]) => [side, summary(runs)]))
    return Object.entries(of).map(([side, own], index) =>
      lineOf(index === 0 ? title : '', side, own, of, ratios),
    )
  })
  return [head, ...lines].join('\n')
}

/** The rows of `fresh` in place of those with the same title in the table within `old`, further ones behind them. */
export function mergedTable(old, fresh) {
  const [oldTable, freshTable] = [tableIn(old), tableIn(fresh)]
  if (oldTable.head !== freshTable.head) return fresh
  const works = new Map([...oldTable.works, ...freshTable.works])
  return [freshTable.head, ...works.values()].join('\n')
}

/** A work is the lines from one title to the next. */
function tableIn(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  const works = new Map()
  let last
  for (const line of lines.slice(2)) {
    const title = /^\| (.*?) ?\|/.exec(line)[1].trim()
    if (title !== '') last = title
    works.set(last, works.has(last) ? `${works.get(last)}\n${line}` : line)
  }
  return { head: lines.slice(0, 2).join('\n'), works }
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

/** The columns of ratios: those for which somebody is measured. */
function ratiosFor(sides) {
  const has = (name) => sides.includes(name)
  const ofWall = (whole, part) => ratio(whole?.wallMs, part.wallMs)
  const ofCpu = (part, whole) => ratio(part.cpuMs, whole?.cpuMs)
  if (has('plain'))
    return [
      { title: 'rate / without', of: (own, { plain }) => ofWall(plain, own) },
      { title: 'CPU / without', of: (own, { plain }) => ofCpu(own, plain) },
      { title: '× limit', of: (own, { limit }) => ratio(own.wallMs, limit?.wallMs) },
    ]
  const columns = [{ title: '× Java', of: (own, { java }) => ofWall(java, own), isForAll: true }]
  if (has('kcat')) {
    columns.push({ title: '× kcat', of: (own, { kcat }) => ofWall(kcat, own) })
    columns.push({ title: 'CPU / kcat', of: (own, { kcat }) => ofCpu(own, kcat) })
  } else {
    columns.push({ title: 'CPU / Java', of: (own, { java }) => ofCpu(own, java) })
  }
  columns.push({ title: '× limit', of: (own, { limit, bare }) => ratio(own.wallMs, (limit ?? bare)?.wallMs) })
  return columns
}

function lineOf(title, side, own, all, ratios) {
  const isOurs = side === 'kt' || side === 'node'
  const cells = [
    title,
    NAMES[side],
    `${seconds(own.wallMs)} (${seconds(own.minMs)}–${seconds(own.maxMs)})`,
    seconds(own.cpuMs),
    own.peakKib === undefined ? '–' : `${Math.round(own.peakKib / 1024)} MiB`,
    ...ratios.map(({ of, isForAll }) => (isOurs || (isForAll && side !== 'java') ? of(own, all) : '')),
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
    `Median of ${runs}; ${records.toLocaleString('en')} lines of 100 bytes. The broker runs on the same machine, its logs ${isInMemory(tmpdir()) ? 'in memory' : 'on its disk'}.`,
  ].join('\n')
}

const TMPFS_MAGIC = 0x0102_1994

function isInMemory(folder) {
  return statfsSync(folder).type === TMPFS_MAGIC
}

/**
 * Puts a text, or what becomes of the old one, between the two marks of a section, and leaves the rest of the file. A
 * section that is not there yet is put behind the last one.
 */
export function writeSection(file, name, text) {
  const all = readFileSync(file, 'utf8')
  const [start, end] = marksOf(name)
  const from = all.indexOf(start)
  const to = all.indexOf(end, from)
  if (from >= 0 && to < 0) throw new Error(`${file}: "${start}" without "${end}"`)
  const old = from < 0 ? '' : all.slice(from + start.length, to)
  const section = `${start}\n\n${typeof text === 'string' ? text : text(old)}\n\n${end}`
  if (from >= 0) return writeFileSync(file, all.slice(0, from) + section + all.slice(to + end.length))
  const last = [...all.matchAll(/<!-- \/bench.*? -->/g)].at(-1)
  const at = last === undefined ? all.length : last.index + last[0].length
  writeFileSync(file, `${all.slice(0, at)}\n\n### ${name}\n\n${section}${all.slice(at)}`)
}

function marksOf(name) {
  if (name === 'main') return ['<!-- bench: written by npm run bench -- --write -->', '<!-- /bench -->']
  return [`<!-- bench ${name}: written by npm run bench -- ${name} --write -->`, `<!-- /bench ${name} -->`]
}
