/**
 * node bench/stages.mjs [RUNS]: where the milliseconds of `topics list` and `--help` go, on both runtimes, against the
 * cluster that KT_BOOTSTRAP_SERVER names. The medians of each stage are printed as a table.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './measure.mjs'

const RUNS = Number(process.argv[2] ?? 21)
const COMMANDS = [['topics', 'list'], ['--help']]
const root = fileURLToPath(new URL('..', import.meta.url))
// Within the repository, where packages are found.
const work = mkdtempSync(join(root, 'dist', 'stages-'))

try {
  run([process.execPath, `${root}scripts/build.mjs`, '--stages', work])
  for (const words of COMMANDS) process.stdout.write(`${table(words)}\n\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}

function table(words) {
  const sides = { executable: [], Node: [] }
  for (let index = 0; index <= RUNS; index++) {
    for (const side of Object.keys(sides)) {
      const marks = start(side, words)
      // The first run fills caches.
      if (index > 0) sides[side].push(marks)
    }
  }
  const names = sides.executable[0].map(([name]) => name)
  const cell = (side, name) => `${median(sides[side].map((marks) => lengthOf(marks, name))).toFixed(1)} ms`
  return [
    `| kt ${words.join(' ')} | executable | Node |`,
    '|---|--:|--:|',
    ...names.map((name) => `| ${name} | ${cell('executable', name)} | ${cell('Node', name)} |`),
  ].join('\n')
}

/** From the end of the stage before; of the last, the whole. */
function lengthOf(marks, wanted) {
  const at = marks.findIndex(([name]) => name === wanted)
  const [, endMs] = marks[at]
  return endMs === undefined ? marks[at - 1][1] : endMs - (marks[at - 1]?.[1] ?? 0)
}

/** The marks, and as the last one the end of the process as its parent sees it. */
function start(side, words) {
  const file = join(work, 'stages.json')
  const argv = side === 'Node' ? [process.execPath, join(work, 'kt.cjs')] : [join(work, 'kt')]
  const startMs = performance.now()
  run([...argv, ...words], { KT_STAGES_FILE: file, ...flagsOf(words) })
  const wholeMs = performance.now() - startMs
  const marks = JSON.parse(readFileSync(file, 'utf8'))
  // The clock inside begins when the runtime does.
  return [...marks, ['outside of it: exec, the end', wholeMs], ['**in all**', undefined]]
}

/** As bin/kt has them. */
function flagsOf([word]) {
  const flags = { BUN_JSC_thresholdForOptimizeAfterWarmUp: '10000' }
  if (word.startsWith('-')) return { ...flags, BUN_JSC_useJIT: '0' }
  return { ...flags, BUN_JSC_thresholdForJITAfterWarmUp: '3000', BUN_JSC_useRegExpJIT: '0' }
}

function run([file, ...args], env = {}) {
  const { status, stderr } = spawnSync(file, args, { env: { ...process.env, ...env }, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`)
}
