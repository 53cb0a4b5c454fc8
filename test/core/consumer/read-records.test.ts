import { expect, it } from 'vitest'
import type { Fetched } from '../../../src/core/consumer/fetched.ts'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'
import { type Receiver, RecordReader } from '../../../src/core/consumer/read-records.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { textBatch } from '../records/support.ts'

/** Reads five records for a receiver that flushes after each, or of which `many` at once; `flushed` runs at each flush. */
async function read(
  flushed: (count: number) => void,
  options: { signal?: AbortSignal; isOver?: () => boolean; many?: number },
) {
  const { signal, isOver, many = 0 } = options
  const position = new PartitionPosition('t', 0, 0)
  const batches = readBatches(await textBatch('a', 'b', 'c', 'd', 'e'), 't-0')
  const fetched: Fetched = {
    position,
    fromOffset: 0,
    nextOffset: 5,
    batches,
    abortedTransactions: [],
    generation: 0,
  }
  const flushes: number[] = []
  let records = 0
  const receiver: Receiver = {
    record: () => ++records > 0,
    many: (cursor) => {
      let taken = 0
      while (taken < many && cursor.next()) taken++
      records += taken
      return taken
    },
    isFull: () => true,
    flush: () => {
      flushes.push(position.readOffset)
      return Promise.resolve(flushed(flushes.length))
    },
  }
  const reader = new RecordReader({ isReadCommitted: false, crc32c: undefined, ...(signal && { signal }) })
  const { value: wantsMore } = await reader.steps(fetched, receiver, isOver).next()
  return { records, flushes, wantsMore, readOffset: position.readOffset }
}

it('an interrupt while records are written or committed lets no further one begin', async () => {
  const interrupt = new AbortController()
  const flushed = (count: number) => count === 2 && interrupt.abort()
  const { signal } = interrupt
  expect(await read(flushed, { signal })).toEqual({
    records: 2,
    flushes: [1, 2],
    wantsMore: true,
    readOffset: 2,
  })
})

it('a partition that goes while records are written or committed is left there', async () => {
  let isGiven = false
  const flushed = (count: number) => void (isGiven = count === 3)
  const end = { records: 3, flushes: [1, 2, 3], wantsMore: true, readOffset: 3 }
  expect(await read(flushed, { isOver: () => isGiven })).toEqual(end)
})

it('a partition that goes is left also where several records are taken at once', async () => {
  let isGiven = false
  const flushed = () => void (isGiven = true)
  const end = { records: 2, flushes: [2], wantsMore: true, readOffset: 2 }
  expect(await read(flushed, { isOver: () => isGiven, many: 2 })).toEqual(end)
})
