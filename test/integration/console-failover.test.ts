import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kt, runtimes, spawnKt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { consume, newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { uniqueName } from '../support/names.ts'
import { leaderSeenBy } from '../support/other-client.ts'

const RECORDS = 1_000_000

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({
    nodes: 3,
    config: {
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    },
  })
})
afterAll(() => cluster?.stop())

/** The nodes that were down once, and have stood in a rack since. */
const racked = new Set<number>()

/** Starts a killed node, in a rack of its own from now on. */
async function startInRack(id: number): Promise<void> {
  await appendFile(join(cluster.dir, `node-${id}`, 'server.properties'), `broker.rack=rack-${id}\n`)
  await cluster.startNode(id)
  racked.add(id)
}

describe('while the leader is killed and started again', () => {
  it.each(runtimes)('%s: a million lines arrive, none lost, none doubled, in order', async (runtime) => {
    const topic = await newTopic('failover', { bootstrap: cluster.bootstrap })
    const leader = await leaderOf(topic)
    const producer = spawnKt(withBootstrap(['console-producer', topic], cluster.bootstrap), { runtime })
    let stderr = ''
    producer.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const ended = new Promise<number | null>((resolve) => producer.once('close', resolve))

    // The middle of the input comes after the leader is dead, so that some of it is in flight then and some later.
    await write(producer.stdin, 1, RECORDS / 2)
    await cluster.kill(leader)
    await write(producer.stdin, RECORDS / 2 + 1, RECORDS - 1000)
    await startInRack(leader)
    await write(producer.stdin, RECORDS - 999, RECORDS)
    producer.stdin.end()
    expect({ code: await ended, stderr }).toEqual({ code: 0, stderr: '' })

    const args = ['console-consumer', topic, '--from-beginning', '--exit-at-end']
    const { stdout } = await kt(withBootstrap(args, cluster.bootstrap), { runtime })
    const lines = stdout.split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.findIndex((line, index) => line !== String(index + 1))).toBe(-1)
    expect(lines.length).toBe(RECORDS)
  })
})

describe('a replica in the rack of the client', () => {
  const input = Array.from({ length: 20_000 }, (_, index) => `${index} ${'x'.repeat(90)}\n`).join('')

  /** In batches of 16 KB, so that most of the topic is still to be asked for when a pipe is full. */
  async function filled(leader: number, near: number): Promise<string> {
    const topic = uniqueName('near')
    const create = ['topics', 'create', topic, '--replica-assignment', `${leader}:${near}`]
    expect(await kt(withBootstrap(create, cluster.bootstrap))).toMatchObject({ code: 0 })
    const { code, stderr } = await produce(topic, input, ['--batch-size', '16384'], cluster)
    expect(code, stderr).toBe(0)
    return topic
  }

  it.each(runtimes)('is read from, also while the leader says nothing, on %s', async (runtime) => {
    if (racked.size === 0) {
      await cluster.kill(2)
      await startInRack(2)
    }
    const near = [...racked][0]!
    const leader = near === 1 ? 2 : 1
    const reading = ['--max-messages', '20000', '--command-property', `client.rack=rack-${near}`]
    let leaderAfterwards = 0
    for (let attempt = 0; attempt < 10 && leaderAfterwards !== leader; attempt++) {
      const topic = await filled(leader, near)
      // A replica learns with its next fetch how far it may be read: what it has given once, it gives again.
      expect((await consume(topic, reading, cluster)).stdout).toBe(input)

      const words = ['console-consumer', topic, '--from-beginning', ...reading]
      const small = ['--command-property', 'fetch.max.bytes=50000']
      const child = spawnKt(withBootstrap([...words, ...small], cluster.bootstrap), { runtime })
      await new Promise((resolve) => child.stdout.once('readable', resolve))
      await cluster.pause(leader)
      try {
        expect(await text(child.stdout)).toBe(input)
        // After a longer silence somebody else leads: then it proves nothing.
        leaderAfterwards = leaderSeenByNode(near, topic)
      } finally {
        await cluster.resume(leader)
      }
    }
    expect(leaderAfterwards).toBe(leader)
  })
})

async function write(stdin: NodeJS.WritableStream, from: number, to: number): Promise<void> {
  for (let at = from; at <= to; at += 10_000) {
    let text = ''
    for (let number = at; number < at + 10_000 && number <= to; number++) text += `${number}\n`
    await new Promise((resolve) => stdin.write(text, resolve))
  }
}

async function leaderOf(topic: string): Promise<number> {
  const described = ['topics', 'describe', topic, '--output', 'json']
  // One broker knows a new topic, perhaps not the one that is asked.
  return eventually(async () => {
    const { stdout } = await kt(withBootstrap(described, cluster.bootstrap))
    const { topics } = JSON.parse(stdout) as { topics: { partitions: { leader: number }[] }[] }
    return topics[0]!.partitions[0]!.leader
  })
}

/** Asks that node and no other. */
function leaderSeenByNode(id: number, topic: string): number {
  return leaderSeenBy(`127.0.0.1:${cluster.ports[id - 1]}`, topic)
}
