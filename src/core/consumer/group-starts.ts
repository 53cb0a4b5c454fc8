/** Where a member of a group begins to read: where the group has got to, or where auto.offset.reset says. */
import type { Cluster } from '../cluster/cluster.ts'
import { isPassing } from '../cluster/failure.ts'
import { sleep } from '../cluster/backoff.ts'
import { fetchCommitted, isFenced } from '../group/committed-offsets.ts'
import type { Membership } from '../group/membership.ts'
import { type OffsetReset, resetOffsets } from '../group/offset-reset.ts'
import type { GroupOptions } from '../group/options.ts'
import { nameOf } from '../group/topic-partitions.ts'
import type { TopicPartition } from './offsets.ts'

export interface Start extends TopicPartition {
  offset: number
  leaderEpoch: number
  isCommitted: boolean
}

export interface StartsSpec {
  cluster: Cluster
  group: GroupOptions
  reset: OffsetReset
  membership: Membership
  isClosed(): boolean
}

const LOOK_AGAIN_AFTER_MS = 100

/** undefined: the partitions are not ours any more. */
export async function startOffsets(
  partitions: TopicPartition[],
  { cluster, group, reset, membership, isClosed }: StartsSpec,
): Promise<Start[] | undefined> {
  if (partitions.length === 0) return []
  for (;;) {
    const { identity } = membership
    if (identity === undefined || isClosed()) return undefined
    try {
      const member = group.protocol === 'consumer' ? identity : undefined
      const committed = await fetchCommitted(cluster, group.groupId, partitions, member)
      const names = new Set(committed.map(nameOf))
      const fresh = partitions.filter((one) => !names.has(nameOf(one)))
      const started = await resetOffsets(cluster, fresh, reset)
      return [
        ...committed.map((one) => ({ ...one, isCommitted: true })),
        ...started.map((one) => ({ ...one, leaderEpoch: -1, isCommitted: false })),
      ]
    } catch (error) {
      if (!isFenced(error) && !isPassing(error)) throw error
      await sleep(LOOK_AGAIN_AFTER_MS)
    }
  }
}
