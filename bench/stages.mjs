/**
 * node bench/stages.mjs [RUNS]: where the milliseconds of `topics list` and `--help` go, on both runtimes, against the
 * cluster that KT_BOOTSTRAP_SERVER names. Lower quartiles, wall and processor time.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

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
      const stages = start(side, words)
      // The first run fills caches.
      if (index > 0) sides[side].push(stages)
    }
  }
  const cell = (side, at, key) => {
    const values = sides[side].map((stages) => stages[at][key]).filter((value) => value !== undefined)
    return values.length === 0 ? '–' : `${lowerQuartile(values).toFixed(1)} ms`
  }
  const titles = [`kt ${words.join(' ')}`, 'executable', 'its CPU', 'Node', 'its CPU']
  const rows = sides.executable[0].map(({ name }, at) => [
    name,
    ...['executable', 'Node'].flatMap((side) => [cell(side, at, 'wallMs'), cell(side, at, 'cpuMs')]),
  ])
  return [titles, ['---', '--:', '--:', '--:', '--:'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

/** Others use the machine too: half of the runs are slower for reasons that are not ours. */
function lowerQuartile(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)]
}

/** One run: how long each stage took. */
function start(side, words) {
  const file = join(work, 'stages.json')
  const argv = side === 'Node' ? [process.execPath, join(work, 'kt.cjs')] : [join(work, 'kt')]
  const startMs = performance.now()
  run([...argv, ...words], { KT_STAGES_FILE: file, ...flagsOf(words) })
  const wholeMs = performance.now() - startMs
  let [seenMs, seenCpuMs] = [0, 0]
  const stages = JSON.parse(readFileSync(file, 'utf8')).map(([name, atMs, atCpuMs]) => {
    const stage = { name, wallMs: atMs - seenMs, cpuMs: atCpuMs - seenCpuMs }
    ;[seenMs, seenCpuMs] = [atMs, atCpuMs]
    return stage
  })
  // The clock inside begins when the runtime does.
  const outside = { name: 'outside of it: exec, paging, the end', wallMs: wholeMs - seenMs }
  return [...stages, outside, { name: '**in all**', wallMs: wholeMs, cpuMs: seenCpuMs }]
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
