import { describe, expect, it } from 'vitest'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'
import type { GroupEvent } from '../../../src/core/group/events.ts'
import type { MemberIdentity, Membership } from '../../../src/core/group/membership.ts'
import { OffsetCommitter } from '../../../src/core/group/offset-committer.ts'
import { OffsetCommit } from '../../../src/core/protocol/generated/apis/OffsetCommit.ts'
import { addTopic } from '../../broker/index.ts'
import { failureOf, fakeBroker, open } from '../cluster/support.ts'

const CODES = { unknownTopic: 3, illegalGeneration: 22, rebalancing: 27, notAllowed: 30, staleEpoch: 113 }

/** A committer of a member whose commits are answered with `codes`, one after the other, then with 0. */
async function committing(codes: number[] = [], delayMs = 0) {
  const broker = await fakeBroker()
  addTopic(broker.state, 't', 2)
  const cluster = await open(broker.address, { retries: '0' })
  await cluster.metadata.refresh(['t'])
  const member: { identity: MemberIdentity | undefined } = {
    identity: { memberId: 'm', generation: 1, instanceId: null },
  }
  const onAnswer = { before: () => {} }
  broker.on(OffsetCommit, ({ topics }) => {
    const errorCode = codes.shift() ?? 0
    onAnswer.before()
    const response = {
      topics: topics.map(({ topicId, partitions }) => ({
        topicId,
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
      })),
    }
    return { delayMs, response }
  })
  const events: GroupEvent[] = []
  const notes: string[] = []
  const owned = new Set<PartitionPosition>()
  const position = (partition = 0) => {
    const one = new PartitionPosition('t', partition, 0)
    owned.add(one)
    return one
  }
  const committer = new OffsetCommitter({
    cluster,
    groupId: 'g',
    membership: member as Membership,
    isOurs: (one) => owned.has(one),
    note: (text) => notes.push(text),
    event: (event) => events.push(event),
  })
  const sent = () =>
    broker
      .requestsOf(OffsetCommit)
      .map(({ topics }) =>
        topics.flatMap(({ partitions }) => partitions.map(({ committedOffset }) => Number(committedOffset))),
      )
  return { committer, position, owned, member, events, notes, sent, onAnswer, broker }
}

const at = (position: PartitionPosition, offset: number) => ({ position, offset, leaderEpoch: 0 })

describe('a committer', () => {
  it('sends an offset once, and only what has changed since', async () => {
    const { committer, position, sent, events } = await committing()
    const [a, b] = [position(0), position(1)]
    committer.startsAt(b, 5)
    expect(await committer.commit([at(a, 3), at(b, 5)], 60_000)).toBe(true)
    expect(await committer.commit([at(a, 3), at(b, 5)], 60_000)).toBe(true)
    expect(await committer.commit([at(a, 3), at(b, 6)], 60_000)).toBe(true)
    expect(sent()).toEqual([[3], [6]])
    expect(events).toMatchObject([{ offsets: [{ offset: 3 }] }, { offsets: [{ offset: 6 }] }])
  })

  it('sends nothing for a partition that is not ours any more, nor for one that is ours anew', async () => {
    const { committer, position, owned, sent } = await committing()
    const before = position()
    owned.delete(before)
    position()
    expect(await committer.commit([at(before, 3)], 60_000)).toBe(true)
    expect(sent()).toEqual([])
  })

  it('has one request under way at a time, so that no later offset is overtaken', async () => {
    const { committer, position, sent } = await committing([], 20)
    const one = position()
    await Promise.all([committer.commit([at(one, 1)], 60_000), committer.commit([at(one, 2)], 60_000)])
    expect(sent()).toEqual([[1], [2]])
  })

  it('does not ask as nobody: without a membership the offsets wait', async () => {
    const { committer, position, member, sent } = await committing()
    member.identity = undefined
    expect(await committer.commit([at(position(), 1)], 60_000)).toBe(false)
    expect(sent()).toEqual([])
  })

  it('asks again as the member that it has become meanwhile', async () => {
    const { committer, position, member, broker, onAnswer } = await committing([CODES.illegalGeneration])
    onAnswer.before = () => (member.identity = { memberId: 'm', generation: 2, instanceId: null })
    expect(await committer.commit([at(position(), 1)], 60_000)).toBe(true)
    expect(broker.requestsOf(OffsetCommit).map((one) => one.generationIdOrMemberEpoch)).toEqual([1, 2])
  })

  it('waits for the epoch that the coordinator has gone on to', async () => {
    const { committer, position, sent } = await committing([CODES.staleEpoch, CODES.staleEpoch])
    expect(await committer.commit([at(position(), 1)], 60_000)).toBe(true)
    expect(sent()).toHaveLength(3)
  })

  it('leaves the offsets to others while the group rebalances, and says so to those who listen', async () => {
    const { committer, position, events } = await committing([CODES.rebalancing])
    expect(await committer.commit([at(position(), 1)], 60_000)).toBe(false)
    expect(events).toMatchObject([{ name: 'offsets_committed', error: expect.stringContaining('rebalanc') }])
  })

  it('says once that a commit has to wait when the coordinator cannot be reached', async () => {
    const { committer, position, notes, broker } = await committing()
    broker.on(OffsetCommit, () => 'close')
    expect(await committer.commit([at(position(), 1)], 300)).toBe(false)
    expect(notes).toEqual([expect.stringContaining('the offsets wait for the next commit')])
  })

  it('throws what no repetition can mend', async () => {
    const { committer, position } = await committing([CODES.notAllowed])
    const failure = await failureOf(committer.commit([at(position(), 1)], 60_000))
    expect(failure).toMatchObject({ codeName: 'GROUP_AUTHORIZATION_FAILED' })
  })

  it('tells nobody of offsets of a topic that is gone', async () => {
    const { committer, position, events } = await committing([CODES.unknownTopic])
    expect(await committer.commit([at(position(), 1)], 60_000)).toBe(true)
    expect(events).toEqual([{ name: 'offsets_committed', offsets: [] }])
  })
})
