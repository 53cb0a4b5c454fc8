/** The measuring itself, against the broker that KT_BOOTSTRAP_SERVER names. */
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { finished } from 'node:stream/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cases, chosenCases, titleOf } from './cases.mjs'
import { measure } from './measure.mjs'
import { readOptions } from './options.mjs'
import { memoryRows, memoryTable } from './memory.mjs'
import { machineText, mergedTable, resultTable, writeSection } from './report.mjs'
import { hasKcat, kt, versions } from './tools.mjs'
import { works } from './works.mjs'

const options = readOptions(process.argv.slice(2))
const work = mkdtempSync(join(tmpdir(), 'kt-bench-'))
try {
  await main()
} finally {
  rmSync(work, { recursive: true, force: true })
}

async function main() {
  const bench = await prepare()
  const chosen = options.hasMemory && options.only === undefined ? [] : chosenCases(options.only)
  const rows = []
  for (const one of chosen) {
    process.stderr.write(`${titleOf(one)} …\n`)
    const own = { ...bench, records: Math.ceil(bench.records * (one.part ?? 1)) }
    rows.push({ set: one.set ?? 'main', title: titleOf(one), samples: runCase(own, one) })
    // After each, so that a run that is cut short keeps what it has.
    if (options.file !== undefined) writeResults(options.file, bench, rows)
  }
  const machine = machineText(versions(bench.kafkaVersion), options)
  if (rows.length > 0) process.stdout.write(`${machine}\n\n${resultTable(rows)}\n`)
  if (!options.hasMemory) return
  const memory = memoryTable(await memoryRows(bench))
  process.stdout.write(`${machine}\n\n${memory}\n`)
  if (options.file !== undefined) writeSection(options.file, 'memory', `${machine}\n\n${memory}`)
}

/** Each set has a section of its own: what was not measured now stays as it is. */
function writeResults(file, bench, rows) {
  const machine = machineText(versions(bench.kafkaVersion), options)
  for (const set of new Set(rows.map((row) => row.set)))
    writeSection(file, set, (old) => {
      const table = resultTable(
        rows.filter((row) => row.set === set),
        sidesIn(set),
      )
      return `${machine}\n\n${mergedTable(old, table)}`
    })
}

function sidesIn(set) {
  const kinds = cases.filter((one) => (one.set ?? 'main') === set).map(({ work: name }) => works[name])
  return kinds.flatMap(({ sides }) => Object.keys(sides)).filter((side) => side !== 'kcat' || hasKcat)
}

async function prepare() {
  const { version: kafkaVersion } = /<kafka\.version>(?<version>.+?)</.exec(
    readFileSync(new URL('../pom.xml', import.meta.url), 'utf8'),
  ).groups
  const linesFile = join(work, 'lines.txt')
  await writeLines(linesFile, options.records)
  let topics = 0
  let groups = 0
  return {
    kafkaVersion,
    bootstrap: process.env.KT_BOOTSTRAP_SERVER,
    records: options.records,
    /** How many stand in the file. */
    lines: options.records,
    linesFile,
    work,
    run,
    newTopic(partitions) {
      const topic = `bench-${++topics}`
      run([...kt, 'topics', 'create', topic, '--partitions', partitions])
      return topic
    },
    newGroup: () => `bench-${++groups}`,
    /** A key and two headers before each line. */
    keyedFile({ hasHeaders }) {
      const file = join(work, hasHeaders ? 'headers.txt' : 'keys.txt')
      if (!existsSync(file))
        prefixLines(linesFile, file, hasHeaders ? 'source:shop,trace:0123456789abcdef\t' : '')
      return file
    },
    deleteTopic: (topic) => run([...kt, 'topics', 'delete', topic, '--yes']),
  }
}

/** A B C A B C …, so that what slows the machine down slows all of them. */
function runCase(bench, one) {
  const kind = works[one.work]
  const sides = Object.keys(kind.sides).filter(
    (side) => (side !== 'kcat' || hasKcat) && one.without?.includes(side) !== true,
  )
  const topic = kind.setUp?.(bench, one)
  if (kind.verify) for (const side of sides) verifyOnce(bench, one, side, topic)
  const samples = Object.fromEntries(sides.map((side) => [side, []]))
  for (let index = 0; index < options.runs; index++) {
    for (const side of sides) samples[side].push(measureSide(bench, one, side, topic))
  }
  if (topic !== undefined) kind.tearDown(bench, topic)
  return samples
}

function measureSide(bench, one, side, topic, output) {
  const kind = works[one.work]
  const input = kind.input?.(bench, side)
  const run = (on) =>
    measure(argvOf(bench, one, side, on), { input, output, exitCode: kind.exitCodes?.[side], work })
  return kind.around ? kind.around(bench, one, run) : run(topic)
}

function verifyOnce(bench, one, side, topic) {
  const output = join(work, 'output.txt')
  measureSide(bench, one, side, topic, output)
  works[one.work].verify(bench, side, output, one)
  rmSync(output)
}

function argvOf(bench, one, side, topic) {
  return [...works[one.work].sides[side](bench, one, topic), ...(one.with?.[side] ?? [])].map(String)
}

function run(argv) {
  const [file, ...args] = argv.map(String)
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

function prefixLines(from, to, prefix) {
  const script = '{ printf "%scustomer-%d\\t%s\\n", p, NR % 100000, $0 }'
  const out = openSync(to, 'w')
  const { status } = spawnSync('awk', ['-v', `p=${prefix}`, script, from], {
    stdio: ['ignore', out, 'inherit'],
  })
  closeSync(out)
  if (status !== 0) throw new Error(`awk ended with ${status}`)
}

/** 100 bytes and a newline each; the same on every machine, and compressible like a log, not like one letter. */
async function writeLines(file, count) {
  const out = createWriteStream(file)
  let state = 1
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
  for (let index = 0; index < count; index += 10_000) {
    let text = ''
    for (let line = index; line < Math.min(index + 10_000, count); line++) {
      const head = `${line} level=info order=${next()} customer=${next().toString(36)} status=shipped `
      text += `${(head + next().toString(36) + next().toString(36)).padEnd(100, 'x').slice(0, 100)}\n`
    }
    if (!out.write(text)) await new Promise((resolve) => out.once('drain', resolve))
  }
  out.end()
  await finished(out)
}
