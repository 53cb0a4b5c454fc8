/** Offsets of partitions by meaning: the first, the end, the first at or after a time (ListOffsets, API 2). */
import type { Cluster } from '../cluster/cluster.ts'
import { KtError } from '../errors.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { ListOffsets, type ListOffsetsResponse } from '../protocol/generated/apis/ListOffsets.ts'

export interface TopicPartition {
  topic: string
  partition: number
}

/** Kafka's special timestamps (org.apache.kafka.common.requests.ListOffsetsRequest). */
export const LATEST = -1n
export const EARLIEST = -2n
export const MAX_TIMESTAMP = -3n
export const EARLIEST_LOCAL = -4n
export const LATEST_TIERED = -5n
export const EARLIEST_PENDING_UPLOAD = -6n

/** The first version of ListOffsets that knows a special timestamp; the others are as old as the API. */
const FIRST_VERSION: ReadonlyMap<bigint, number> = new Map([
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
  [EARLIEST_PENDING_UPLOAD, 11],
])

export interface FoundOffset extends TopicPartition {
  /** -1 where no record is that young. */
  offset: number
  timestamp: number
  leaderEpoch: number
}

export interface Wanted extends TopicPartition {
  /** Epoch milliseconds, or one of the special ones. */
  timestamp: bigint
}

/**
 * What each partition answers, one request per leader. With `isReadCommitted`, LATEST is the last stable offset.
 * Partitions that have moved are asked again at their new leader.
 */
export async function listOffsets(
  cluster: Cluster,
  wanted: readonly Wanted[],
  isReadCommitted = false,
): Promise<FoundOffset[]> {
  const byLeader = new Map<number, Wanted[]>()
  for (const one of wanted) {
    const leader = cluster.metadata.leaderOf(one.topic, one.partition) ?? -1
    // Those without a leader are asked for one by one, each when it has one again.
    const key = leader < 0 ? -1 - byLeader.size : leader
    const group = byLeader.get(key)
    if (group) group.push(one)
    else byLeader.set(key, [one])
  }
  const answers = await Promise.all(
    [...byLeader.values()].map((group) => askLeader(cluster, group, isReadCommitted)),
  )
  return answers.flat()
}

async function askLeader(
  cluster: Cluster,
  wanted: Wanted[],
  isReadCommitted: boolean,
): Promise<FoundOffset[]> {
  const { topic, partition } = wanted[0]!
  const request = (version: number) => {
    const tooNew = wanted.find(({ timestamp }) => version < (FIRST_VERSION.get(timestamp) ?? 0))
    if (tooNew !== undefined)
      throw new KtError(`the broker is too old to know the special time ${tooNew.timestamp}`)
    return { replicaId: -1, isolationLevel: isReadCommitted ? 1 : 0, topics: asTopics(wanted) }
  }
  const isAlone = wanted.length === 1
  const response = await cluster.call(ListOffsets, request, { leader: { topic, partition } }, {
    // A request for several partitions is not repeated whole because one of them has moved.
    errorsOf: isAlone ? errorCodes : () => [],
  }) // prettier-ignore
  const answers = new Map<string, PartitionAnswer>(
    response.topics.flatMap(({ name, partitions }) =>
      partitions.map((one) => [`${name}-${one.partitionIndex}`, one] as const),
    ),
  )
  const found: FoundOffset[] = []
  const moved: Wanted[] = []
  for (const question of wanted) {
    const name = `${question.topic}-${question.partition}`
    const answer = answers.get(name)
    if (answer === undefined) throw new KtError(`ListOffsets: the answer says nothing about ${name}`)
    const { errorCode } = answer
    if (errorCode === 0) found.push(asFound(question, answer))
    else if (errorOf(errorCode).isRetriable && !isAlone) moved.push(question)
    else throw apiError(errorCode, `offsets of ${name}`)
  }
  const again = await Promise.all(moved.map((one) => askLeader(cluster, [one], isReadCommitted)))
  return [...found, ...again.flat()]
}

type PartitionAnswer = ListOffsetsResponse['topics'][number]['partitions'][number]

function asFound(
  { topic, partition }: Wanted,
  { offset, timestamp, leaderEpoch }: PartitionAnswer,
): FoundOffset {
  return { topic, partition, offset: Number(offset), timestamp: Number(timestamp), leaderEpoch }
}

function errorCodes(response: ListOffsetsResponse): number[] {
  return response.topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
}

function asTopics(wanted: Wanted[]) {
  const byTopic = new Map<string, Wanted[]>()
  for (const one of wanted) {
    const partitions = byTopic.get(one.topic)
    if (partitions) partitions.push(one)
    else byTopic.set(one.topic, [one])
  }
  return [...byTopic].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, timestamp }) => ({ partitionIndex: partition, timestamp })),
  }))
}
