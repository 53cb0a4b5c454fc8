/** What a leader of a classic group knows when it shares out partitions. */
import type { TopicPartition } from '../../consumer/offsets.ts'

export interface MemberSubscription {
  memberId: string
  instanceId: string | null
  topics: string[]
  /** What the assignor of this member put there. */
  userData: Buffer | null
  ownedPartitions: TopicPartition[]
  /** -1: the member did not say. */
  generation: number
  rackId: string | null
}

/** Topics that do not exist are missing. */
export type PartitionCounts = ReadonlyMap<string, number>

/** Topic → by partition, the racks of its replicas. */
export type PartitionRacks = ReadonlyMap<string, readonly ReadonlySet<string>[]>

/** Member id → partitions; every member is in it. */
export type Assignment = Map<string, TopicPartition[]>

/** What a member remembers of its last assignment, for the assignors that stick to it. */
export interface Remembered {
  partitions: TopicPartition[] | undefined
  generation: number
}

export interface Assignor {
  /** As the members of a group must agree on it. */
  name: string
  /** Whether a member may keep what it has while the group rebalances (KIP-429). */
  isCooperative: boolean
  /** What a member tells the assignor of the leader about itself. */
  userData(remembered: Remembered): Buffer | null
  /** `roundrobin` does not look at racks. */
  assign(counts: PartitionCounts, members: readonly MemberSubscription[], racks?: PartitionRacks): Assignment
}
