/** What kt shows of Kafka's own topics and files, beside what Kafka's tools show of the same. */
import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CODECS } from '../../src/core/records/layout.ts'
import { kt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { java } from '../support/java.ts'
import { lengthOf } from '../support/other-client.ts'

const DUMP = 'org.apache.kafka.tools.DumpLogSegments'
const CONSUMER = 'org.apache.kafka.tools.consumer.ConsoleConsumer'

let cluster: Cluster
let copied: string

const run = (words: readonly string[], stdin = '') =>
  kt(words, { stdin, env: { KT_BOOTSTRAP_SERVER: cluster.bootstrap } })

beforeAll(async () => {
  cluster = await startCluster()
  const lines = Array.from({ length: 500 }, (_, index) => `k${index}:wärde ${index}\n`).join('')
  const keyed = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:']
  for (const topic of [...CODECS, 'tx']) expect((await run(['topics', 'create', topic])).code).toBe(0)
  for (const codec of CODECS)
    expect((await run(['console-producer', codec, '--compression-codec', codec, ...keyed], lines)).code).toBe(
      0,
    )
  expect((await run(['console-producer', 'tx', '--transactional-id', 'tx-1'], lines)).code).toBe(0)
  for (const protocol of ['classic', 'consumer'])
    await run(['console-consumer', 'none', '--group', protocol, '--from-beginning', '--max-messages', '300', '--command-property', `group.protocol=${protocol}`]) // prettier-ignore
  // The broker goes on writing to its own files.
  copied = join(cluster.dir, 'copied')
  cpSync(join(cluster.dir, 'node-1', 'data'), copied, { recursive: true })
})

afterAll(() => cluster?.stop())

/** All files of the logs whose names begin so, with one of the suffixes. */
function filesOf(prefix: string, ...suffixes: string[]): string {
  return readdirSync(copied, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.startsWith(prefix) && suffixes.some((suffix) => path.endsWith(suffix)))
    .sort()
    .map((path) => join(copied, path))
    .join(',')
}

describe('kt dump-log', () => {
  it.each([
    ['tx-', ['--deep-iteration']],
    ['__consumer_offsets', ['--offsets-decoder']],
    ['__transaction_state', ['--transaction-log-decoder', '--skip-record-metadata']],
    ['__cluster_metadata', ['--cluster-metadata-decoder']],
  ] as const)('prints the segments of %s… as Kafka does', async (prefix, options) => {
    const words = [...options, '--files', filesOf(prefix, '.log', '.checkpoint')]
    const [theirs, ours] = await Promise.all([java(DUMP, words), kt(['dump-log', ...words])])
    expect(theirs.stdout.split('\n').length).toBeGreaterThan(3)
    expect(ours.stdout).toBe(theirs.stdout)
    expect(ours).toMatchObject({ code: 0, stderr: '' })
  })

  it('prints all codecs, indexes and the state of producers as Kafka does', async () => {
    const files = CODECS.map((codec) => filesOf(`${codec}-`, '.log')).join(',')
    // Kafka's tool breaks off at the index of an empty log.
    const others = ['tx-', 'zstd-', '__cluster'].map((log) => filesOf(log, 'index', '.snapshot')).join(',')
    const words = ['--print-data-log', '--files', `${files},${others}`]
    const [theirs, ours] = await Promise.all([java(DUMP, words), kt(['dump-log', ...words])])
    expect(ours.stdout).toBe(theirs.stdout)
    // What Java tells of the zeros of indexes that are written to is told, and no damage.
    expect([ours.code, ours.stderr]).toEqual([0, expect.not.stringContaining('wrong')])
  })
})

describe('kt offsets dump', () => {
  it.each(['OffsetsMessageFormatter', 'GroupMetadataMessageFormatter'])('prints as %s does', async (name) => {
    const words = [
      '--topic',
      '__consumer_offsets',
      '--from-beginning',
      '--formatter',
      `org.apache.kafka.tools.consumer.${name}`,
    ]
    const { stdout } = await java(CONSUMER, [
      '--bootstrap-server',
      cluster.bootstrap,
      ...words,
      '--max-messages',
      String(lengthOf(cluster.bootstrap, '__consumer_offsets', 50)),
      '--timeout-ms',
      '60000',
    ])
    const before = objectsOf(stdout)
    const ours = objectsOf((await run(['offsets', 'dump', '--formatter', name])).stdout)
    // Kafka's consumer is a group itself, and leaves more when it ends.
    expect(before.length).toBeGreaterThan(0)
    expect(ours).toEqual(expect.arrayContaining(before))
    const drop = objectsOf((await run(['console-consumer', ...words, '--exit-at-end'])).stdout)
    expect(drop).toEqual(expect.arrayContaining(ours))
  })

  it('shows one group from its partition, and only what holds now', async () => {
    const { stdout } = await run(['offsets', 'dump', 'consumer', '--latest', '--output', 'json'])
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; key: unknown; value: unknown }) // prettier-ignore
    const commits = lines.filter(({ type }) => type === 'OffsetCommit')
    expect(commits).toHaveLength(1)
    expect(commits[0]).toMatchObject({ key: { group: 'consumer', topic: 'none' }, value: { offset: 300 } })
  })

  it('shows where a transactional id stands', async () => {
    const { stdout } = await run(['transactions', 'dump', 'tx-1', '--latest'])
    expect(stdout.trim().split('\n')).toHaveLength(2)
    expect(stdout).toMatch(/tx-1 +CompleteCommit, producer \d+ epoch \d+/)
  })
})

it.each([
  [
    ['offsets', 'dump', 'consumre', 'consumer'],
    '__consumer_offsets holds nothing of group "consumre"',
    'did you mean "consumer"?',
  ],
  [
    ['offsets', 'dump', '--topic', 'nane'],
    '__consumer_offsets holds nothing of topic "nane"',
    'did you mean "none"?',
  ],
  [
    ['offsets', 'dump', 'consumer', '--topic', 'tx', '--latest'],
    '__consumer_offsets holds nothing of group "consumer" and topic "tx"',
    undefined,
  ],
  [
    ['transactions', 'dump', 'tx-2'],
    '__transaction_state holds nothing of transactional id "tx-2"',
    undefined,
  ],
] as const)('kt %j says that there is nothing, with exit code 1', async (words, message, hint) => {
  const [{ code, stdout, stderr }, json] = await Promise.all([
    run(words),
    run([...words, '--output', 'json']),
  ])
  expect({ code, lines: stderr.trimEnd().split('\n') }).toEqual({
    code: 1,
    lines: [`kt ${words[0]} dump: ${message}`, ...(hint === undefined ? [] : [`  ${hint}`])],
  })
  // What there is of the others is shown.
  expect(stdout !== '').toBe(words.includes('consumre' as never))
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { message, exitCode: 1 } })
})

/** The formatters put nothing between their objects. */
function objectsOf(text: string): string[] {
  return text.split(/(?<=\})(?=\{"key")/).filter((one) => one !== '')
}
