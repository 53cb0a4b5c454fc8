import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test, type TestContext } from 'vitest'
import { uniqueName } from '../support/names.ts'
import { type FaultCluster, NODES, startFaultCluster } from './support/cluster.ts'
import { leaderOf, transactionCoordinator, untilInSync } from './support/oracle.ts'
import { FaultProducer } from './support/producing.ts'
import { randomFor, type Random } from './support/random.ts'

let cluster: FaultCluster

beforeAll(async () => {
  cluster = await startFaultCluster()
})
afterEach(() => cluster?.heal())
afterAll(() => cluster?.stop())

interface Scene {
  topic: string
  transactionalId: string
  random: Random
}

interface Fault {
  name: string
  make: (scene: Scene) => Promise<void>
  /** Default: 20 s, for a session timeout, an election and the catching up. */
  longestGapMs?: number
  /** Where it is another for transactions. */
  longestTransactionalGapMs?: number
}

const FAULTS: Fault[] = [
  {
    name: 'F1 kill -9 of the leader',
    make: async ({ topic }) => {
      const leader = await leaderOf(cluster.bootstrap, topic)
      await cluster.kill(leader)
      await sleep(5000)
      await cluster.startNode(leader)
    },
    longestGapMs: 9000,
  },
  {
    name: 'F2 SIGSTOP of the leader for 9 s',
    make: async ({ topic }) => {
      const leader = await leaderOf(cluster.bootstrap, topic)
      await cluster.pause(leader)
      await sleep(9000)
      await cluster.resume(leader)
    },
    longestGapMs: 12_000,
  },
  {
    name: 'F3 leader cut off, then kill -9',
    make: async ({ topic, random }) => {
      const leader = await leaderOf(cluster.bootstrap, topic)
      cluster.proxy(leader).setAll('blackhole')
      await sleep(random.between(200, 2000))
      await cluster.kill(leader)
      await sleep(5000)
      cluster.proxy(leader).setAll('pass')
      await cluster.startNode(leader)
    },
    longestGapMs: 12_000,
  },
  {
    name: 'F4 answers dropped',
    make: async ({ random }) => {
      for (let round = 0; round < 3; round++) {
        const proxy = cluster.proxy(random.pick(NODES))
        proxy.setExisting('drop-responses')
        await sleep(random.between(4000, 5500))
      }
    },
    longestGapMs: 12_000,
  },
  {
    name: 'F5 silent death of open connections',
    make: async () => {
      for (const id of NODES) cluster.proxy(id).setExisting('blackhole')
      await sleep(8000)
    },
    longestGapMs: 9000,
    // Its connections are found dead one after the other: to the leader, the coordinator, and who is asked for that.
    longestTransactionalGapMs: 15_000,
  },
  {
    name: 'connections cut at random',
    make: async ({ random }) => {
      for (let cut = 0; cut < 20; cut++) {
        cluster.proxy(random.pick(NODES)).setExisting('cut')
        await sleep(random.between(50, 500))
      }
    },
    longestGapMs: 5000,
  },
  {
    name: 'F16 kill -9 of the transaction coordinator',
    make: async ({ transactionalId }) => {
      const coordinator = await transactionCoordinator(cluster.bootstrap, transactionalId)
      await cluster.kill(coordinator)
      await sleep(5000)
      await cluster.startNode(coordinator)
    },
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
  },
  {
    name: 'F7 each broker restarted',
    make: async ({ topic }) => {
      for (const id of NODES) {
        await cluster.shutDown(id)
        await cluster.startNode(id)
        await untilInSync(cluster.bootstrap, topic)
      }
    },
    longestGapMs: 9000,
  },
  {
    name: 'F13 two of three brokers down',
    make: async ({ topic, random }) => {
      const survivor = random.pick(NODES)
      const killed = NODES.filter((id) => id !== survivor)
      for (const id of killed) await cluster.kill(id)
      await sleep(4000)
      for (const id of killed) await cluster.startNode(id, { isAwaited: false })
      await untilInSync(cluster.bootstrap, topic)
    },
    longestGapMs: 40_000,
  },
]

for (const fault of FAULTS) {
  test(`${fault.name}: nothing acknowledged is lost, doubled or out of order`, async ({
    task,
  }: TestContext) => {
    const topic = uniqueName('idempotent')
    const transactional = uniqueName('transactional')
    const transactionalId = uniqueName('txn')
    await Promise.all([cluster.createTopic(topic), cluster.createTopic(transactional)])
    const { proxied } = cluster
    const transaction = ['--transactional-id', transactionalId, '--transaction-records', '300']
    const producers = [
      new FaultProducer({ topic, proxied }),
      new FaultProducer({ topic: transactional, proxied, args: transaction }),
    ]
    await Promise.all(producers.map((producer) => producer.untilAcked(600)))

    await fault.make({ topic, transactionalId, random: randomFor(fault.name) })
    await Promise.all(producers.map((producer) => producer.untilAcked(producer.acks.length + 600)))
    const codes = await Promise.all(producers.map((producer) => producer.finish()))

    const [idempotent, inTransactions] = producers
    const runs = [
      await idempotent!.verdict(`${fault.name}, idempotent`, cluster.bootstrap),
      await inTransactions!.verdict(`${fault.name}, transactional`, cluster.bootstrap),
    ]
    task.meta.faultRuns = runs
    expect(codes, producers.map(({ stderr }) => stderr).join('\n')).toEqual([0, 0])
    const { longestGapMs = 20_000, longestTransactionalGapMs = longestGapMs } = fault
    const limits = [longestGapMs, longestTransactionalGapMs]
    for (const [index, run] of runs.entries()) {
      expect(run).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 })
      expect(run.acknowledged).toBe(run.records)
      expect(run.longestGapMs).toBeLessThan(limits[index]!)
    }
  })
}
