import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kt, runtimes, spawnKt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { newTopic, withBootstrap } from '../support/console.ts'

const RECORDS = 1_000_000

describe('while the leader is killed and started again', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({
      nodes: 3,
      config: { 'default.replication.factor': '3', 'min.insync.replicas': '2' },
    })
  })
  afterAll(() => cluster?.stop())

  it.each(runtimes)(
    '%s: a million lines arrive, none lost, none doubled, in order',
    { timeout: 150_000 },
    async (runtime) => {
      const topic = await newTopic('failover', { bootstrap: cluster.bootstrap })
      const described = await kt(
        withBootstrap(['topics', 'describe', topic, '--output', 'json'], cluster.bootstrap),
      )
      const leader = leaderIn(described.stdout)
      const producer = spawnKt(withBootstrap(['console-producer', topic], cluster.bootstrap), { runtime })
      let stderr = ''
      producer.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      const ended = new Promise<number | null>((resolve) => producer.once('close', resolve))

      // The middle of the input comes after the leader is dead, so that some of it is in flight then and some later.
      await write(producer.stdin, 1, RECORDS / 2)
      await cluster.kill(leader)
      await write(producer.stdin, RECORDS / 2 + 1, RECORDS - 1000)
      await cluster.startNode(leader)
      await write(producer.stdin, RECORDS - 999, RECORDS)
      producer.stdin.end()
      expect({ code: await ended, stderr }).toEqual({ code: 0, stderr: '' })

      const args = ['console-consumer', topic, '--from-beginning', '--timeout-ms', '3000']
      const { stdout } = await kt(withBootstrap(args, cluster.bootstrap), { runtime })
      const lines = stdout.split('\n')
      expect(lines.pop()).toBe('')
      expect(lines.findIndex((line, index) => line !== String(index + 1))).toBe(-1)
      expect(lines.length).toBe(RECORDS)
    },
  )
})

async function write(stdin: NodeJS.WritableStream, from: number, to: number): Promise<void> {
  for (let at = from; at <= to; at += 10_000) {
    let text = ''
    for (let number = at; number < at + 10_000 && number <= to; number++) text += `${number}\n`
    await new Promise((resolve) => stdin.write(text, resolve))
  }
}

function leaderIn(json: string): number {
  const [topic] = (JSON.parse(json) as { topics: { partitions: { leader: number }[] }[] }).topics
  return topic!.partitions[0]!.leader
}
