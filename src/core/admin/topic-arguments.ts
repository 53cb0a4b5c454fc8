/** `orders` or `orders:0,1`: which partitions are meant (org.apache.kafka.tools.OffsetsUtils). */
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { KtError, UsageError } from '../errors.ts'
import { nameOf } from '../group/topic-partitions.ts'
import { apiError, missingRight } from '../protocol/errors.ts'

export interface TopicArgument {
  topic: string
  /** Undefined: all it has. */
  partitions: number[] | undefined
}

/** Throws UsageError, in Kafka's words. */
export function parseTopicArgument(raw: string): TopicArgument {
  const [topic = '', list, more] = raw.split(':')
  if (topic === '' || more !== undefined || list === '')
    throw new UsageError(`Invalid topic arg '${raw}', expected topic name and partitions`)
  const partitions = list?.split(',').map((one) => {
    if (/^\d+$/.test(one) && Number(one) <= 0x7fffffff) return Number(one)
    throw new UsageError(`Invalid partition '${one}' specified in topic arg '${raw}'`)
  })
  return { topic, partitions }
}

export interface Expanded {
  partitions: TopicPartition[]
  /** What the cluster does not have: topics, or `topic-partition`. */
  unknownTopics: string[]
  unknownPartitions: string[]
}

/** Asks the cluster what the topics have. Nothing is thrown for what is not there, but ApiError for what may not be seen. */
export async function expandTopics(cluster: Cluster, wanted: readonly TopicArgument[]): Promise<Expanded> {
  await cluster.metadata.refresh([...new Set(wanted.map(({ topic }) => topic))])
  const found = new Map<string, TopicPartition>()
  const unknownTopics: string[] = []
  const unknownPartitions: string[] = []
  for (const { topic, partitions } of wanted) {
    const known = cluster.metadata.topics.get(topic)
    const hint = missingRight(known?.errorCode ?? 0, 'DESCRIBE', 'topic')
    if (hint !== undefined) throw apiError(known!.errorCode, `topic "${topic}"`, hint)
    if (known === undefined || known.errorCode !== 0) {
      unknownTopics.push(topic)
      continue
    }
    for (const partition of partitions ?? known.partitions.map((one) => one.partition)) {
      const one = { topic, partition }
      if (known.partitions[partition] === undefined) unknownPartitions.push(nameOf(one))
      else found.set(nameOf(one), one)
    }
  }
  return { partitions: [...found.values()], unknownTopics, unknownPartitions }
}

/** Throws KtError for partitions that are not there, or have no leader to ask. */
export function refuseUnusable(cluster: Cluster, partitions: readonly TopicPartition[]): void {
  const leaderOf = ({ topic, partition }: TopicPartition) => cluster.metadata.leaderOf(topic, partition)
  const missing = partitions.filter((one) => leaderOf(one) === undefined)
  if (missing.length > 0) throw new KtError(`The partitions "${missing.map(nameOf).join(',')}" do not exist`)
  const leaderless = partitions.filter((one) => (leaderOf(one) ?? -1) < 0)
  if (leaderless.length > 0)
    throw new KtError(`The partitions "${leaderless.map(nameOf).join(',')}" have no leader`)
}
