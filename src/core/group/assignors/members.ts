import type { TopicPartition } from '../../consumer/offsets.ts'
import type { Assignment, MemberSubscription } from './types.ts'

/**
 * Kafka's order of members: those with an instance id first, by it, then the others by member id
 * (org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor.MemberInfo), so that restarts of
 * static members move nothing.
 */
export function inOrder(members: readonly MemberSubscription[]): MemberSubscription[] {
  return [...members].sort((a, b) => {
    if (a.instanceId !== null && b.instanceId !== null) return compareText(a.instanceId, b.instanceId)
    if (a.instanceId !== null) return -1
    if (b.instanceId !== null) return 1
    return compareText(a.memberId, b.memberId)
  })
}

/** Java's String.compareTo: by UTF-16 units. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function emptyAssignment(members: readonly MemberSubscription[]): Assignment {
  return new Map(members.map(({ memberId }) => [memberId, []]))
}

/** All topics that somebody subscribes to, sorted. */
export function topicsOf(members: readonly MemberSubscription[]): string[] {
  return [...new Set(members.flatMap(({ topics }) => topics))].sort(compareText)
}

export function partitionsOf(topic: string, count: number): TopicPartition[] {
  return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
}
