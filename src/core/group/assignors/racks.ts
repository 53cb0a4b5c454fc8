/** Racks, as far as assignors look at them (KIP-881). */
import type { MemberSubscription } from './types.ts'

export type RackOf = (partition: number) => ReadonlySet<string>

const NOWHERE: ReadonlySet<string> = new Set()

export function rackOf(racks: readonly ReadonlySet<string>[]): RackOf {
  return (partition) => racks[partition] ?? NOWHERE
}

/**
 * Whether some members stand in a rack of some replica, and not all partitions are in all the same racks
 * (org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor.useRackAwareAssignment).
 */
export function worthMatching(
  members: readonly MemberSubscription[],
  racks: readonly ReadonlySet<string>[],
): boolean {
  const everywhere = new Set(racks.flatMap((one) => [...one]))
  const isMet = members.some(({ rackId }) => Boolean(rackId) && everywhere.has(rackId!))
  return isMet && racks.some((one) => one.size < everywhere.size)
}
