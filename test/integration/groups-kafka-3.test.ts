/** Groups, offsets and logs of Kafka 3.9, whose own tools are asked about the same. */
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kt, type KtResult } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { java, type JavaResult } from '../support/java.ts'
import { lengthOf } from '../support/other-client.ts'
import { script } from '../support/script.ts'

const VERSION = '3.9.2'
const TOOLS = {
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
} as const

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ version: VERSION, config: { 'offsets.topic.num.partitions': '1' } })
  const stdin = Array.from({ length: 30 }, (_, line) => `${line}\n`).join('')
  await run('topics create orders --partitions 2')
  await run('console-producer orders --partitioner round-robin', stdin)
  await run('console-producer orders --transactional-id tx --compression-codec zstd', stdin)
  await run('console-consumer orders --group reader --from-beginning --max-messages 40')
  for (const group of ['ours', 'theirs'])
    await run(`groups reset-offsets ${group} --to-offset 2 --topic orders --execute`)
})
afterAll(() => cluster?.stop())

function run(line: string, stdin = ''): Promise<KtResult> {
  return kt(line.split(' '), { stdin, env: { KT_BOOTSTRAP_SERVER: cluster.bootstrap } })
}

const ask = (name: keyof typeof TOOLS, words: readonly string[]): Promise<JavaResult> =>
  java(TOOLS[name], words, { version: VERSION })

async function expectSame(name: keyof typeof TOOLS, line: string): Promise<string> {
  const words = ['--bootstrap-server', cluster.bootstrap, ...line.split(' ')]
  const [ours, theirs] = await Promise.all([script(`${name}.sh`, words), ask(name, words)])
  expect(theirs.code, theirs.stdout + theirs.stderr).toBe(0)
  // Kafka 3 breaks and fills its lines otherwise than Kafka 4 and we do.
  expect(wordsOf(ours.stdout), `${line}\n${ours.stderr}`).toEqual(wordsOf(theirs.stdout))
  expect(ours.code, ours.stderr).toBe(0)
  return ours.stdout
}

const wordsOf = (text: string) => text.trim().split(/\s+/)

describe('Kafka 3.9', () => {
  it('has groups that are listed, described and reset as its own tool does', async () => {
    const name = 'kafka-consumer-groups'
    for (const line of ['--list', '--list --state', '--describe --group reader', '--describe --all-groups'])
      await expectSame(name, line)
    await expectSame(name, '--reset-offsets --group ours --shift-by 3 --all-topics --dry-run')
    await expectSame(name, '--reset-offsets --group ours --to-earliest --topic orders:1 --execute')
    expect(await expectSame(name, '--describe --group ours')).toMatch(/^ours +orders +1 +0 /m)
    const words = ['--bootstrap-server', cluster.bootstrap, '--delete', '--group']
    const theirs = await ask(name, [...words, 'theirs'])
    const ours = await script(`${name}.sh`, [...words, 'ours'])
    expect(ours).toMatchObject({ code: 0, stdout: theirs.stdout.replace('theirs', 'ours') })
  })

  it('has offsets that are told and deleted as its own tools do', async () => {
    for (const time of ['latest', 'earliest', 'max-timestamp'])
      await expectSame('kafka-get-offsets', `--topic orders --time ${time}`)
    const file = join(cluster.dir, 'offsets.json')
    writeFileSync(
      file,
      JSON.stringify({ partitions: [{ topic: 'orders', partition: 0, offset: 3 }], version: 1 }),
    )
    expect(await expectSame('kafka-delete-records', `--offset-json-file ${file}`)).toContain(
      'low_watermark: 3',
    )
  })

  it('says that it knows no share and streams groups', async () => {
    expect(await run('groups list --output java')).toMatchObject({ code: 0 })
    const { code, stdout } = await run('share-groups dump')
    expect([code, stdout]).toEqual([1, ''])
  })

  it('keeps commits that are shown as its own formatter does', async () => {
    const words = [
      '--bootstrap-server',
      cluster.bootstrap,
      '--topic',
      '__consumer_offsets',
      '--from-beginning',
    ]
    const formatter = ['--formatter', 'org.apache.kafka.tools.consumer.OffsetsMessageFormatter']
    const consumer = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
    const all = [
      '--max-messages',
      String(lengthOf(cluster.bootstrap, '__consumer_offsets', 1)),
      '--timeout-ms',
      '60000',
    ]
    const theirs = await java(consumer, [...words, ...formatter, ...all], { version: VERSION })
    const ours = await run('offsets dump --formatter OffsetsMessageFormatter')
    const objects = (text: string) => text.split(/(?<=\})(?=\{"key")/).filter((one) => one !== '')
    expect(objects(theirs.stdout).length).toBeGreaterThan(2)
    // What Kafka 4 calls the type of a key, Kafka 3 called its version.
    const renamed = theirs.stdout.replaceAll('{"key":{"version":', '{"key":{"type":')
    expect(objects(ours.stdout)).toEqual(expect.arrayContaining(objects(renamed)))
  })

  it('writes files that are dumped as its own tool does', async () => {
    const data = join(cluster.dir, 'node-1', 'data')
    const files = (log: string, ...suffixes: string[]) =>
      readdirSync(join(data, log))
        .filter((name) => suffixes.some((suffix) => name.endsWith(suffix)))
        .map((name) => join(data, log, name))
        .filter((path) => statSync(path).size > 0)
        .sort()
        .join(',')
    await cluster.kill(1)
    const dumps: [option: string, paths: string][] = [
      ['--print-data-log', `${files('orders-0', '.log', 'index')},${files('orders-1', '.log')}`],
      ['--offsets-decoder', files('__consumer_offsets-0', '.log')],
      ['--cluster-metadata-decoder', files('__cluster_metadata-0', '.log')],
    ]
    // Scala writes to the stdout that it found first, so each has a JVM of its own.
    for (const [option, paths] of dumps) {
      const words = [option, '--files', paths]
      const [theirs, ours] = await Promise.all([
        java('kafka.tools.DumpLogSegments', words, { version: VERSION, flags: [] }),
        kt(['dump-log', ...words]),
      ])
      // What a leader begins with, Kafka 3 only names.
      const named = ours.stdout.replace(/ LeaderChange: .*/g, ' controlType: LEADER_CHANGE(2)')
      expect(named).toBe(theirs.stdout)
      expect(ours.code, ours.stderr).toBe(0)
    }
  })
})
