/**
 * Makes test/fixtures/bytes: messages encoded by Kafka's own Java classes, which the codec's tests compare
 * with. Run by hand when pom.xml names another Kafka: `bun scripts/generate/golden-bytes.ts`.
 */
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import * as all from '../../src/core/protocol/generated/all.ts'
import { type Message } from '../../src/core/protocol/schema.ts'
import { fill, type Fill } from './protocol/fill.ts'
import { kafkaJars } from './protocol/jars.ts'

interface GoldenCase {
  message: string
  version: number
  kind: 'defaults' | Fill
  /** As Kafka's JsonConverter reads it, but int64 as '123n'. */
  json: unknown
  hex: string
}

type Question = Omit<GoldenCase, 'hex'>

const folder = resolve(import.meta.dirname, '../../test/fixtures/bytes')

const headers: Question[] = [
  { message: 'RequestHeader', version: 1, kind: 'filled', json: requestHeader(8) },
  { message: 'RequestHeader', version: 2, kind: 'filled', json: requestHeader(9) },
  { message: 'RequestHeader', version: 2, kind: 'nulls', json: { ...requestHeader(9), clientId: null } },
  { message: 'ResponseHeader', version: 0, kind: 'filled', json: { correlationId: 77 } },
  { message: 'ResponseHeader', version: 1, kind: 'filled', json: { correlationId: 77 } },
]

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const { apis, ...lists } = all
  const messages: Record<string, readonly Message<never>[]> = {
    apis: apis.flatMap(({ request, response }) => [request, response]),
    ...lists,
  }
  await make('headers', headers)
  for (const [name, list] of Object.entries(messages)) {
    await make(name.replace(/Messages$/, ''), list.flatMap(questionsOf))
  }
}

function questionsOf(message: Message<never>): Question[] {
  const { name } = message
  return versionsOf(message).flatMap((version) => {
    const filled: Question = {
      message: name,
      version,
      kind: 'filled',
      json: fill(message, version, 'filled'),
    }
    const nulls: Question = { message: name, version, kind: 'nulls', json: fill(message, version, 'nulls') }
    const hasNulls = JSON.stringify(nulls.json) !== JSON.stringify(filled.json)
    const defaults: Question = { message: name, version, kind: 'defaults', json: undefined }
    return hasNulls ? [defaults, filled, nulls] : [defaults, filled]
  })
}

function versionsOf({ minVersion, maxVersion }: Message<never>): number[] {
  return Array.from({ length: maxVersion - minVersion + 1 }, (_, index) => minVersion + index)
}

async function make(name: string, questions: Question[]): Promise<void> {
  const answers = await askJava(questions)
  const cases = questions.map((question, index): GoldenCase => {
    const [hex = '', json = ''] = answers[index]?.split('\t') ?? []
    return { ...question, json: question.json ?? JSON.parse(json), hex }
  })
  const lines = cases.map((golden) => JSON.stringify(golden))
  await writeFile(join(folder, `${name}.json`), `[\n${lines.join(',\n')}\n]\n`)
  process.stderr.write(`${name}: ${cases.length} messages\n`)
}

async function askJava(questions: Question[]): Promise<string[]> {
  const program = join(import.meta.dirname, 'protocol/GoldenBytes.java')
  const child = spawn('java', ['-cp', (await kafkaJars()).join(':'), program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(questions.map(lineOf).join(''))
  const answers = (await text(child.stdout)).trim().split('\n')
  if (answers.length !== questions.length) throw new Error(`${answers.length} answers of ${questions.length}`)
  return answers
}

/** Java wants int64 as plain numbers. */
function lineOf({ message, version, json }: Question): string {
  const plain = json === undefined ? '' : JSON.stringify(json).replace(/"(-?\d+)n"/g, '$1')
  return `${message}\t${version}\t${plain}\n`
}

function requestHeader(version: number): Record<string, unknown> {
  return { requestApiKey: 3, requestApiVersion: version, correlationId: 77, clientId: 'kt-client' }
}

await main()
