/**
 * `sticky` and `cooperative-sticky`: as even as can be, and as few partitions as can be change hands
 * (org.apache.kafka.clients.consumer.StickyAssignor, CooperativeStickyAssignor; KIP-54, KIP-429). The two
 * keep their members' memory in different places; Kafka's are read and written bit by bit.
 */
import type { TopicPartition } from '../../consumer/offsets.ts'
import { nameOf } from '../topic-partitions.ts'
import { balance, type PreviousOwner } from './sticky-balance.ts'
import { readCooperativeData, readStickyData, writeCooperativeData, writeStickyData } from './sticky-data.ts'
import type { Assignment, Assignor, MemberSubscription } from './types.ts'

export const sticky: Assignor = {
  name: 'sticky',
  isCooperative: false,
  userData: ({ partitions, generation }) =>
    partitions === undefined ? null : writeStickyData(partitions, generation),
  // An eager member has given everything up before it joins; what it had stands in its user data.
  assign: (counts, members, racks) => balance(counts, members, members.map(stickyMemory), racks),
}

export const cooperativeSticky: Assignor = {
  name: 'cooperative-sticky',
  isCooperative: true,
  userData: ({ generation }) => writeCooperativeData(generation),
  assign(counts, members, racks) {
    const assignment = balance(counts, members, members.map(cooperativeMemory), racks)
    return withoutTransfers(assignment, members)
  },
}

function stickyMemory({ memberId, userData }: MemberSubscription): PreviousOwner {
  return { memberId, ...readStickyData(userData) }
}

// Older members do not send the generation as a field (KIP-792), but all send it as user data.
function cooperativeMemory(member: MemberSubscription): PreviousOwner {
  const { memberId, ownedPartitions, userData } = member
  const generation = member.generation >= 0 ? member.generation : readCooperativeData(userData)
  return { memberId, partitions: ownedPartitions, generation }
}

/**
 * A partition that somebody still owns goes to nobody in this round: its owner gives it up and joins again,
 * and then it is free.
 */
function withoutTransfers(assignment: Assignment, members: readonly MemberSubscription[]): Assignment {
  const owners = new Map<string, string[]>()
  for (const { memberId, ownedPartitions } of members)
    for (const partition of ownedPartitions) {
      const name = nameOf(partition)
      owners.set(name, [...(owners.get(name) ?? []), memberId])
    }
  const isFree = (memberId: string) => (partition: TopicPartition) => {
    const holders = owners.get(nameOf(partition)) ?? []
    return holders.length === 0 || holders.includes(memberId)
  }
  return new Map(
    [...assignment].map(([memberId, partitions]) => [memberId, partitions.filter(isFree(memberId))]),
  )
}
