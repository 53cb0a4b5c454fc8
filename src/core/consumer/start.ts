/** Where reading starts: a word or a number for each partition → an offset. */
import type { Cluster } from '../cluster/cluster.ts'
import { knownTopic } from '../cluster/known-topic.ts'
import { KtError } from '../errors.ts'
import { EARLIEST, LATEST, listOffsets, type TopicPartition } from './offsets.ts'
import { PartitionPosition } from './position.ts'

export type StartOffset = 'earliest' | 'latest' | number

/**
 * Positions for all partitions of `topics`, or for one partition of the only topic. Throws KtError for an
 * unknown topic or partition, and for an offset that the log does not have.
 */
export async function startPositions(
  cluster: Cluster,
  topics: readonly string[],
  partition: number | undefined,
  start: StartOffset,
): Promise<PartitionPosition[]> {
  const wanted: TopicPartition[] = []
  for (const topic of topics) {
    const { partitions } = await knownTopic(cluster, topic)
    if (partition !== undefined && partition >= partitions.length)
      throw new KtError(`topic "${topic}" has no partition ${partition}`, {
        hint: `its partitions are 0 to ${partitions.length - 1}`,
      })
    const chosen = partition === undefined ? partitions.map((one) => one.partition) : [partition]
    wanted.push(...chosen.map((one) => ({ topic, partition: one })))
  }
  if (typeof start !== 'number') return found(cluster, wanted, start === 'earliest' ? EARLIEST : LATEST)
  await checkRange(cluster, wanted, start)
  return wanted.map((one) => new PartitionPosition(one.topic, one.partition, start))
}

async function found(
  cluster: Cluster,
  wanted: TopicPartition[],
  timestamp: bigint,
): Promise<PartitionPosition[]> {
  const isReadCommitted = cluster.settings['isolation.level'] === 'read_committed'
  const questions = wanted.map((one) => ({ ...one, timestamp }))
  const offsets = await listOffsets(cluster, questions, isReadCommitted)
  return offsets.map(({ topic, partition, offset }) => new PartitionPosition(topic, partition, offset))
}

async function checkRange(cluster: Cluster, wanted: TopicPartition[], offset: number): Promise<void> {
  const [first, end] = await Promise.all(
    [EARLIEST, LATEST].map((timestamp) => listOffsets(cluster, wanted.map((one) => ({ ...one, timestamp })))),
  ) // prettier-ignore
  for (const [index, { topic, partition, offset: least }] of first!.entries()) {
    const most = end![index]!.offset
    if (offset < least || offset > most)
      throw new KtError(`${topic}-${partition} has no offset ${offset}`, {
        hint: `its records have the offsets ${least} to ${most - 1}, and ${most} is next`,
      })
  }
}
