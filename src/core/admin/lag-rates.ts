/** How fast groups read and topics grow, from two looks at them. */
import type { LagRow } from './group-lag.ts'

export interface TopicLag {
  groupId: string
  topic: string
  partitions: number
  lag: number
  /** Records that came in a second; undefined at the first look. */
  inPerSec: number | undefined
  /** Records that the group went on by in a second. */
  outPerSec: number | undefined
  /** Until the lag is gone at these rates, seconds; Infinity: never; undefined at the first look. */
  catchUpSec: number | undefined
}

export interface Look {
  /** performance.now() */
  atMs: number
  rows: readonly LagRow[]
}

/** A row for each group and topic, in the order of the rows. */
export function ratesOf(now: Look, before: Look | undefined): TopicLag[] {
  const earlier = new Map(before?.rows.map((row) => [keyOf(row), row]))
  const elapsedSec = before === undefined ? 0 : (now.atMs - before.atMs) / 1000
  const sums = new Map<string, TopicLag & { came: number; read: number }>()
  for (const row of now.rows) {
    const { groupId, topic, lag = 0, currentOffset, logEndOffset } = row
    const key = JSON.stringify([groupId, topic])
    const sum = sums.get(key) ?? emptySum(groupId, topic)
    const was = earlier.get(keyOf(row))
    sum.partitions++
    sum.lag += Math.max(0, lag)
    sum.came += (logEndOffset ?? 0) - (was?.logEndOffset ?? logEndOffset ?? 0)
    sum.read += (currentOffset ?? 0) - (was?.currentOffset ?? currentOffset ?? 0)
    sums.set(key, sum)
  }
  return [...sums.values()].map(({ came, read, ...sum }) => {
    if (elapsedSec <= 0) return sum
    const inPerSec = came / elapsedSec
    const outPerSec = read / elapsedSec
    return { ...sum, inPerSec, outPerSec, catchUpSec: catchUp(sum.lag, outPerSec - inPerSec) }
  })
}

function emptySum(groupId: string, topic: string): TopicLag & { came: number; read: number } {
  const unknown = { inPerSec: undefined, outPerSec: undefined, catchUpSec: undefined }
  return { groupId, topic, partitions: 0, lag: 0, ...unknown, came: 0, read: 0 }
}

function catchUp(lag: number, gainPerSec: number): number {
  if (lag === 0) return 0
  return gainPerSec > 0 ? lag / gainPerSec : Infinity
}

function keyOf({ groupId, topic, partition }: LagRow): string {
  return JSON.stringify([groupId, topic, partition])
}
