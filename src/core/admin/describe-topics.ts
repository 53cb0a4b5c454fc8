/** Everything about topics that a person can ask: partitions, replicas, configs, reassignments under way. */
import type { Cluster } from '../cluster/cluster.ts'
import { MetadataApi } from '../cluster/metadata.ts'
import { UnsupportedVersionError } from '../cluster/versions.ts'
import { apiError } from '../protocol/errors.ts'
import { DescribeTopicPartitions } from '../protocol/generated/apis/DescribeTopicPartitions.ts'
import type { MetadataRequestTopic, MetadataResponsePartition } from '../protocol/generated/apis/Metadata.ts'
import { type ConfigEntry, describeTopicConfigs } from './configs.ts'
import { reassignmentsOf } from './reassignments.ts'

export interface PartitionDescription {
  partition: number
  /** null: none. */
  leader: number | null
  /** -1: the broker does not say. */
  leaderEpoch: number
  replicas: number[]
  isr: number[]
  offlineReplicas: number[]
  /** Eligible leader replicas (KIP-966); null where the broker did not say. */
  elr: number[] | null
  lastKnownElr: number[] | null
  /** Only while a reassignment is under way. */
  reassignment?: { addingReplicas: number[]; removingReplicas: number[] }
}

export interface TopicDescription {
  name: string
  topicId: string
  isInternal: boolean
  /** Of partition 0, without replicas that a reassignment is adding. */
  replicationFactor: number
  minInsyncReplicas: number
  configs: ConfigEntry[]
  /** False where the controller did not answer: `reassignment` may then be missing. */
  hasReassignments: boolean
  /** By number. */
  partitions: PartitionDescription[]
}

export interface DescribeSpec {
  /** Existing names. */
  names: readonly string[]
  /** Of DescribeTopicPartitions (KIP-966); the broker has a limit too. */
  maxPartitionsPerResponse?: number | undefined
}

type Bare = Pick<TopicDescription, 'name' | 'topicId' | 'isInternal' | 'partitions'>

const MAX_PARTITIONS_PER_RESPONSE = 2000

/** In the order of their names. Throws ApiError when a topic is gone or may not be described. */
export async function describe(cluster: Cluster, spec: DescribeSpec): Promise<TopicDescription[]> {
  if (spec.names.length === 0) return []
  const names = [...spec.names].sort()
  const limit = spec.maxPartitionsPerResponse ?? MAX_PARTITIONS_PER_RESPONSE
  return complete(cluster, await bareByName(cluster, names, limit))
}

/** Throws ApiError UNKNOWN_TOPIC_ID where there is none. Eligible leader replicas are not told (API Metadata). */
export async function describeById(cluster: Cluster, topicId: string): Promise<TopicDescription> {
  const bare = await bareFromMetadata(cluster, [{ topicId, name: null }])
  return (await complete(cluster, bare))[0]!
}

async function bareByName(cluster: Cluster, names: string[], limit: number): Promise<Bare[]> {
  try {
    return await bareFromPages(cluster, names, limit)
  } catch (error) {
    if (!(error instanceof UnsupportedVersionError)) throw error
    return bareFromMetadata(
      cluster,
      names.map((name) => ({ name })),
    )
  }
}

/** DescribeTopicPartitions answers in pages: a topic with many partitions goes on in the next one. */
async function bareFromPages(cluster: Cluster, names: string[], limit: number): Promise<Bare[]> {
  const topics = new Map<string, Bare>()
  let cursor: { topicName: string; partitionIndex: number } | null = null
  do {
    const from: string = cursor?.topicName ?? ''
    const page = await cluster.call(DescribeTopicPartitions, {
      topics: names.filter((name) => name >= from).map((name) => ({ name })),
      responsePartitionLimit: limit,
      cursor,
    })
    for (const topic of page.topics) {
      const { topicId, isInternal, errorCode } = topic
      const name = topic.name ?? ''
      if (errorCode !== 0) throw apiError(errorCode, `topic "${name}"`)
      const known = topics.get(name) ?? { name, topicId, isInternal, partitions: [] }
      topics.set(name, known)
      for (const partition of topic.partitions) {
        known.partitions.push({
          ...stateOf(partition),
          elr: partition.eligibleLeaderReplicas,
          lastKnownElr: partition.lastKnownElr,
        })
      }
    }
    cursor = further(cursor, page.nextCursor)
  } while (cursor !== null)
  return [...topics.values()]
}

type Cursor = { topicName: string; partitionIndex: number } | null

/** A broker that points backwards would keep us asking for ever. */
function further(last: Cursor, next: Cursor): Cursor {
  if (last === null || next === null) return next
  const isFurther =
    next.topicName > last.topicName ||
    (next.topicName === last.topicName && next.partitionIndex > last.partitionIndex)
  if (isFurther) return next
  throw apiError(UNKNOWN_SERVER_ERROR, 'describing topics', undefined, 'the broker sends the same page again')
}

const UNKNOWN_SERVER_ERROR = -1

async function bareFromMetadata(cluster: Cluster, topics: Partial<MetadataRequestTopic>[]): Promise<Bare[]> {
  const response = await cluster.call(MetadataApi, { topics, allowAutoTopicCreation: false })
  return response.topics.map((topic) => {
    const { name, topicId, isInternal, errorCode } = topic
    if (errorCode !== 0) throw apiError(errorCode, `topic "${name ?? topicId}"`)
    const partitions = topic.partitions.map((partition) => ({
      ...stateOf(partition),
      elr: null,
      lastKnownElr: null,
    }))
    return { name: name ?? '', topicId, isInternal, partitions }
  })
}

/** What both answers say of a partition. */
function stateOf(partition: MetadataResponsePartition) {
  const { partitionIndex, leaderId, leaderEpoch, replicaNodes, isrNodes, offlineReplicas } = partition
  return {
    partition: partitionIndex,
    leader: leaderId < 0 ? null : leaderId,
    leaderEpoch,
    replicas: replicaNodes,
    isr: isrNodes,
    offlineReplicas,
  }
}

async function complete(cluster: Cluster, topics: Bare[]): Promise<TopicDescription[]> {
  const names = topics.map(({ name }) => name)
  const [configs, reassignments] = await Promise.all([
    describeTopicConfigs(cluster, names),
    reassignmentsOf(
      cluster,
      topics.map(({ name, partitions }) => ({ name, count: partitions.length })),
    ),
  ])
  return topics.map((topic) => {
    const entries = configs.get(topic.name) ?? []
    const changes = reassignments?.get(topic.name)
    const partitions = topic.partitions
      .sort((one, other) => one.partition - other.partition)
      .map((partition) => {
        const change = changes?.get(partition.partition)
        return change === undefined ? partition : { ...partition, reassignment: change }
      })
    const first = partitions[0]
    return {
      ...topic,
      partitions,
      configs: entries,
      hasReassignments: reassignments !== undefined,
      replicationFactor: first === undefined ? 0 : replicationFactorOf(first),
      minInsyncReplicas: Number(entries.find(({ name }) => name === 'min.insync.replicas')?.value ?? 1),
    }
  })
}

/** Without the replicas that are being added, as long as the reassignment has not ended (org.apache.kafka.tools.TopicCommand). */
export function replicationFactorOf({ replicas, reassignment }: PartitionDescription): number {
  if (reassignment === undefined) return replicas.length
  const { addingReplicas, removingReplicas } = reassignment
  const isUnderWay = replicas.some((id) => addingReplicas.includes(id) || removingReplicas.includes(id))
  return isUnderWay ? replicas.length - addingReplicas.length : replicas.length
}
