import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test, type TestContext } from 'vitest'
import { uniqueName } from '../support/names.ts'
import { type FaultCluster, NODES, startFaultCluster } from './support/cluster.ts'
import { committedOffsets, committedUnseen, FaultConsumer } from './support/consuming.ts'
import { groupCoordinator, readBack, type StoredRecord, untilInSync } from './support/oracle.ts'
import { FaultProducer, outOfOrder } from './support/producing.ts'
import { randomFor, type Random } from './support/random.ts'

let cluster: FaultCluster

beforeAll(async () => {
  cluster = await startFaultCluster()
})
afterEach(() => cluster?.heal())
afterAll(() => cluster?.stop())

interface Scene {
  topic: string
  random: Random
  groups: Members[]
}

interface Fault {
  name: string
  make: (scene: Scene) => Promise<void>
  /** Records may come twice: a member died, or lost its membership, between writing and committing. */
  mayRepeat?: boolean
  longestGapMs?: number
}

/** A group of one protocol; each fault strikes a classic one and one of KIP-848 at once. */
class Members {
  readonly group = uniqueName('group')
  readonly protocol: string
  readonly consumers: FaultConsumer[] = []
  readonly #topic: string

  constructor(protocol: string, topic: string) {
    this.protocol = protocol
    this.#topic = topic
  }

  join(count = 1): void {
    const properties: Record<string, string> = { 'group.protocol': this.protocol }
    // With the new protocol the broker sets these, and Kafka's client refuses them.
    if (this.protocol === 'consumer')
      Object.assign(properties, { 'session.timeout.ms': '', 'heartbeat.interval.ms': '' })
    const { group } = this
    for (let i = 0; i < count; i++)
      this.consumers.push(
        new FaultConsumer({ topic: this.#topic, proxied: cluster.proxied, group, properties }),
      )
  }

  get written(): StoredRecord[] {
    return this.consumers.flatMap(({ records }) => records)
  }

  get unique(): number {
    return new Set(this.written.map(({ value }) => value)).size
  }

  get said(): string {
    return this.consumers.map(({ stderr }) => `${this.protocol}: ${stderr}`).join('\n')
  }

  leave(): Promise<(number | null)[]> {
    const living = this.consumers.filter(({ exitCode }) => exitCode === undefined)
    return Promise.all(living.map((consumer) => consumer.end('SIGTERM')))
  }

  async committedUnseen(): Promise<number> {
    const committed = await committedOffsets(cluster.bootstrap, this.group)
    expect(committed.size).toBeGreaterThan(0)
    return committedUnseen(committed, await readBack(cluster.bootstrap, this.#topic), this.written)
  }
}

const FAULTS: Fault[] = [
  {
    name: 'kill -9 of the group coordinator',
    make: async ({ groups, random }) => {
      const coordinator = await groupCoordinator(cluster.bootstrap, random.pick(groups).group)
      await cluster.kill(coordinator)
      await sleep(5000)
      await cluster.startNode(coordinator)
    },
    mayRepeat: true,
  },
  {
    name: 'SIGSTOP of the group coordinator for 9 s',
    make: async ({ groups, random }) => {
      const coordinator = await groupCoordinator(cluster.bootstrap, random.pick(groups).group)
      await cluster.pause(coordinator)
      await sleep(9000)
      await cluster.resume(coordinator)
    },
    mayRepeat: true,
  },
  {
    name: 'F6 kill -9 of each broker in turn',
    make: async ({ topic }) => {
      for (const id of NODES) {
        await cluster.kill(id)
        await sleep(3000)
        await cluster.startNode(id)
        await untilInSync(cluster.bootstrap, topic)
      }
    },
    mayRepeat: true,
  },
  {
    name: 'F5 silent death of open connections',
    make: async () => {
      for (const id of NODES) cluster.proxy(id).setExisting('blackhole')
      await sleep(8000)
    },
    mayRepeat: true,
  },
  {
    name: 'connections cut at random',
    make: async ({ random }) => {
      for (let cut = 0; cut < 20; cut++) {
        cluster.proxy(random.pick(NODES)).setExisting('cut')
        await sleep(random.between(50, 500))
      }
    },
  },
  {
    name: 'F9 a member stopped for longer than its session',
    make: async ({ groups, random }) => {
      const stopped = groups.map(({ consumers }) => random.pick(consumers))
      for (const consumer of stopped) consumer.signal('SIGSTOP')
      await sleep(10_000)
      for (const consumer of stopped) consumer.signal('SIGCONT')
      await sleep(2000)
    },
    mayRepeat: true,
  },
  {
    name: 'F14 kill -9 of one member',
    make: async ({ groups, random }) => {
      await Promise.all(groups.map(({ consumers }) => random.pick(consumers).end('SIGKILL')))
      await sleep(8000)
      for (const members of groups) members.join()
      await sleep(2000)
    },
    mayRepeat: true,
  },
  {
    name: 'F14 SIGTERM of one member',
    make: async ({ groups, random }) => {
      const codes = await Promise.all(groups.map(({ consumers }) => random.pick(consumers).end('SIGTERM')))
      expect(codes).toEqual([143, 143])
      await sleep(2000)
      for (const members of groups) members.join()
      await sleep(2000)
    },
    longestGapMs: 3000,
  },
  {
    name: 'F14 kill -9 of both members',
    make: async ({ groups }) => {
      await Promise.all(groups.flatMap(({ consumers }) => consumers.map((one) => one.end('SIGKILL'))))
      for (const members of groups) {
        expect(await members.committedUnseen()).toBe(0)
        members.join(2)
      }
      await sleep(8000)
    },
    mayRepeat: true,
  },
]

for (const fault of FAULTS)
  test(`${fault.name}: every record is written out, and what is committed was`, async ({
    task,
  }: TestContext) => {
    const topic = uniqueName('grouped')
    await cluster.createTopic(topic, 4)
    const groups = [new Members('classic', topic), new Members('consumer', topic)]
    const producer = new FaultProducer({ topic, proxied: cluster.proxied, recordsPerSecond: 500 })
    for (const members of groups) members.join(2)
    await until(
      () => groups.every(({ consumers }) => consumers.every(({ records }) => records.length > 200)),
      groups,
    )

    await fault.make({ topic, random: randomFor(fault.name), groups })
    await producer.untilAcked(producer.acks.length + 300)
    expect(await producer.finish(), producer.stderr).toBe(0)
    await until(() => groups.every(({ unique }) => unique >= producer.sent), groups).catch(() => {})
    const codes = await Promise.all(groups.map((members) => members.leave()))
    task.meta.faultRuns = groups.map((members, index) => ({
      fault: `${fault.name}, ${members.protocol} group`,
      records: producer.sent,
      acknowledged: producer.acks.length,
      lost: producer.sent - members.unique,
      duplicated: members.written.length - members.unique,
      outOfOrder: members.consumers.reduce((sum, { records }) => sum + outOfOrder(firstTimes(records)), 0),
      longestGapMs: Math.max(...members.consumers.map(({ longestGapMs }) => longestGapMs)),
      exitCode: codes[index]?.[0] ?? null,
    }))

    const said = groups.map((members) => members.said).join('\n')
    expect(codes, said).toEqual([
      [143, 143],
      [143, 143],
    ])
    for (const run of task.meta.faultRuns) {
      expect(run, said).toMatchObject({ lost: 0, outOfOrder: 0 })
      if (fault.mayRepeat !== true) expect(run.duplicated, said).toBe(0)
      expect(run.longestGapMs, said).toBeLessThan(fault.longestGapMs ?? 20_000)
    }
    const stored = await readBack(cluster.bootstrap, topic)
    for (const members of groups) {
      const committed = await committedOffsets(cluster.bootstrap, members.group)
      expect(committedUnseen(committed, stored, members.written)).toBe(0)
      // Who leaves in order commits what it wrote: the next member starts behind it.
      const left = stored.filter(({ partition, offset }) => offset >= (committed.get(partition) ?? 0))
      expect(left, members.said).toEqual([])
    }
  })

/** Without what a member has written before: a redelivery starts again further back. */
function firstTimes(records: StoredRecord[]): StoredRecord[] {
  const seen = new Set<string>()
  return records.filter(({ value }) => !seen.has(value) && seen.add(value))
}

async function until(isTrue: () => boolean, groups: Members[]): Promise<void> {
  for (let waitedMs = 0; !isTrue(); waitedMs += 50) {
    if (waitedMs > 40_000) throw new Error(groups.map(({ said }) => said).join('\n'))
    await sleep(50)
  }
}
