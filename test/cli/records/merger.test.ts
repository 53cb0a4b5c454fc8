import { describe, expect, it } from 'vitest'
import { Merger } from '../../../src/cli/records/merger.ts'
import type { Fetcher } from '../../../src/core/consumer/fetcher.ts'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'
import type { RecordCursor } from '../../../src/core/records/record-cursor.ts'
import { cursorOn } from './support.ts'

describe('Merger', () => {
  it('gives out the youngest records once, in the order of their timestamps, however often it is ended', async () => {
    const { merger, positions, seen } = merging(2)
    await feed(merger, positions[0]!, [10, 40, 60])
    await feed(merger, positions[1]!, [20, 30, 35])
    expect(seen).toEqual([])
    await merger.end()
    await merger.end()
    expect(seen).toEqual(['p0@40', 'p0@60'])
  })

  it('keeps the order of offsets within a partition, whatever the timestamps say', async () => {
    const { merger, positions, seen } = merging(undefined)
    await feed(merger, positions[0]!, [50, 10])
    await feed(merger, positions[1]!, [20])
    await merger.end()
    expect(seen).toEqual(['p1@20', 'p0@50', 'p0@10'])
  })

  it('holds a record back while another partition may still bring an earlier one', async () => {
    const { merger, positions, seen } = merging(undefined)
    const [one, other] = positions as [PartitionPosition, PartitionPosition]
    await feed(merger, one, [10])
    await merger.giveOut()
    expect(seen).toEqual([])
    other.highWatermark = 0
    await merger.giveOut()
    expect(seen).toEqual(['p0@10'])
  })
})

function merging(last: number | undefined) {
  const positions = [0, 1].map((partition) => new PartitionPosition('t', partition, 0))
  const seen: string[] = []
  const receiver = {
    record: ({ timestamp }: RecordCursor, { partition }: PartitionPosition) =>
      seen.push(`p${partition}@${timestamp}`) > 0,
    isFull: () => false,
    flush: () => Promise.resolve(),
  }
  const fetcher = { resume: () => {} } as unknown as Fetcher
  return {
    merger: new Merger({ fetcher, positions, isReadCommitted: false, receiver, last }),
    positions,
    seen,
  }
}

async function feed(merger: Merger, position: PartitionPosition, timestamps: number[]): Promise<void> {
  for (const [offset, timestamp] of timestamps.entries()) {
    const told = { headers: [], key: null, value: '', partition: position.partition, offset, timestamp }
    merger.record(await cursorOn({ ...told, timestampType: 'CreateTime', epoch: 0 }), position)
  }
}
