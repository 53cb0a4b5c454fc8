/**
 * `range`: of each topic every member gets a run of neighbours, the first members one more; where members and replicas
 * say which racks they stand in, first what has a replica in the member's rack (KIP-881; Java:
 * org.apache.kafka.clients.consumer.RangeAssignor).
 */
import { emptyAssignment, inOrder, partitionsOf, topicsOf } from './members.ts'
import { rackOf, type RackOf, worthMatching } from './racks.ts'
import type { Assignment, Assignor, MemberSubscription, PartitionRacks } from './types.ts'

export const range: Assignor = {
  name: 'range',
  isCooperative: false,
  userData: () => null,
  assign(counts, members, racks) {
    const assignment = emptyAssignment(members)
    const topics = topicsOf(members)
      .filter((topic) => (counts.get(topic) ?? 0) > 0)
      .map((topic) => new TopicShare(topic, counts.get(topic)!, members, racks))
    if (topics.some(({ wantsRacks }) => wantsRacks)) shareWithinRacks(topics, assignment)
    for (const topic of topics) topic.shareOut(assignment)
    for (const partitions of assignment.values())
      partitions.sort(
        (a, b) => Number(a.topic > b.topic) - Number(a.topic < b.topic) || a.partition - b.partition,
      )
    return assignment
  },
}

/** Topics that the same members subscribe to, with as many partitions, go together: what belongs together stays so. */
function shareWithinRacks(topics: readonly TopicShare[], assignment: Assignment): void {
  const alike = new Map<string, TopicShare[]>()
  for (const topic of topics) alike.set(topic.likeness, [...(alike.get(topic.likeness) ?? []), topic])
  for (const group of alike.values()) {
    const [first] = group
    if (group.length > 1) shareTogether(group, assignment)
    else if (first!.wantsRacks)
      first!.shareOut(assignment, (member, partition) => first!.isNear(member, partition))
  }
}

/** Partition by partition: the same one of all topics goes to the first member that is near to them all. */
function shareTogether(topics: readonly TopicShare[], assignment: Assignment): void {
  const { members, count } = topics[0]!
  // Where no member tells a rack there is nothing to match.
  if (!topics[0]!.hasRacks) return
  for (let partition = 0; partition < count; partition++) {
    const taker = members.find((member) =>
      topics.every((topic) => topic.isNear(member, partition) && topic.room(member) > 0),
    )
    if (taker !== undefined) for (const topic of topics) topic.give(taker, [partition], assignment)
  }
}

/** One topic while it is shared out. */
class TopicShare {
  readonly topic: string
  readonly count: number
  /** In Kafka's order. */
  readonly members: readonly MemberSubscription[]
  readonly hasRacks: boolean
  /** Whether who gets which partition makes a difference to how near they are. */
  readonly wantsRacks: boolean
  readonly #rackOf: RackOf
  readonly #free: Set<number>
  readonly #taken = new Map<MemberSubscription, number>()
  readonly #least: number
  #withOneMore: number

  constructor(
    topic: string,
    count: number,
    members: readonly MemberSubscription[],
    racks: PartitionRacks | undefined,
  ) {
    this.topic = topic
    this.count = count
    this.members = inOrder(members.filter(({ topics }) => topics.includes(topic)))
    this.#rackOf = rackOf(racks?.get(topic) ?? [])
    this.hasRacks = this.members.some(({ rackId }) => Boolean(rackId))
    this.wantsRacks = worthMatching(this.members, racks?.get(topic) ?? [])
    this.#free = new Set(partitionsOf(topic, count).map(({ partition }) => partition))
    this.#least = Math.floor(count / this.members.length)
    this.#withOneMore = count % this.members.length
  }

  /** Equal for topics that can be shared out together. */
  get likeness(): string {
    return JSON.stringify([this.hasRacks ? this.count : 0, this.members.map(({ memberId }) => memberId)])
  }

  isNear({ rackId }: MemberSubscription, partition: number): boolean {
    return !rackId || this.#rackOf(partition).has(rackId)
  }

  /** How many partitions a member may still get. */
  room(member: MemberSubscription): number {
    return Math.max(0, this.#least + (this.#withOneMore > 0 ? 1 : 0) - (this.#taken.get(member) ?? 0))
  }

  give(member: MemberSubscription, partitions: readonly number[], assignment: Assignment): void {
    assignment
      .get(member.memberId)!
      .push(...partitions.map((partition) => ({ topic: this.topic, partition })))
    const taken = (this.#taken.get(member) ?? 0) + partitions.length
    this.#taken.set(member, taken)
    if (taken > this.#least) this.#withOneMore--
    for (const partition of partitions) this.#free.delete(partition)
  }

  shareOut(
    assignment: Assignment,
    mayTake: (member: MemberSubscription, partition: number) => boolean = () => true,
  ): void {
    for (const member of this.members) {
      const wanted = [...this.#free].filter((partition) => mayTake(member, partition))
      const given = wanted.slice(0, this.room(member))
      if (given.length > 0) this.give(member, given, assignment)
    }
  }
}
