/** Forget the oldest records of partitions: DeleteRecords (21), KIP-107. */
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { type ApiError, KtError } from '../errors.ts'
import { nameOf } from '../group/topic-partitions.ts'
import { apiError, errorOf, missingRight } from '../protocol/errors.ts'
import { DeleteRecords, type DeleteRecordsPartitionResult } from '../protocol/generated/apis/DeleteRecords.ts'

export interface RecordsToDelete extends TopicPartition {
  /** All records below it go; -1: all there are. */
  beforeOffset: number
}

export interface DeletedRecords extends TopicPartition {
  /** The first offset that is left; undefined where it was refused. */
  lowWatermark?: number
  error?: ApiError
}

/** One request for each leader; a partition that moves meanwhile is asked for again. One outcome for each of `specs`, in their order. */
export async function deleteRecords(
  cluster: Cluster,
  specs: readonly RecordsToDelete[],
): Promise<DeletedRecords[]> {
  await cluster.metadata.refresh([...new Set(specs.map(({ topic }) => topic))])
  const byLeader = new Map<number, RecordsToDelete[]>()
  const outcomes = new Map<string, DeletedRecords>()
  for (const spec of specs) {
    const leader = cluster.metadata.leaderOf(spec.topic, spec.partition)
    if (leader === undefined) outcomes.set(nameOf(spec), refused(spec, UNKNOWN_TOPIC_OR_PARTITION))
    else if (leader < 0) outcomes.set(nameOf(spec), refused(spec, LEADER_NOT_AVAILABLE))
    else byLeader.set(leader, [...(byLeader.get(leader) ?? []), spec])
  }
  const answers = await Promise.all([...byLeader.values()].map((group) => askLeader(cluster, group)))
  for (const one of answers.flat()) outcomes.set(nameOf(one), one)
  return specs.map((spec) => outcomes.get(nameOf(spec))!)
}

const UNKNOWN_TOPIC_OR_PARTITION = 3
const LEADER_NOT_AVAILABLE = 5

async function askLeader(cluster: Cluster, specs: readonly RecordsToDelete[]): Promise<DeletedRecords[]> {
  const { topic, partition } = specs[0]!
  const isAlone = specs.length === 1
  const timeoutMs = cluster.settings['request.timeout.ms']
  const response = await cluster.call(
    DeleteRecords,
    { topics: asTopics(specs), timeoutMs },
    { leader: { topic, partition } },
    isAlone ? {} : { errorsOf: () => [] },
  )
  const answers = new Map<string, DeleteRecordsPartitionResult>()
  for (const { name, partitions } of response.topics)
    for (const one of partitions) answers.set(nameOf({ topic: name, partition: one.partitionIndex }), one)
  const outcomes = specs.map(async (spec) => {
    const answer = answers.get(nameOf(spec))
    if (answer === undefined)
      throw new KtError(`DeleteRecords: the answer says nothing about ${nameOf(spec)}`)
    const { errorCode, lowWatermark } = answer
    if (!isAlone && errorOf(errorCode).isRetriable) return askLeader(cluster, [spec])
    if (errorCode !== 0) return [refused(spec, errorCode)]
    return [{ topic: spec.topic, partition: spec.partition, lowWatermark: Number(lowWatermark) }]
  })
  return (await Promise.all(outcomes)).flat()
}

function refused({ topic, partition }: TopicPartition, errorCode: number): DeletedRecords {
  return {
    topic,
    partition,
    error: apiError(errorCode, `${topic}-${partition}`, missingRight(errorCode, 'DELETE', 'topic')),
  }
}

function asTopics(specs: readonly RecordsToDelete[]) {
  const topics = new Map<string, RecordsToDelete[]>()
  for (const spec of specs) topics.set(spec.topic, [...(topics.get(spec.topic) ?? []), spec])
  return [...topics].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, beforeOffset }) => ({
      partitionIndex: partition,
      offset: BigInt(beforeOffset),
    })),
  }))
}
