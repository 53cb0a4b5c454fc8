/**
 * The sticky assignors between racks (KIP-881): as even as without racks, and then as near as partitions can be had by
 * passing one on or changing two for one another. Nothing moves that comes no nearer, so a group that is shared out stays
 * so (Java: org.apache.kafka.clients.consumer.internals.AbstractStickyAssignor.RackInfo, which shares out anew what is far).
 */
import type { TopicPartition } from '../../consumer/offsets.ts'
import { worthMatching } from './racks.ts'
import type { MemberSubscription, PartitionRacks } from './types.ts'

export interface Holder {
  memberId: string
  topics: ReadonlySet<string>
  owned: TopicPartition[]
}

export type IsNear = (holder: Holder, partition: TopicPartition) => boolean

/** undefined: racks make no difference here. */
export function nearness(
  members: readonly MemberSubscription[],
  topics: readonly string[],
  racks: PartitionRacks | undefined,
): IsNear | undefined {
  if (racks === undefined) return undefined
  const all = topics.flatMap((topic) => racks.get(topic) ?? [])
  if (!worthMatching(members, all)) return undefined
  const rackIds = new Map(members.map(({ memberId, rackId }) => [memberId, rackId]))
  return ({ memberId }, { topic, partition }) => {
    const rackId = rackIds.get(memberId)
    return Boolean(rackId) && racks.get(topic)?.[partition]?.has(rackId!) === true
  }
}

/** Each change brings one partition more near its owner, so that it comes to an end. */
export function bringNear(holders: readonly Holder[], isNear: IsNear): void {
  // Where all can take everything, one that has less can take one more and all stays even.
  const isUniform = new Set(holders.map(({ topics }) => [...topics].sort().join(' '))).size === 1
  const search = new Search(holders, isNear, isUniform)
  while (holders.filter((holder) => search.improve(holder)).length > 0);
}

class Search {
  readonly #holders: readonly Holder[]
  readonly #isNear: IsNear
  readonly #isUniform: boolean
  /** How often what a member holds has changed. */
  readonly #changes = new Map<Holder, number>()
  /** Who has nothing for whom, until one of the two changes. */
  readonly #futile = new Map<Holder, Map<Holder, number>>()

  constructor(holders: readonly Holder[], isNear: IsNear, isUniform: boolean) {
    this.#holders = holders
    this.#isNear = isNear
    this.#isUniform = isUniform
  }

  /** Whether some of its far partitions have found a nearer owner. */
  improve(from: Holder): boolean {
    let hasImproved = false
    for (let at = 0; at < from.owned.length; at++) {
      if (this.#isNear(from, from.owned[at]!)) continue
      if (!this.#improveOne(from, at)) continue
      hasImproved = true
      // What stands there now is looked at next.
      at--
    }
    return hasImproved
  }

  #improveOne(from: Holder, at: number): boolean {
    const partition = from.owned[at]!
    const takers = this.#holders.filter(
      (to) => to !== from && to.topics.has(partition.topic) && this.#isNear(to, partition),
    )
    const poorer = this.#isUniform ? takers.find((to) => to.owned.length < from.owned.length) : undefined
    if (poorer !== undefined) {
      from.owned.splice(at, 1)
      poorer.owned.push(partition)
      this.#changed(from, poorer)
      return true
    }
    return takers.some((to) => this.#change(from, at, to) || (this.#isUniform && this.#passOn(from, at, to)))
  }

  /** To one that has as much, when a third that has more can give `from` something that is far from it too. */
  #passOn(from: Holder, at: number, to: Holder): boolean {
    if (to.owned.length !== from.owned.length) return false
    for (const rich of this.#holders) {
      if (rich.owned.length <= to.owned.length) continue
      const other = rich.owned.findIndex((one) => !this.#isNear(rich, one) || this.#isNear(from, one))
      if (other < 0) continue
      to.owned.push(from.owned[at]!)
      from.owned[at] = rich.owned.splice(other, 1)[0]!
      this.#changed(from, to, rich)
      return true
    }
    return false
  }

  /** One of `to`'s for it, which is far from `to` too, or near to both. */
  #change(from: Holder, at: number, to: Holder): boolean {
    const state = this.#stateOf(from) + this.#stateOf(to)
    if (this.#futile.get(from)?.get(to) === state) return false
    const other = to.owned.findIndex(
      (one) => from.topics.has(one.topic) && (!this.#isNear(to, one) || this.#isNear(from, one)),
    )
    if (other < 0) {
      this.#futile.set(from, (this.#futile.get(from) ?? new Map<Holder, number>()).set(to, state))
      return false
    }
    const [partition, back] = [from.owned[at]!, to.owned[other]!]
    from.owned[at] = back
    to.owned[other] = partition
    this.#changed(from, to)
    return true
  }

  #changed(...holders: readonly Holder[]): void {
    for (const holder of holders) this.#changes.set(holder, this.#stateOf(holder) + 1)
  }

  #stateOf(holder: Holder): number {
    return this.#changes.get(holder) ?? 0
  }
}
