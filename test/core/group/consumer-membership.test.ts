import { afterEach, describe, expect, it } from 'vitest'
import {
  ConsumerGroupHeartbeat,
  type ConsumerGroupHeartbeatRequest,
} from '../../../src/core/protocol/generated/apis/ConsumerGroupHeartbeat.ts'
import { stage } from './support.ts'
import { eventually } from '../../support/eventually.ts'

const STUCK =
  'group "g": nothing could be written for 300000 ms (max.poll.interval.ms), so this member leaves until it can'
const CODES = { notCoordinator: 16, unknownMember: 25, fencedEpoch: 110, unreleased: 111 }

let close: () => Promise<void> = () => Promise.resolve()
afterEach(() => close())

/** A coordinator that gives `target.partitions` of "t", and counts epochs up with each change. */
async function group(target: { partitions: number[] }, codes: number[] = [], properties = {}) {
  const on = await stage({ 'group.protocol': 'consumer', ...properties })
  close = on.close
  const { topicId } = on.broker.state.topics.get('t')!
  let epoch = 0
  let sent: number[] | undefined
  on.broker.on(ConsumerGroupHeartbeat, ({ memberEpoch, memberId }) => {
    if (memberEpoch < 0) return { errorCode: 0, memberId, memberEpoch }
    const errorCode = codes.shift() ?? 0
    if (errorCode !== 0) return { errorCode, errorMessage: null }
    const isNew = sent !== target.partitions || memberEpoch === 0
    if (isNew) epoch++
    sent = target.partitions
    const assignment = isNew ? { topicPartitions: [{ topicId, partitions: sent }] } : null
    return { errorCode: 0, memberId, memberEpoch: epoch, heartbeatIntervalMs: 10, assignment }
  })
  on.start()
  const told = (...lines: string[]) => eventually(() => expect(on.told).toEqual(lines))
  return { ...on, told, beats: () => on.broker.requestsOf(ConsumerGroupHeartbeat) }
}

describe('a member by KIP-848', () => {
  it('joins with epoch 0 and all that there is to say, then acknowledges what it was given', async () => {
    const { told, beats, membership } = await group({ partitions: [0, 1] }, [], {
      'group.remote.assignor': 'range',
    })
    await told('assigned t-0 t-1')
    expect(beats()[0]).toMatchObject({
      memberEpoch: 0,
      subscribedTopicNames: ['t'],
      rebalanceTimeoutMs: 300_000,
      serverAssignor: 'range',
      topicPartitions: [],
    })
    await eventually(() => expect(beats().at(-1)!.topicPartitions).toMatchObject([{ partitions: [0, 1] }]))
    expect(beats().at(-1)!.memberEpoch).toBe(1)
    expect(membership.identity).toMatchObject({ memberId: beats()[0]!.memberId, generation: 1 })
  })

  it('says that a partition is given up only after it is, and goes on with the rest', async () => {
    const target = { partitions: [0, 1] }
    const { told, beats, during } = await group(target)
    await told('assigned t-0 t-1')
    let saidTooEarly: ConsumerGroupHeartbeatRequest[] = []
    during.revoked = async () => {
      const count = beats().length
      await eventually(() => expect(beats().length).toBeGreaterThan(count + 3))
      saidTooEarly = beats()
        .slice(count)
        .filter(({ topicPartitions }) => topicPartitions?.[0]?.partitions.length === 1)
    }
    target.partitions = [1]
    await told('assigned t-0 t-1', 'revoked t-0', 'assigned')
    expect(saidTooEarly).toEqual([])
    await eventually(() => expect(beats().at(-1)!.topicPartitions).toMatchObject([{ partitions: [1] }]))
  })

  it.each([
    ['fenced epoch', CODES.fencedEpoch],
    ['unknown member', CODES.unknownMember],
  ])('counts its partitions as lost after %s, and joins again as itself', async (_name, code) => {
    const codes: number[] = []
    const { told, beats } = await group({ partitions: [0, 1] }, codes)
    await told('assigned t-0 t-1')
    codes.push(code)
    await told('assigned t-0 t-1', 'lost t-0 t-1', 'assigned t-0 t-1')
    const joins = beats().filter(({ memberEpoch }) => memberEpoch === 0)
    expect(joins.map(({ topicPartitions }) => topicPartitions)).toEqual([[], []])
    expect(new Set(joins.map(({ memberId }) => memberId)).size).toBe(1)
  })

  it('says everything again after a heartbeat that went wrong', async () => {
    const codes: number[] = []
    const { told, beats } = await group({ partitions: [0] }, codes)
    await told('assigned t-0')
    codes.push(CODES.notCoordinator)
    await eventually(() =>
      expect(
        beats().filter(
          ({ memberEpoch, subscribedTopicNames }) => memberEpoch === 1 && subscribedTopicNames !== null,
        ),
      ).toHaveLength(1),
    )
    await told('assigned t-0')
  })

  it.each([
    ['loads', 14],
    ['is not available', 15],
    ['has moved', 16],
  ])('waits for a coordinator that %s', async (_what, code) => {
    const { told } = await group({ partitions: [0, 1] }, [code, code])
    await told('assigned t-0 t-1')
  })

  it.each([
    ['may not be read', 30, 'the user needs READ on the group'],
    ['is of another type', 69, 'a group of another type'],
  ])('ends when the group %s', async (_what, code, hint) => {
    const { ended } = await group({ partitions: [0] }, [code])
    expect(await ended).toMatchObject({ hint: expect.stringContaining(hint) as string })
  })

  it('ends when its group.instance.id is taken', async () => {
    const { ended } = await group({ partitions: [] }, [CODES.unreleased], { 'group.instance.id': 'one' })
    expect(await ended).toMatchObject({ codeName: 'UNRELEASED_INSTANCE_ID' })
  })

  it('leaves while nothing can be written, also with news to tell, and comes back when it can', async () => {
    const target = { partitions: [0, 1] }
    const { told, beats, during } = await group(target)
    await told('assigned t-0 t-1')
    during.revoked = () => {
      during.busySinceMs = 1
      return Promise.resolve()
    }
    target.partitions = [0]
    const left = ['assigned t-0 t-1', 'revoked t-1', 'assigned', STUCK, 'lost t-0']
    await told(...left)
    await eventually(() => expect(beats().at(-1)!.memberEpoch).toBe(-1))
    during.busySinceMs = undefined
    await told(...left, 'assigned t-0')
  })

  it('leaves also before it has heard that it is a member, behind its joining', async () => {
    const { broker, start, membership, close: end } = await stage({ 'group.protocol': 'consumer' })
    close = end
    let answers: () => void = () => {}
    const answered = new Promise<void>((resolve) => (answers = resolve))
    broker.on(ConsumerGroupHeartbeat, async ({ memberEpoch, memberId }) => {
      if (memberEpoch === 0) await answered
      return { errorCode: 0, memberId, memberEpoch: Math.max(memberEpoch, 1), heartbeatIntervalMs: 10 }
    })
    start()
    const beats = () => broker.requests.filter(({ apiName }) => apiName === ConsumerGroupHeartbeat.name)
    await eventually(() => expect(beats()).toHaveLength(1))
    membership.stop()
    const left = membership.leave('default', 60_000)
    answers()
    await left
    expect(beats().map(({ body }) => (body as ConsumerGroupHeartbeatRequest).memberEpoch)).toEqual([0, -1])
    expect(new Set(beats().map(({ connection }) => connection)).size).toBe(1)
  })

  it('leaves with epoch -1, and with -2 when it is static and will be back', async () => {
    for (const [properties, epoch] of [
      [{}, -1],
      [{ 'group.instance.id': 'one' }, -2],
    ] as const) {
      const { told, beats, membership, close } = await group({ partitions: [0] }, [], properties)
      await told('assigned t-0')
      membership.stop()
      await membership.leave('default', 60_000)
      expect(beats().at(-1)!.memberEpoch).toBe(epoch)
      await close()
    }
  })
})
