/**
 * Makes test/fixtures/records: batches, console lines and printed records as Kafka's own Java classes make
 * them, which the tests compare with. Run by hand when pom.xml names another Kafka: `bun scripts/generate/record-fixtures.ts`.
 */
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { resolveJars } from '../../src/core/sandbox/jars.ts'
import { DEFAULT_KAFKA_VERSION } from '../../src/core/sandbox/types.ts'
import { formatQuestions, keyQuestions, lineQuestions } from './records/questions.ts'

/** The last Kafka whose classes write the message formats v0 and v1. */
const OLD_KAFKA_VERSION = '3.9.2'

const folder = resolve(import.meta.dirname, '../../test/fixtures/records')

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const batches = await runJava('RecordBatches', OLD_KAFKA_VERSION, '')
  await save('batches', batches.map(batchOf))
  await save('keys', await askConsoleTools(keyQuestions))
  await save('lines', await askConsoleTools(lineQuestions))
  await save('formats', await askConsoleTools(formatQuestions))
}

function batchOf(line: string): unknown {
  const [name = '', hex = '', json = ''] = line.split('\t')
  return { name, base64: Buffer.from(hex, 'hex').toString('base64'), batches: JSON.parse(json) as unknown }
}

async function askConsoleTools(questions: readonly object[]): Promise<unknown[]> {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('')
  const answers = await runJava('ConsoleTools', DEFAULT_KAFKA_VERSION, input)
  return questions.map((question, index) => ({
    ...question,
    ...(JSON.parse(answers[index] ?? '') as object),
  }))
}

async function runJava(program: string, version: string, input: string): Promise<string[]> {
  const cacheDir = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kt')
  const { classpath } = await resolveJars({ version, cacheDir })
  const file = join(import.meta.dirname, `records/${program}.java`)
  const child = spawn('java', ['-cp', classpath, file], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(input)
  return (await text(child.stdout)).trim().split('\n')
}

async function save(name: string, cases: readonly unknown[]): Promise<void> {
  const lines = cases.map((one) => JSON.stringify(one))
  await writeFile(join(folder, `${name}.json`), `[\n${lines.join(',\n')}\n]\n`)
  process.stderr.write(`${name}: ${cases.length}\n`)
}

await main()
