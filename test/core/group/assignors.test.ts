import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignorNamed } from '../../../src/core/group/assignors/index.ts'
import type { Assignment, MemberSubscription } from '../../../src/core/group/assignors/types.ts'
import { nameOf } from '../../../src/core/group/topic-partitions.ts'

type Shares = Record<string, [string, number][]>

interface JavaCase {
  counts: Record<string, number>
  members: { memberId: string; instanceId: string | null; topics: string[] }[]
  range: Shares
  roundrobin: Shares
  sticky: Shares
}

interface RackCase {
  /** Topic → by partition, the racks of its replicas. */
  racks: Record<string, string[][]>
  members: { memberId: string; rackId: string | null; topics: string[] }[]
  range: Shares
  sticky: Shares
}

const { cases, racks } = JSON.parse(
  readFileSync(new URL('../../fixtures/groups/java.json', import.meta.url), 'utf8'),
) as { cases: JavaCase[]; racks: RackCase[] }

describe('range and roundrobin', () => {
  for (const name of ['range', 'roundrobin'] as const)
    it(`share out exactly as Kafka's ${name}`, () => {
      expect(cases.length).toBe(60)
      for (const one of cases) {
        const shares = assignorNamed(name).assign(countsOf(one.counts), one.members.map(asMember))
        const theirs = Object.entries(one[name]).map(([memberId, partitions]) => [
          memberId,
          partitions.map(([topic, partition]) => `${topic}-${partition}`).sort(),
        ])
        expect(Object.fromEntries(named(shares))).toEqual(Object.fromEntries(theirs))
      }
    })
})

describe('range between racks', () => {
  it("shares out exactly as Kafka's (KIP-881)", () => {
    expect(racks.length).toBe(60)
    for (const one of racks) {
      const { counts, members, places } = rackGroup(one)
      const shares = assignorNamed('range').assign(counts, members, places)
      const theirs = Object.entries(one.range).map(([memberId, partitions]) => [
        memberId,
        partitions.map(([topic, partition]) => `${topic}-${partition}`).sort(),
      ])
      expect(Object.fromEntries(named(shares))).toEqual(Object.fromEntries(theirs))
    }
  })

  it('gives members what has a replica in their rack, as evenly as without racks', () => {
    const at = (memberId: string, rackId: string) => ({ ...member(memberId, ['t']), rackId })
    const places = new Map([['t', ['b', 'b', 'a', 'a'].map((rack) => new Set([rack]))]])
    const members = [at('one', 'a'), at('two', 'b')]
    const near = assignorNamed('range').assign(new Map([['t', 4]]), members, places)
    expect(Object.fromEntries(named(near))).toEqual({ one: ['t-2', 't-3'], two: ['t-0', 't-1'] })
    const without = assignorNamed('range').assign(new Map([['t', 4]]), members)
    expect(Object.fromEntries(named(without))).toEqual({ one: ['t-0', 't-1'], two: ['t-2', 't-3'] })
  })
})

describe('sticky between racks', () => {
  it("is as even as Kafka's on the same groups, and gives as much to members near it or more (KIP-881)", () => {
    let theirs = 0
    for (const one of racks) {
      const { counts, members, places } = rackGroup(one)
      const shares = assignorNamed('sticky').assign(counts, members, places)
      expectWhole(shares, counts, members)
      expectBalanced(shares, members)
      const java = Object.entries(one.sticky).map(
        ([memberId, partitions]) =>
          [memberId, partitions.map(([topic, partition]) => ({ topic, partition }))] as const,
      )
      expect(spreadOf(shares)).toBeLessThanOrEqual(spreadOf(new Map(java)))
      const near = [nearIn(shares, members, places), nearIn(new Map(java), members, places)] as const
      expect(near[0]).toBeGreaterThanOrEqual(near[1])
      theirs += near[1]
    }
    expect(theirs).toBeGreaterThan(100)
  })

  it('moves nothing when the same members come again', () => {
    for (const one of racks) {
      const { counts, members, places } = rackGroup(one)
      const before = assignorNamed('sticky').assign(counts, members, places)
      const after = assignorNamed('sticky').assign(counts, remembering(members, before, 'sticky'), places)
      expect(Object.fromEntries(named(after))).toEqual(Object.fromEntries(named(before)))
    }
  })

  it('changes what is far for what is near, in two cooperative steps', () => {
    const places = new Map([['t', ['a', 'b'].map((rack) => new Set([rack]))]])
    const counts = new Map([['t', 2]])
    const at = (memberId: string, rackId: string, owned: number[]) => ({
      ...member(memberId, ['t']),
      rackId,
      generation: 1,
      ownedPartitions: owned.map((partition) => ({ topic: 't', partition })),
    })
    const { assign } = assignorNamed('cooperative-sticky')
    const first = assign(counts, [at('one', 'a', [1]), at('two', 'b', [0])], places)
    expect(Object.fromEntries(named(first))).toEqual({ one: [], two: [] })
    const second = assign(counts, [at('one', 'a', []), at('two', 'b', [])], places)
    expect(Object.fromEntries(named(second))).toEqual({ one: ['t-0'], two: ['t-1'] })
  })

  it('brings thousands of partitions near, as far as there are members where they stand', () => {
    const places = new Map([['t', Array.from({ length: 6000 }, (_, at) => new Set([`r${at % 7}`]))]])
    const members = Array.from({ length: 30 }, (_, at) => ({
      ...member(`m${at}`, ['t']),
      rackId: `r${at % 2}`,
    }))
    const shares = assignorNamed('sticky').assign(new Map([['t', 6000]]), members, places)
    // Two racks of seven have members, and there is room for all that stands there.
    expect(nearIn(shares, members, places)).toBe(
      places.get('t')!.filter((one) => one.has('r0') || one.has('r1')).length,
    )
  })
})

describe('sticky', () => {
  it("loads members as evenly as Kafka's on the same groups", () => {
    for (const one of cases) {
      const shares = assignorNamed('sticky').assign(countsOf(one.counts), one.members.map(asMember))
      const theirs = Object.values(one.sticky).map(({ length }) => length ** 2)
      expect(spreadOf(shares)).toBeLessThanOrEqual(theirs.reduce((a, b) => a + b, 0))
    }
  })

  it('gives each partition to one subscriber, and nobody could take one from a member with two more', () => {
    fc.assert(
      fc.property(groups(), ({ counts, members }) => {
        const shares = assignorNamed('sticky').assign(counts, members)
        expectWhole(shares, counts, members)
        expectBalanced(shares, members)
      }),
    )
  })

  it('moves nothing when the same members come again', () => {
    fc.assert(
      fc.property(groups(), ({ counts, members }) => {
        const before = assignorNamed('sticky').assign(counts, members)
        const after = assignorNamed('sticky').assign(counts, remembering(members, before, 'sticky'))
        expect(Object.fromEntries(named(after))).toEqual(Object.fromEntries(named(before)))
      }),
    )
  })

  it('moves only what a new member gets, when all subscribe to the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 40 }), (size, partitions) => {
        const counts = new Map([['t', partitions]])
        const members = Array.from({ length: size }, (_, at) => member(`m${at}`, ['t']))
        const before = assignorNamed('sticky').assign(counts, members)
        const grown = [...remembering(members, before, 'sticky'), member('new', ['t'])]
        const after = assignorNamed('sticky').assign(counts, grown)
        expectBalanced(after, grown)
        for (const [memberId, kept] of after)
          if (memberId !== 'new')
            expect(before.get(memberId)!.map(nameOf)).toEqual(expect.arrayContaining(kept.map(nameOf)))
      }),
    )
  })

  it('lets the newer generation win, and neither of two claims of one generation', () => {
    const { userData } = assignorNamed('sticky')
    const claim = (memberId: string, partition: number, generation: number) => ({
      ...member(memberId, ['t']),
      userData: userData({ partitions: [{ topic: 't', partition }], generation }),
    })
    const counts = new Map([['t', 2]])
    const newer = assignorNamed('sticky').assign(counts, [claim('a', 0, 1), claim('b', 0, 2)])
    expect(newer.get('b')!.map(nameOf)).toEqual(['t-0'])
    const even = assignorNamed('sticky').assign(counts, [claim('a', 1, 3), claim('b', 1, 3)])
    expect(Object.fromEntries(named(even))).toEqual({ a: ['t-0'], b: ['t-1'] })
  })

  it('takes user data that cannot be read as no memory', () => {
    const broken = { ...member('a', ['t']), userData: Buffer.from('0000ffffff', 'hex') }
    expect(
      assignorNamed('sticky')
        .assign(new Map([['t', 1]]), [broken])
        .get('a'),
    ).toHaveLength(1)
  })
})

describe('cooperative-sticky', () => {
  it('gives no partition to a new owner before the old one has given it up', () => {
    const counts = new Map([['t', 4]])
    const owner = {
      ...member('a', ['t']),
      generation: 1,
      ownedPartitions: [0, 1, 2, 3].map((partition) => ({ topic: 't', partition })),
    }
    const first = assignorNamed('cooperative-sticky').assign(counts, [owner, member('b', ['t'])])
    expect(first.get('a')).toHaveLength(2)
    expect(first.get('b')).toEqual([])

    const second = assignorNamed('cooperative-sticky').assign(counts, [
      { ...owner, ownedPartitions: first.get('a')! },
      member('b', ['t']),
    ])
    expect(second.get('a')).toEqual(first.get('a'))
    expect(second.get('b')).toHaveLength(2)
  })

  it('reads the generation of an older member from its user data', () => {
    const own = (memberId: string, generation: number) => ({
      ...member(memberId, ['t']),
      userData: assignorNamed('cooperative-sticky').userData({ partitions: undefined, generation }),
      ownedPartitions: [{ topic: 't', partition: 0 }],
    })
    const shares = assignorNamed('cooperative-sticky').assign(new Map([['t', 1]]), [own('a', 4), own('b', 5)])
    expect(Object.fromEntries(named(shares))).toEqual({ a: [], b: ['t-0'] })
  })
})

describe('partition.assignment.strategy', () => {
  it('takes class names with and without package, and the names on the wire', () => {
    for (const [given, name] of [
      ['org.apache.kafka.clients.consumer.RangeAssignor', 'range'],
      ['class org.apache.kafka.clients.consumer.CooperativeStickyAssignor', 'cooperative-sticky'],
      ['RoundRobinAssignor', 'roundrobin'],
      ['sticky', 'sticky'],
    ])
      expect(assignorNamed(given!).name).toBe(name)
  })

  it('names the nearest for an unknown one', () => {
    expect(() => assignorNamed('stiky')).toThrow(expect.objectContaining({ hint: 'did you mean sticky?' }))
  })
})

function member(memberId: string, topics: string[]): MemberSubscription {
  return {
    memberId,
    instanceId: null,
    topics,
    userData: null,
    ownedPartitions: [],
    generation: -1,
    rackId: null,
  }
}

function asMember({ memberId, instanceId, topics }: JavaCase['members'][number]): MemberSubscription {
  return { ...member(memberId, topics), instanceId }
}

function countsOf(counts: Record<string, number>): Map<string, number> {
  return new Map(Object.entries(counts))
}

function rackGroup({ racks, members }: RackCase): {
  counts: Map<string, number>
  members: MemberSubscription[]
  places: Map<string, Set<string>[]>
} {
  return {
    counts: new Map(Object.entries(racks).map(([topic, { length }]) => [topic, length])),
    members: members.map((told) => ({ ...member(told.memberId, told.topics), rackId: told.rackId })),
    places: new Map(
      Object.entries(racks).map(([topic, partitions]) => [topic, partitions.map((names) => new Set(names))]),
    ),
  }
}

/** How many partitions have a replica in the rack of their owner. */
function nearIn(
  shares: Assignment,
  members: readonly MemberSubscription[],
  places: ReadonlyMap<string, Set<string>[]>,
): number {
  return members.flatMap(({ memberId, rackId }) =>
    shares
      .get(memberId)!
      .filter(({ topic, partition }) => rackId !== null && places.get(topic)![partition]!.has(rackId)),
  ).length
}

function spreadOf(shares: Assignment): number {
  return [...shares.values()].map(({ length }) => length ** 2).reduce((a, b) => a + b, 0)
}

function named(shares: Assignment): [string, string[]][] {
  return [...shares].map(([memberId, partitions]) => [memberId, partitions.map(nameOf).sort()])
}

function remembering(members: MemberSubscription[], shares: Assignment, name: string): MemberSubscription[] {
  return members.map((one) => ({
    ...one,
    userData: assignorNamed(name).userData({ partitions: shares.get(one.memberId)!, generation: 1 }),
  }))
}

function groups(): fc.Arbitrary<{ counts: Map<string, number>; members: MemberSubscription[] }> {
  const topics = ['t0', 't1', 't2', 't3']
  const subscription = fc.subarray(topics, { minLength: 1 })
  return fc.record({
    counts: fc
      .tuple(...topics.map(() => fc.nat(8)))
      .map((counts) => new Map(topics.map((topic, at) => [topic, counts[at]!]))),
    members: fc
      .array(subscription, { minLength: 1, maxLength: 6 })
      .map((all) => all.map((wanted, at) => member(`m${at}`, wanted))),
  })
}

function expectWhole(shares: Assignment, counts: Map<string, number>, members: MemberSubscription[]): void {
  const given = [...shares].flatMap(([memberId, partitions]) =>
    partitions.map((one) => ({ memberId, ...one })),
  )
  for (const { memberId, topic } of given)
    expect(members.find((one) => one.memberId === memberId)!.topics).toContain(topic)
  const wanted = new Set(members.flatMap(({ topics }) => topics))
  const all = [...counts].flatMap(([topic, count]) =>
    wanted.has(topic) ? Array.from({ length: count }, (_, partition) => `${topic}-${partition}`) : [],
  )
  expect(given.map(nameOf).sort()).toEqual(all.sort())
}

function expectBalanced(shares: Assignment, members: MemberSubscription[]): void {
  for (const [richId, rich] of shares)
    for (const { memberId, topics } of members) {
      if (memberId === richId || shares.get(memberId)!.length > rich.length - 2) continue
      expect(rich.filter(({ topic }) => topics.includes(topic))).toEqual([])
    }
}
