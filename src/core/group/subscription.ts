/** Which topics a consumer wants: by name, or all whose name matches a pattern, as they come and go. */
import type { Cluster } from '../cluster/cluster.ts'

export type Wanted = { names: readonly string[] } | { pattern: RegExp; excludesInternal: boolean }

export class Subscription {
  /** Sorted. */
  topics: string[] = []
  readonly #cluster: Cluster
  readonly #wanted: Wanted

  constructor(cluster: Cluster, wanted: Wanted) {
    this.#cluster = cluster
    this.#wanted = wanted
    if ('names' in wanted) this.topics = [...new Set(wanted.names)].sort()
  }

  /** Asks the cluster again; true when the topics are not the same as before. */
  async refresh(): Promise<boolean> {
    const { metadata } = this.#cluster
    if ('names' in this.#wanted) {
      await metadata.refresh(this.topics)
      return false
    }
    const { pattern, excludesInternal } = this.#wanted
    await metadata.refresh('all')
    const before = this.topics.join()
    this.topics = [...metadata.topics.values()]
      .filter(({ errorCode, isInternal }) => errorCode === 0 && !(isInternal && excludesInternal))
      .map(({ name }) => name)
      .filter((name) => pattern.test(name))
      .sort()
    return this.topics.join() !== before
  }

  /** Partition counts of those of `topics` that exist, as last heard. */
  counts(topics: readonly string[]): Map<string, number> {
    const { metadata } = this.#cluster
    const counts = new Map<string, number>()
    for (const topic of topics) {
      const known = metadata.topics.get(topic)
      if (known !== undefined && known.partitions.length > 0) counts.set(topic, known.partitions.length)
    }
    return counts
  }
}
