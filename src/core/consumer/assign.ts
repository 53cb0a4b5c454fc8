/** Reading without a group: which partitions, from where, up to where. */
import type { Cluster } from '../cluster/cluster.ts'
import { knownTopic, noPartition } from '../cluster/known-topic.ts'
import { type OffsetSpec, type PartitionChoice, resolveOffsets } from './offset-spec.ts'
import type { TopicPartition } from './offsets.ts'
import { PartitionPosition } from './position.ts'

export interface Assignment {
  topics: readonly string[]
  /** Undefined: all partitions of all topics. */
  partitions: readonly PartitionChoice[] | undefined
  start: OffsetSpec
  /** Undefined: reading does not end by offset. */
  until: OffsetSpec | undefined
}

/**
 * A position for each partition, with its end where there is one. Throws KtError for an unknown topic or
 * partition, and for an offset that the log does not have.
 */
export async function assign(cluster: Cluster, assignment: Assignment): Promise<PartitionPosition[]> {
  const wanted: (TopicPartition & { spec: OffsetSpec })[] = []
  for (const topic of assignment.topics) wanted.push(...(await partitionsOf(cluster, topic, assignment)))
  const { until } = assignment
  const [starts, ends] = await Promise.all([
    resolveOffsets(cluster, wanted),
    until && resolveOffsets(cluster, wanted.map((one) => ({ ...one, spec: until }))),
  ]) // prettier-ignore
  return starts.map(({ topic, partition, offset }, index) => {
    const position = new PartitionPosition(topic, partition, offset)
    if (ends !== undefined) position.endOffset = ends[index]!.offset
    return position
  })
}

async function partitionsOf(
  cluster: Cluster,
  topic: string,
  { partitions: choices, start }: Assignment,
): Promise<(TopicPartition & { spec: OffsetSpec })[]> {
  const { partitions } = await knownTopic(cluster, topic)
  if (choices === undefined) return partitions.map(({ partition }) => ({ topic, partition, spec: start }))
  return choices.map(({ partition, spec }) => {
    if (partition >= partitions.length) throw noPartition(topic, partition, partitions.length)
    return { topic, partition, spec: spec ?? start }
  })
}
