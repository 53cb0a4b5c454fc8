import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { kt, spawnKt } from '../support/cli.ts'
import { java } from '../support/java.ts'
import { uniqueName } from '../support/names.ts'
import { type FaultCluster, NODES, startFaultCluster } from './support/cluster.ts'
import { leaderOf, readBack } from './support/oracle.ts'

let cluster: FaultCluster

beforeAll(async () => {
  cluster = await startFaultCluster()
})
afterEach(() => cluster?.heal())
afterAll(() => cluster?.stop())

test('F8 a log that was truncated: the new records once, and it is told', async ({ task }) => {
  const topic = uniqueName('truncated')
  await create(topic, ['--replica-assignment', '1:2', '--config', 'min.insync.replicas=1'])
  await write(topic, 'both', 100)
  const consumer = new Following(topic)
  await until(() => consumer.lines.length === 100, consumer)
  await cluster.kill(2)
  await write(topic, 'lost', 50)
  await until(() => consumer.lines.length === 150, consumer)

  await cluster.kill(1)
  await cluster.startNode(2)
  await untilLeader(topic, -1)
  const election = [
    '--bootstrap-server',
    cluster.ports[1],
    '--election-type',
    'UNCLEAN',
    '--topic',
    topic,
    '--partition',
    '0',
  ]
  const args = election.map((one) => (typeof one === 'number' ? `127.0.0.1:${one}` : one!))
  const { stdout, stderr } = await java('org.apache.kafka.tools.LeaderElectionCommand', args)
  await untilLeader(topic, 2, stdout + stderr)
  await write(topic, 'new', 80)
  await cluster.startNode(1)

  await until(() => consumer.lines.length >= 230, consumer).catch(() => {})
  await sleep(1000)
  await consumer.end()
  const added = consumer.lines.slice(150)
  task.meta.faultRuns = [
    {
      fault: 'F8 unclean truncation',
      records: 180,
      acknowledged: 180,
      lost: 180 - new Set([...consumer.lines.slice(0, 100), ...added]).size,
      duplicated: consumer.lines.length - new Set(consumer.lines).size,
      outOfOrder: 0,
      longestGapMs: 0,
      exitCode: consumer.exitCode ?? null,
    },
  ]
  expect(added, consumer.stderr).toEqual(Array.from({ length: 80 }, (_, id) => `new:${id}`))
  expect(consumer.stderr).toMatch(/truncated/)
  expect(consumer.stderr).toMatch(/150/)
  expect(consumer.stderr).toMatch(/100/)
})

test('F17 a byte flipped on the wire: named by offset, and not shown', async ({ task }) => {
  const topic = uniqueName('flipped')
  await create(topic, ['--partitions', '1', '--replication-factor', '3'])
  await write(topic, 'sound', 10)
  await write(topic, 'FLIP-ME', 1)
  await write(topic, 'behind', 10)
  for (const id of NODES) cluster.proxy(id).setAll('flip-byte')
  const startedAtMs = Date.now()
  const args = ['console-consumer', topic, '--bootstrap-server', cluster.proxied, '--from-beginning']
  const { code, stdout, stderr } = await kt([...args, '--timeout-ms', '20000'])
  expect(NODES.reduce((sum, id) => sum + cluster.proxy(id).flips, 0)).toBeGreaterThan(0)
  expect(code, stderr).toBe(1)
  expect(stderr).toMatch(/CRC/i)
  expect(stderr).toMatch(new RegExp(`${topic}-0.*\\b10\\b`))
  expect(stdout).not.toContain('LIP-ME')
  expect(Date.now() - startedAtMs).toBeLessThan(10_000)
  expect(await readBack(cluster.bootstrap, topic)).toHaveLength(21)
  const none = { lost: 0, duplicated: 0, outOfOrder: 0, longestGapMs: 0 }
  task.meta.faultRuns = [
    { fault: 'F17 a byte flipped', records: 21, acknowledged: 21, ...none, exitCode: code },
  ]
})

/** A consumer of `kt` that reads on while its log changes. */
class Following {
  readonly lines: string[] = []
  stderr = ''
  exitCode: number | null | undefined
  readonly #child: ReturnType<typeof spawnKt>
  readonly #exited: Promise<unknown>
  #rest = ''

  constructor(topic: string) {
    const settings = ['--command-property', 'request.timeout.ms=4000']
    const args = ['console-consumer', topic, '--from-beginning', '--bootstrap-server', cluster.proxied]
    this.#child = spawnKt([...args, ...settings])
    this.#child.stdin.end()
    this.#child.stderr.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()))
    this.#child.stdout.on('data', (bytes: Buffer) => {
      const lines = (this.#rest + bytes.toString()).split('\n')
      this.#rest = lines.pop() ?? ''
      this.lines.push(...lines)
    })
    this.#exited = new Promise<void>((resolve) =>
      this.#child.once('close', (code) => {
        this.exitCode = code
        resolve()
      }),
    )
  }

  async end(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#exited
  }
}

async function write(topic: string, name: string, count: number): Promise<void> {
  const stdin = Array.from({ length: count }, (_, id) => `${name}:${id}\n`).join('')
  const { code, stderr } = await kt(['console-producer', topic, '--bootstrap-server', cluster.bootstrap], {
    stdin,
  })
  if (code !== 0) throw new Error(stderr)
}

async function create(topic: string, args: string[]): Promise<void> {
  const { code, stderr } = await kt([
    'topics',
    'create',
    topic,
    ...args,
    '--bootstrap-server',
    cluster.bootstrap,
  ])
  if (code !== 0) throw new Error(stderr)
}

async function untilLeader(topic: string, leader: number, said = ''): Promise<void> {
  const living = `127.0.0.1:${cluster.ports[1]}`
  for (let tries = 0; (await leaderOf(living, topic)) !== leader; tries++) {
    if (tries > 60) throw new Error(`node ${leader} does not lead ${topic}: ${said}`)
    await sleep(300)
  }
}

async function until(isTrue: () => boolean, consumer: Following): Promise<void> {
  for (let waitedMs = 0; !isTrue(); waitedMs += 50) {
    if (waitedMs > 30_000) throw new Error(`${consumer.lines.length} lines; ${consumer.stderr}`)
    await sleep(50)
  }
}
