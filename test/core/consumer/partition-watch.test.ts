import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Cluster } from '../../../src/core/cluster/cluster.ts'
import { watchPartitions } from '../../../src/core/consumer/partition-watch.ts'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'

const MAX_AGE_MS = 1000
const counts = new Map<string, number>()
const cluster = {
  settings: { 'metadata.max.age.ms': MAX_AGE_MS },
  metadata: {
    topics: { get: (topic: string) => ({ partitions: Array.from({ length: counts.get(topic) ?? 0 }) }) },
  },
} as unknown as Cluster

let added: string[] = []
let stop = () => {}

function watch(add: (position: PartitionPosition) => boolean, topics = () => [...counts.keys()]): void {
  const known = [new PartitionPosition('orders', 0, 7), new PartitionPosition('orders', 1, 7)]
  stop = watchPartitions({ cluster, topics: () => Promise.resolve(topics()), known, add })
}

function take({ name, offset }: PartitionPosition): boolean {
  added.push(`${name}@${offset}`)
  return true
}

beforeEach(() => {
  vi.useFakeTimers()
  counts.clear()
  counts.set('orders', 2)
  added = []
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

it('adds partitions and topics that are new, each once and from its first record', async () => {
  watch(take)
  await vi.advanceTimersByTimeAsync(MAX_AGE_MS)
  expect(added).toEqual([])
  counts.set('orders', 4).set('more', 1)
  await vi.advanceTimersByTimeAsync(3 * MAX_AGE_MS)
  expect(added).toEqual(['orders-2@0', 'orders-3@0', 'more-0@0'])
})

it('offers again what was not taken', async () => {
  const offered: string[] = []
  watch((position) => {
    offered.push(position.name)
    return offered.length > 1 && take(position)
  })
  counts.set('orders', 3)
  await vi.advanceTimersByTimeAsync(3 * MAX_AGE_MS)
  expect(offered).toEqual(['orders-2', 'orders-2'])
  expect(added).toEqual(['orders-2@0'])
})

it('looks again after a look that failed', async () => {
  let looks = 0
  watch(take, () => {
    if (looks++ === 0) throw new Error('no broker')
    return ['orders']
  })
  counts.set('orders', 3)
  await vi.advanceTimersByTimeAsync(2 * MAX_AGE_MS)
  expect(added).toEqual(['orders-2@0'])
})

it('looks no more once it is ended', async () => {
  watch(take)
  stop()
  counts.set('orders', 3)
  await vi.advanceTimersByTimeAsync(3 * MAX_AGE_MS)
  expect(added).toEqual([])
})
