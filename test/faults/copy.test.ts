import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { newTopic, produce } from '../support/console.ts'
import { recordsOf } from '../support/other-client.ts'
import { copyWithKills } from '../support/killed-copy.ts'
import { randomFor } from './support/random.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster?.stop())

const RECORDS = 400_000

test('copy --exactly-once, ended by kill -9 ten times at random moments, is an exact copy', async ({
  task,
}) => {
  const { bootstrap } = cluster
  const random = randomFor(task.name)
  const [from, to] = [
    await newTopic('from', { partitions: 3, bootstrap }),
    await newTopic('to', { partitions: 3, bootstrap }),
  ]
  const lines = Array.from({ length: RECORDS }, (_, index) => `key-${index % 97}\t${index}`).join('\n')
  const keyed = ['--reader-property', 'parse.key=true', '--batch-size', '1000']
  expect((await produce(from, lines, keyed, { bootstrap })).code).toBe(0)
  const delayMs = () => random.between(0, 300)
  const { last, kills } = await copyWithKills({ bootstrap, from, to, kills: 10, delayMs })
  expect(last).toMatchObject({ code: 0, stderr: '' })
  expect(kills).toBe(10)
  const copied = recordsOf(bootstrap, to)
  expect(copied).toHaveLength(RECORDS)
  // As text: a comparison of so many objects takes long.
  expect(JSON.stringify(copied) === JSON.stringify(recordsOf(bootstrap, from))).toBe(true)
})
