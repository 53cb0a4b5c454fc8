/** Partitions and topics that come to be while somebody reads: they are found by newer metadata, as Kafka's own consumer finds them. */
import type { Cluster } from '../cluster/cluster.ts'
import { PartitionPosition } from './position.ts'

export interface PartitionWatchOptions {
  cluster: Cluster
  /** The topics to look at; the metadata must be fresh when it resolves. */
  topics: () => Promise<readonly string[]>
  /** All partitions that the topics have had so far. */
  known: readonly PartitionPosition[]
  /** Takes a new partition, from its first record on, so that nothing of it is missed; false: offer it again at the next look. */
  add: (position: PartitionPosition) => boolean | Promise<boolean>
}

/** Looks again every `metadata.max.age.ms`. Returns what ends it. */
export function watchPartitions({ cluster, topics, known, add }: PartitionWatchOptions): () => void {
  const counts = new Map<string, number>()
  for (const { topic, partition } of known) counts.set(topic, Math.max(counts.get(topic) ?? 0, partition + 1))
  let isLooking = false

  const look = async () => {
    for (const topic of await topics()) {
      const count = cluster.metadata.topics.get(topic)?.partitions.length ?? 0
      for (let partition = counts.get(topic) ?? 0; partition < count; partition++) {
        if (!(await add(new PartitionPosition(topic, partition, 0)))) break
        counts.set(topic, partition + 1)
      }
    }
  }
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    // A look that fails is followed by another; the reading itself says when the cluster is gone.
    void look()
      .catch(() => {})
      .finally(() => (isLooking = false))
  }, cluster.settings['metadata.max.age.ms'])
  return () => clearInterval(timer)
}
