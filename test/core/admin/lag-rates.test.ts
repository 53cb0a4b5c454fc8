import { expect, it } from 'vitest'
import type { LagRow } from '../../../src/core/admin/group-lag.ts'
import { ratesOf } from '../../../src/core/admin/lag-rates.ts'

function row(partition: number, currentOffset: number, logEndOffset: number): LagRow {
  const lag = logEndOffset - currentOffset
  return {
    groupId: 'g',
    topic: 't',
    partition,
    currentOffset,
    logEndOffset,
    lag,
    leaderEpoch: 0,
    member: undefined,
  }
}

it('the first look knows lag and no rates', () => {
  expect(ratesOf({ atMs: 0, rows: [row(0, 5, 10), row(1, 0, 1)] }, undefined)).toEqual([
    {
      groupId: 'g',
      topic: 't',
      partitions: 2,
      lag: 6,
      inPerSec: undefined,
      outPerSec: undefined,
      catchUpSec: undefined,
    },
  ])
})

it('lag is gone when what is read more than comes has made up for it', () => {
  const before = { atMs: 1000, rows: [row(0, 0, 100), row(1, 0, 0)] }
  const now = { atMs: 3000, rows: [row(0, 80, 120), row(1, 0, 20)] }
  expect(ratesOf(now, before)).toMatchObject([{ lag: 60, inPerSec: 20, outPerSec: 40, catchUpSec: 3 }])
})

it('a group that is not faster than its topic never catches up, one without lag has', () => {
  const before = { atMs: 0, rows: [row(0, 0, 10)] }
  expect(ratesOf({ atMs: 1000, rows: [row(0, 5, 15)] }, before)).toMatchObject([{ catchUpSec: Infinity }])
  expect(ratesOf({ atMs: 1000, rows: [row(0, 10, 10)] }, before)).toMatchObject([{ catchUpSec: 0 }])
})
