/** What members of a classic group tell each other through the coordinator, which does not look into it (protocol type "consumer"). */
import type { TopicPartition } from '../consumer/offsets.ts'
import { decodeVersioned, encodeVersioned } from '../protocol/codec.ts'
import { ConsumerProtocolAssignment } from '../protocol/generated/data/ConsumerProtocolAssignment.ts'
import { ConsumerProtocolSubscription } from '../protocol/generated/data/ConsumerProtocolSubscription.ts'
import type { MemberSubscription } from './assignors/types.ts'
import { fromTopics, toTopics } from './topic-partitions.ts'

export const PROTOCOL_TYPE = 'consumer'

/** The newest layout: members that know only an older one read as much as they know. */
const VERSION = 3

export type Subscription = Omit<MemberSubscription, 'memberId' | 'instanceId'>

export function encodeSubscription(subscription: Subscription): Buffer {
  const { topics, userData, ownedPartitions, generation, rackId } = subscription
  return encodeVersioned(ConsumerProtocolSubscription, VERSION, {
    topics: [...topics].sort(),
    userData,
    ownedPartitions: toTopics([...ownedPartitions].sort((a, b) => a.partition - b.partition)),
    generationId: generation,
    rackId,
  })
}

/** Throws CorruptDataError. */
export function decodeSubscription(bytes: Buffer): Subscription {
  const { value } = decodeVersioned(ConsumerProtocolSubscription, bytes, { acceptsNewer: true })
  const { topics, userData, ownedPartitions, generationId, rackId } = value
  return { topics, userData, ownedPartitions: fromTopics(ownedPartitions), generation: generationId, rackId }
}

export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const value = { assignedPartitions: toTopics(partitions), userData: null }
  return encodeVersioned(ConsumerProtocolAssignment, VERSION, value)
}

/** Nothing at all means nothing assigned: so a leader may treat a member that it does not understand. Throws CorruptDataError. */
export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length === 0) return []
  const { value } = decodeVersioned(ConsumerProtocolAssignment, bytes, { acceptsNewer: true })
  return fromTopics(value.assignedPartitions)
}
