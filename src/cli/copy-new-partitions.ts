/** `kt copy --follow`: partitions that are added to the source while it is copied. */
import type { Cluster } from '../core/cluster/cluster.ts'
import { watchPartitions } from '../core/consumer/partition-watch.ts'
import type { PartitionPosition } from '../core/consumer/position.ts'
import type { Copier } from '../core/copy/copier.ts'

export interface NewPartitionsOptions {
  from: Cluster
  to: Cluster
  fromTopic: string
  toTopic: string
  known: readonly PartitionPosition[]
  keepsPartition: boolean
  copier: Copier
  note(text: string): void
  add(position: PartitionPosition): void
}

/** Adds them; where they are to keep their number, once the target has them too. Returns what ends it. */
export function joinNewPartitions(options: NewPartitionsOptions): () => void {
  const { from, fromTopic, toTopic, known, keepsPartition, note } = options
  const waiting = new Set<string>()
  const add = async (position: PartitionPosition) => {
    const { name, partition } = position
    if (keepsPartition && !(await targetHas(options, partition))) {
      const wish = `kt topics alter ${toTopic} --partitions ${partition + 1}`
      if (!waiting.has(name)) note(`${name} is new and waits: ${toTopic} has no such partition (${wish})`)
      waiting.add(name)
      return false
    }
    note(`${name} is new and is copied from its first record`)
    options.add(position)
    return true
  }
  const topics = async () => {
    await from.metadata.refresh([fromTopic])
    return [fromTopic]
  }
  return watchPartitions({ cluster: from, topics, known, add })
}

async function targetHas(
  { to: { metadata }, toTopic, copier }: NewPartitionsOptions,
  partition: number,
): Promise<boolean> {
  await metadata.refresh([toTopic])
  copier.refresh()
  return partition < (metadata.topics.get(toTopic)?.partitions.length ?? 0)
}
