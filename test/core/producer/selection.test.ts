import { describe, expect, it } from 'vitest'
import type { Metadata } from '../../../src/core/cluster/metadata.ts'
import { ProducerBatch, type ProducerQueue } from '../../../src/core/producer/batch.ts'
import { BufferPool } from '../../../src/core/producer/buffer-pool.ts'
import { producerOptions } from '../../../src/core/producer/options.ts'
import { PartitionQueue } from '../../../src/core/producer/partition-queue.ts'
import { Selection } from '../../../src/core/producer/selection.ts'
import { resolveSettings } from '../../../src/core/settings.ts'

const OPENED_MS = 1_000_000

function selection(properties: Record<string, string> = {}): Selection {
  const { settings } = resolveSettings({ commandLine: { 'bootstrap.servers': 'unused:9092', ...properties } })
  return new Selection({
    metadata: {} as Metadata,
    options: producerOptions(settings),
    numbering: undefined,
    transaction: undefined,
    refreshMetadata: () => {},
    wake: () => {},
  })
}

/** A partition with an open batch that holds one record. */
function filling(partition = 0, bytes = 10): ProducerQueue {
  const queue: ProducerQueue = new PartitionQueue('t', partition)
  const pool = new BufferPool(bytes + 200, bytes + 200)
  queue.open = new ProducerBatch(queue, pool.take(0), partition, OPENED_MS, pool)
  add(queue, bytes)
  return queue
}

function add({ open }: ProducerQueue, bytes = 10): void {
  open!.append(OPENED_MS, null, -1, -1, Buffer.alloc(bytes), 0, bytes, null)
}

const hasLeft = ({ open }: ProducerQueue) => open === undefined

describe('an open batch, where no linger.ms is set', () => {
  it('stays while its broker is busy, however old it is', () => {
    const queue = filling()
    selection().closeDue([queue], false, false, OPENED_MS + 60_000)
    expect(hasLeft(queue)).toBe(false)
  })

  it('leaves an idle broker waiting for 5 ms at most', () => {
    const queue = filling()
    selection().closeDue([queue], true, false, OPENED_MS + 4)
    expect(hasLeft(queue)).toBe(false)
    selection().closeDue([queue], true, false, OPENED_MS + 5)
    expect(hasLeft(queue)).toBe(true)
  })

  it('leaves earlier when nothing came between two looks', () => {
    const queue = filling()
    queue.open!.watch()
    selection().closeDue([queue], true, false, OPENED_MS + 1)
    expect(hasLeft(queue)).toBe(false)
    queue.open!.watch()
    selection().closeDue([queue], true, false, OPENED_MS + 2)
    expect(hasLeft(queue)).toBe(true)
  })

  it('stays when a record has come after the pause', () => {
    const queue = filling(0, 100)
    queue.open!.watch()
    queue.open!.watch()
    add(queue)
    selection().closeDue([queue], true, false, OPENED_MS + 2)
    expect(hasLeft(queue)).toBe(false)
  })

  it('takes the open batches of the other partitions of its broker along', () => {
    const [old, young] = [filling(0), filling(1)]
    old.open!.watch()
    old.open!.watch()
    selection().closeDue([old, young], true, false, OPENED_MS + 2)
    expect([hasLeft(old), hasLeft(young)]).toEqual([true, true])
  })

  it('leaves at once while flushing', () => {
    const queue = filling()
    selection().closeDue([queue], false, true, OPENED_MS)
    expect(hasLeft(queue)).toBe(true)
  })
})

describe('an open batch, where linger.ms is set', () => {
  it('leaves when it is that old, also for a busy broker and not earlier for a pause', () => {
    const queue = filling()
    queue.open!.watch()
    queue.open!.watch()
    const lingering = selection({ 'linger.ms': '100' })
    lingering.closeDue([queue], true, false, OPENED_MS + 99)
    expect(hasLeft(queue)).toBe(false)
    lingering.closeDue([queue], false, false, OPENED_MS + 100)
    expect(hasLeft(queue)).toBe(true)
  })
})

describe('a request', () => {
  it('holds batches of several partitions up to max.request.size bytes of what they really hold', () => {
    const queues = [filling(0, 400), filling(1, 400), filling(2, 400)]
    const limited = selection({ 'max.request.size': '1200' })
    limited.closeDue(queues, true, true, OPENED_MS)
    const sizes = [limited.collect(queues, 1, OPENED_MS), limited.collect(queues, 1, OPENED_MS)].map(
      (batches) => batches.length,
    )
    expect(sizes).toEqual([2, 1])
  })
})
