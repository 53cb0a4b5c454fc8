/** Files as a real broker leaves them after transactions, compaction and snapshots, beside what Kafka's tool shows of them. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CODECS } from '../../src/core/records/layout.ts'
import { kt, type KtResult } from '../support/cli.ts'
import { setConfigs } from '../support/client.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { java, type JavaResult } from '../support/java.ts'

const DUMP = 'org.apache.kafka.tools.DumpLogSegments'
const MIB = '1048576'
const KEYED = ['--reader-property', 'parse.key=true', '--reader-property', 'null.marker=NULL']

let cluster: Cluster

const run = (words: readonly string[], stdin = '') =>
  kt(words, { stdin, env: { KT_BOOTSTRAP_SERVER: cluster.bootstrap } })

beforeAll(async () => {
  cluster = await startCluster({
    config: {
      'log.cleaner.backoff.ms': '100',
      'log.segment.delete.delay.ms': '100',
      'offsets.topic.num.partitions': '1',
      'transaction.state.log.num.partitions': '1',
      'metadata.log.max.record.bytes.between.snapshots': '2000',
    },
  })
  await writeAborted()
  await writeCompacted()
  await writeCommits()
  // It would go on writing to its files, and deleting some.
  await cluster.kill(1)
})

afterAll(() => cluster?.stop())

const dataDir = () => join(cluster.dir, 'node-1', 'data')

/** Segments of 1 MiB, in each of which a transaction was aborted. */
async function writeAborted(): Promise<void> {
  await done(['topics', 'create', 'aborted', '--config', `segment.bytes=${MIB}`])
  const lines = (count: number, text: string) => keyed(count, String, () => text.repeat(1000))
  // What is still waiting when a transaction ends badly is never sent.
  const small = ['--batch-size', '65536', '--command-property', 'buffer.memory=262144']
  for (const id of ['one', 'two']) {
    const words = ['console-producer', 'aborted', '--transactional-id', id, ...small, ...KEYED]
    expect((await run(words, `${lines(1400, 'x')}a line without a key\n`)).code).toBe(1)
    await done(words, lines(300, 'y'))
  }
}

/** All codecs, tombstones, transactions; a segment for each of the many requests, until the cleaner joins them. */
async function writeCompacted(): Promise<void> {
  const configs = { 'cleanup.policy': 'compact', 'segment.ms': '1', 'min.cleanable.dirty.ratio': '0' }
  const words = Object.entries(configs).flatMap(([key, value]) => ['--config', `${key}=${value}`])
  await done(['topics', 'create', 'compacted', ...words])
  for (const codec of CODECS) {
    const key = (index: number) => `${codec}-${index % 7 === 0 ? index : index % 20}`
    const value = (index: number) => (index % 11 === 0 ? 'NULL' : `wärde ${codec} ${index}`)
    const producer = [
      'console-producer',
      'compacted',
      '--compression-codec',
      codec,
      '--batch-size',
      '4000',
      ...KEYED,
    ]
    // All of it written again later: an emptied batch is what stays of a producer.
    await done(producer, keyed(50, key, value))
    await done([...producer, '--transactional-id', codec], keyed(50, key, value))
    await done(producer, keyed(500, key, value))
  }
  await untilCleaned('compacted', ['console-producer', 'compacted', ...KEYED])
}

/** Of a group that had a member, and was moved again and again. */
async function writeCommits(): Promise<void> {
  await done(['console-consumer', 'aborted', '--group', 'reader', '--max-messages', '50', '--from-beginning'])
  await setConfigs(cluster.bootstrap, 'topic', '__consumer_offsets', {
    'segment.ms': '1',
    'min.cleanable.dirty.ratio': '0',
  })
  const move = ['groups', 'reset-offsets', 'reader', '--topic', 'aborted', '--execute', '--to-offset']
  for (const offset of [1, 2, 3]) await done([...move, String(offset)])
  await untilCleaned('__consumer_offsets', [...move, '4'])
}

async function done(words: readonly string[], stdin = ''): Promise<void> {
  const { code, stderr } = await run(words, stdin)
  expect(code, `${words.join(' ')}\n${stderr}`).toBe(0)
}

function keyed(count: number, key: (index: number) => string, value: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${key(index)}\t${value(index)}\n`).join('')
}

/** Until all that was written before `more`, which begins a segment of its own, has been cleaned. */
async function untilCleaned(topic: string, more: readonly string[]): Promise<void> {
  const offsets = await run(['get-offsets', '--topic', topic, '--output', 'java'])
  const end = Number(/:0:(\d+)/.exec(offsets.stdout)?.[1])
  await done(more, 'last\tone\n')
  const file = join(dataDir(), 'cleaner-offset-checkpoint')
  await eventually(() => {
    const text = read(file)
    const cleaned = new RegExp(`^${topic} 0 (\\d+)$`, 'm').exec(text)?.[1]
    expect(Number(cleaned), `cleaned up to ${end}: ${text}`).toBeGreaterThanOrEqual(end)
  })
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** All files of the logs whose names begin so, with one of the suffixes. */
function filesOf(prefix: string, ...suffixes: string[]): string[] {
  return readdirSync(dataDir(), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.startsWith(prefix) && suffixes.some((suffix) => path.endsWith(suffix)))
    .filter((path) => statSync(join(dataDir(), path)).size > 0)
    .sort()
    .map((path) => join(dataDir(), path))
}

async function both(options: readonly string[], files: readonly string[]): Promise<[JavaResult, KtResult]> {
  const words = [...options, '--files', files.join(',')]
  return Promise.all([java(DUMP, words), kt(['dump-log', ...words])])
}

/** What is told of gaps, sorted. Kafka's tool also tells of the one before the first record. */
function gapsIn(stderr: string): string[] {
  const gaps = stderr.split('\n').filter((line) => / is followed by /.test(line) && !line.startsWith('  -1 '))
  return gaps.sort()
}

/** Without printing a megabyte where it is not. */
function expectFound({ stdout }: JavaResult, pattern: RegExp): void {
  expect(pattern.exec(stdout), String(pattern)).not.toBeNull()
}

describe('kt dump-log', () => {
  it('prints aborted transactions in segments, indexes and snapshots as Kafka does', async () => {
    const files = filesOf('aborted-', '.log', 'index', '.snapshot')
    expect(files.filter((path) => path.endsWith('.txnindex')).length).toBeGreaterThan(1)
    const [theirs, ours] = await both(['--deep-iteration'], files)
    expectFound(theirs, /endTxnMarker: ABORT/)
    expectFound(theirs, /^version: 0 producerId: \d+ firstOffset: \d+ lastOffset: \d+ lastStable/m)
    expect(ours.stdout).toBe(theirs.stdout)
    expect([theirs.code, ours.code], ours.stderr).toEqual([0, 0])
  })

  it('prints compacted logs with tombstones and emptied batches as Kafka does, and tells the same gaps', async () => {
    const files = filesOf('compacted-', '.log', 'index', '.snapshot')
    const [theirs, ours] = await both(['--print-data-log'], files)
    expectFound(theirs, / count: 0 /)
    expectFound(theirs, /deleteHorizonMs: OptionalLong\[\d+\]/)
    for (const codec of CODECS) expectFound(theirs, new RegExp(` compresscodec: ${codec} `))
    expect(ours.stdout).toBe(theirs.stdout)
    expect(gapsIn(ours.stderr).length).toBeGreaterThan(10)
    expect(gapsIn(ours.stderr)).toEqual(gapsIn(theirs.stderr))
    expect([theirs.code, ours.code], ours.stderr).toEqual([0, 0])
  })

  it('prints compacted commits and snapshots of KRaft as Kafka does', async () => {
    const commits = filesOf('__consumer_offsets-', '.log', '.snapshot')
    const snapshots = [
      ...filesOf('__cluster_metadata-', '.checkpoint'),
      join(dataDir(), 'bootstrap.checkpoint'),
    ]
    for (const [decoder, files] of [
      ['--offsets-decoder', commits],
      ['--cluster-metadata-decoder', snapshots],
    ] as const) {
      const [theirs, ours] = await both([decoder], files)
      expect(ours.stdout).toBe(theirs.stdout)
      expectFound(theirs, / payload: \{/)
      expect(gapsIn(ours.stderr)).toEqual(gapsIn(theirs.stderr))
      expect(ours.code, ours.stderr).toBe(0)
    }
  })

  it('shows the checkpoints in text, which Kafka’s tool does not take', async () => {
    const { code, stdout } = await kt([
      'dump-log',
      ...filesOf('aborted-', 'leader-epoch-checkpoint'),
      join(dataDir(), 'cleaner-offset-checkpoint'),
    ])
    expect(stdout).toMatch(/^epoch: 0 startOffset: 0$/m)
    expect(stdout).toMatch(/^topic: compacted partition: 0 offset: \d+$/m)
    expect(code).toBe(0)
  })

  it('summarises a whole data directory', async () => {
    const { code, stdout } = await kt(['dump-log', dataDir(), '--output', 'json'])
    const { segments } = JSON.parse(stdout) as { segments: { log: string; codecs: string[] }[] }
    expect(segments.length).toBe(filesOf('', '.log').length)
    expect(code).toBe(0)
  })
})
