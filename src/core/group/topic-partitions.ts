/** Lists of partitions: flat as kt handles them, by topic as Kafka's messages carry them. */
import type { TopicPartition } from '../consumer/offsets.ts'

export interface TopicPartitions {
  topic: string
  partitions: number[]
}

/** By topic, sorted; the partitions of a topic as they came. */
export function toTopics(partitions: Iterable<TopicPartition>): TopicPartitions[] {
  const topics = new Map<string, number[]>()
  for (const { topic, partition } of partitions) {
    const numbers = topics.get(topic)
    if (numbers) numbers.push(partition)
    else topics.set(topic, [partition])
  }
  return [...topics]
    .map(([topic, numbers]) => ({ topic, partitions: numbers }))
    .sort((a, b) => (a.topic < b.topic ? -1 : 1))
}

export function fromTopics(topics: readonly TopicPartitions[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}

/** What is in `left` and not in `right`. */
export function difference(
  left: readonly TopicPartition[],
  right: readonly TopicPartition[],
): TopicPartition[] {
  const names = new Set(right.map(nameOf))
  return left.filter((one) => !names.has(nameOf(one)))
}

export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

/** For sorting: by topic, then partition. */
export function byTopic(one: TopicPartition, other: TopicPartition): number {
  if (one.topic === other.topic) return one.partition - other.partition
  return one.topic < other.topic ? -1 : 1
}
