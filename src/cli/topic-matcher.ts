/** `--include` without a group: the topics that match, and those that come to match while reading. */
import { javaPattern } from '../core/admin/java-pattern.ts'
import type { Cluster } from '../core/cluster/cluster.ts'
import { PartitionPosition } from '../core/consumer/position.ts'

export class TopicMatcher {
  readonly #cluster: Cluster
  readonly #pattern: RegExp
  readonly #known = new Set<string>()

  /** `pattern` is Kafka's: a comma means or, and the whole name must match. */
  constructor(cluster: Cluster, pattern: string) {
    this.#cluster = cluster
    this.#pattern = javaPattern(
      pattern
        .trim()
        .replaceAll(',', '|')
        .replaceAll(/^["']+|["']+$/g, ''),
    )
  }

  /** Names of the topics that match now; internal ones only where `exclude.internal.topics=false`. */
  async topics(): Promise<string[]> {
    const { metadata, settings } = this.#cluster
    await metadata.refresh('all')
    const matching = [...metadata.topics.values()].filter(({ name, errorCode, isInternal }) => {
      const isHidden = isInternal && settings['exclude.internal.topics']
      return errorCode === 0 && !isHidden && this.#pattern.test(name)
    })
    for (const { name } of matching) this.#known.add(name)
    return matching.map(({ name }) => name).sort()
  }

  /** Looks again every `metadata.max.age.ms`; topics that are new are read from their first record. Returns what ends it. */
  watch(add: (position: PartitionPosition) => void): () => void {
    const look = async () => {
      const before = new Set(this.#known)
      for (const name of await this.topics()) {
        if (before.has(name)) continue
        for (const { partition } of this.#cluster.metadata.topics.get(name)!.partitions)
          add(new PartitionPosition(name, partition, 0))
      }
    }
    // A look that fails is followed by another; the reading itself says when the cluster is gone.
    const timer = setInterval(
      () => void look().catch(() => {}),
      this.#cluster.settings['metadata.max.age.ms'],
    )
    return () => clearInterval(timer)
  }
}
