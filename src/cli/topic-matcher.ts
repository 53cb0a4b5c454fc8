/** `--include` without a group: the topics that match. */
import { javaPattern } from '../core/admin/java-pattern.ts'
import type { Cluster } from '../core/cluster/cluster.ts'

export class TopicMatcher {
  readonly #cluster: Cluster
  readonly #pattern: RegExp

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
    return matching.map(({ name }) => name).sort()
  }
}
