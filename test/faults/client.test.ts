import { afterAll, beforeAll, expect, test } from 'vitest'
import { kt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { uniqueName } from '../support/names.ts'
import { readBack } from './support/oracle.ts'
import { FaultProducer } from './support/producing.ts'
import { randomFor } from './support/random.ts'

const TRANSACTION_RECORDS = 300
/** Enough that an interrupt always finds requests in flight. */
const RECORDS_PER_SECOND = 20_000

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster?.stop())

test('F14 SIGTERM of a producer: what was acknowledged is stored, and nothing else', async ({ task }) => {
  const producer = await producing('F14 SIGTERM of a producer')
  const startedAtMs = Date.now()
  expect(await producer.signal('SIGTERM'), producer.stderr).toBe(143)
  expect(Date.now() - startedAtMs).toBeLessThan(5000)
  const run = await producer.verdict('F14 SIGTERM, idempotent', cluster.bootstrap)
  task.meta.faultRuns = [run]
  expect(run).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 })
  expect(run.acknowledged).toBe((await readBack(cluster.bootstrap, producer.topic)).length)
})

test('F14 kill -9 of a producer: what was acknowledged is stored', async ({ task }) => {
  const producer = await producing('F14 kill -9 of a producer')
  expect(await producer.signal('SIGKILL')).toBe(null)
  const run = await producer.verdict('F14 kill -9, idempotent', cluster.bootstrap)
  task.meta.faultRuns = [run]
  expect(run).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 })
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`F14 ${signal} of a transactional producer: whole transactions or nothing of them`, async ({
    task,
  }) => {
    const transactionalId = uniqueName('txn')
    const producer = await producing(`F14 ${signal}`, transactionalId)
    expect(await producer.signal(signal)).toBe(signal === 'SIGTERM' ? 143 : null)
    // The next producer of the id fences the one before and ends what it has left open.
    const next = new FaultProducer({
      ...transactionalTo(producer.topic, transactionalId),
      recordsPerSecond: 0,
    })
    expect(await next.finish(), next.stderr).toBe(0)

    const stored = await readBack(cluster.bootstrap, producer.topic)
    const ids = stored.map(({ value }) => Number(value.slice(value.lastIndexOf(':') + 1)))
    // The input up to the last commit, each once.
    expect(ids.toSorted((one, other) => one - other)).toEqual(ids.map((_, index) => index))
    expect(ids.length).toBeGreaterThan(0)
    expect(ids.length % TRANSACTION_RECORDS).toBe(0)
    const run = await producer.verdict(`F14 ${signal}, transactional`, cluster.bootstrap)
    // Acknowledged within the transaction that was not committed: these were promised to nobody.
    task.meta.faultRuns = [{ ...run, acknowledged: ids.length, lost: 0 }]
    expect(run).toMatchObject({ duplicated: 0, outOfOrder: 0 })
  })

test('F12 lines too large for kt or for the topic are named, and the others are stored', async ({ task }) => {
  const topic = await newTopic(['--config', 'max.message.bytes=20000'])
  const lines = ['one', 'x'.repeat(10 * 1024 * 1024), 'three', 'y'.repeat(100_000), 'five']
  const goOn = ['--reader-property', 'ignore.error=true', '--report']
  const args = ['console-producer', topic, '--bootstrap-server', cluster.bootstrap, ...goOn]
  const { code, stdout, stderr } = await kt(args, { stdin: lines.join('\n') })
  expect(code, stderr).toBe(1)
  expect(stderr).toMatch(/line 2\b.*10485760 bytes/)
  expect(stderr).toMatch(/line 4\b.*larger than the max message size/)
  const stored = await readBack(cluster.bootstrap, topic)
  expect(stored.map(({ value }) => value)).toEqual(['one', 'three', 'five'])
  const acknowledged = stdout.split('\n').length - 1
  expect(acknowledged).toBe(3)
  const none = { lost: 0, duplicated: 0, outOfOrder: 0, longestGapMs: 0 }
  task.meta.faultRuns = [
    { fault: 'F12 lines too large', records: lines.length, acknowledged, ...none, exitCode: code },
  ]
})

async function producing(name: string, transactionalId?: string): Promise<FaultProducer> {
  const topic = await newTopic()
  const options =
    transactionalId === undefined
      ? { topic, proxied: cluster.bootstrap, recordsPerSecond: RECORDS_PER_SECOND }
      : transactionalTo(topic, transactionalId)
  const producer = new FaultProducer(options)
  await producer.untilAcked(randomFor(name).between(5000, 25_000))
  return producer
}

function transactionalTo(topic: string, transactionalId: string) {
  const args = ['--transactional-id', transactionalId, '--transaction-records', String(TRANSACTION_RECORDS)]
  return { topic, proxied: cluster.bootstrap, args, recordsPerSecond: RECORDS_PER_SECOND }
}

async function newTopic(args: string[] = []): Promise<string> {
  const topic = uniqueName('client')
  const all = ['topics', 'create', topic, '--partitions', '2', ...args]
  const { code, stderr } = await kt([...all, '--bootstrap-server', cluster.bootstrap])
  if (code !== 0) throw new Error(stderr)
  return topic
}
