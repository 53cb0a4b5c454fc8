/** The sharing out behind both sticky assignors: keep what is valid, give what is free to the least loaded, then move as little as needed. */
import type { TopicPartition } from '../../consumer/offsets.ts'
import { nameOf } from '../topic-partitions.ts'
import { compareText, inOrder, partitionsOf, topicsOf } from './members.ts'
import { bringNear, type Holder, nearness } from './sticky-racks.ts'
import type { Assignment, MemberSubscription, PartitionCounts, PartitionRacks } from './types.ts'

export interface PreviousOwner {
  memberId: string
  partitions: TopicPartition[]
  generation: number
}

/** Balanced: nobody could take a partition from a member that has two or more than itself. */
export function balance(
  counts: PartitionCounts,
  subscriptions: readonly MemberSubscription[],
  previous: readonly PreviousOwner[],
  racks?: PartitionRacks,
): Assignment {
  const members: Holder[] = inOrder(subscriptions).map(({ memberId, topics }) => ({
    memberId,
    topics: new Set(topics),
    owned: [],
  }))
  const kept = keepValid(counts, members, previous)
  const topics = topicsOf(subscriptions)
  const takers = takersByTopic(topics, members)
  const isNear = nearness(subscriptions, topics, racks)
  for (const partition of freePartitions(counts, takers, kept))
    leastLoaded(takers.get(partition.topic)!, isNear && ((one) => isNear(one, partition))).owned.push(
      partition,
    )
  evenOut(members, takers)
  if (isNear !== undefined) bringNear(members, isNear)
  return new Map(members.map(({ memberId, owned }) => [memberId, owned]))
}

/** Gives each member what it had, where nobody claims it with a newer generation; two claims of the same age cancel each other (KIP-341). */
function keepValid(
  counts: PartitionCounts,
  members: Holder[],
  previous: readonly PreviousOwner[],
): Set<string> {
  const claims = new Map<string, { memberId: string; generation: number; isContested: boolean }>()
  for (const { memberId, partitions, generation } of previous)
    for (const partition of partitions) {
      const name = nameOf(partition)
      const other = claims.get(name)
      if (other === undefined || other.generation < generation)
        claims.set(name, { memberId, generation, isContested: false })
      else if (other.generation === generation && other.memberId !== memberId) other.isContested = true
    }
  const kept = new Set<string>()
  for (const member of members) {
    for (const partition of previous.find(({ memberId }) => memberId === member.memberId)?.partitions ?? []) {
      const name = nameOf(partition)
      const claim = claims.get(name)!
      const isThere =
        partition.partition < (counts.get(partition.topic) ?? 0) && member.topics.has(partition.topic)
      if (!isThere || claim.memberId !== member.memberId || claim.isContested || kept.has(name)) continue
      kept.add(name)
      member.owned.push(partition)
    }
  }
  return kept
}

function takersByTopic(topics: readonly string[], members: readonly Holder[]): Map<string, Holder[]> {
  return new Map(topics.map((topic) => [topic, members.filter((member) => member.topics.has(topic))]))
}

/** Those with the fewest possible takers first: the others have more ways to even things out. */
function freePartitions(
  counts: PartitionCounts,
  takers: ReadonlyMap<string, Holder[]>,
  kept: ReadonlySet<string>,
): TopicPartition[] {
  return [...takers]
    .sort(([a, ofA], [b, ofB]) => ofA.length - ofB.length || compareText(a, b))
    .flatMap(([topic]) => partitionsOf(topic, counts.get(topic) ?? 0))
    .filter((partition) => !kept.has(nameOf(partition)))
}

/** Of those that are loaded alike, the first that is preferred. */
function leastLoaded(
  members: readonly Holder[],
  isPreferred: (one: Holder) => boolean = () => false,
): Holder {
  let least = members[0]!
  for (const member of members) {
    const lessBy = least.owned.length - member.owned.length
    if (lessBy > 0 || (lessBy === 0 && !isPreferred(least) && isPreferred(member))) least = member
  }
  return least
}

/** Each move narrows a gap of two or more, so that it comes to an end; the richest gives first, so that nothing moves twice. */
function evenOut(members: readonly Holder[], takers: ReadonlyMap<string, Holder[]>): void {
  const byLoad = [...members]
  do byLoad.sort((a, b) => b.owned.length - a.owned.length)
  while (byLoad.some((member) => moveOne(member, takers)))
}

function moveOne(from: Holder, takers: ReadonlyMap<string, Holder[]>): boolean {
  let best: { at: number; to: Holder } | undefined
  const seen = new Set<string>()
  // From the end: what was assigned last has been held for the shortest time.
  for (let at = from.owned.length - 1; at >= 0; at--) {
    const { topic } = from.owned[at]!
    if (seen.has(topic)) continue
    seen.add(topic)
    const to = leastLoaded(takers.get(topic)!)
    if (best === undefined || to.owned.length < best.to.owned.length) best = { at, to }
  }
  if (best === undefined || best.to.owned.length > from.owned.length - 2) return false
  best.to.owned.push(...from.owned.splice(best.at, 1))
  return true
}
