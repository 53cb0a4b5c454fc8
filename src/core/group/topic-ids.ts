/** Assignments by topic id, as the protocol of KIP-848 carries them, and by name, as everybody else has them. */
import type { Cluster } from '../cluster/cluster.ts'
import { isPassing } from '../cluster/failure.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { toTopics } from './topic-partitions.ts'

export type WireAssignment = { topicId: string; partitions: number[] }[]

export class TopicIds {
  readonly #cluster: Cluster
  /** By name. */
  readonly #ids = new Map<string, string>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** undefined while the cluster does not name all of them; `subscribed` are names that may be meant. */
  async resolve(
    assignment: WireAssignment,
    subscribed: readonly string[],
  ): Promise<TopicPartition[] | undefined> {
    const { metadata } = this.#cluster
    const unknown = assignment.filter(({ topicId }) => metadata.topicById(topicId) === undefined)
    try {
      if (unknown.length > 0) await metadata.refresh(unknown.map(({ topicId }) => ({ topicId })))
      // An id alone names a topic only to those who know it already.
      if (unknown.some(({ topicId }) => metadata.topicById(topicId) === undefined))
        await metadata.refresh([...subscribed])
    } catch (error) {
      if (!isPassing(error)) throw error
    }
    const partitions: TopicPartition[] = []
    for (const { topicId, partitions: numbers } of assignment) {
      const topic = metadata.topicById(topicId)?.name
      if (topic === undefined) return undefined
      this.#ids.set(topic, topicId)
      partitions.push(...numbers.map((partition) => ({ topic, partition })))
    }
    return partitions
  }

  /** Of what was once resolved. */
  onWire(partitions: Iterable<TopicPartition>): WireAssignment {
    return toTopics(partitions).flatMap(({ topic, partitions: numbers }) => {
      const topicId = this.#ids.get(topic)
      return topicId === undefined ? [] : [{ topicId, partitions: numbers }]
    })
  }
}
