import { afterEach, describe, expect, it } from 'vitest'
import { encodeAssignment } from '../../../src/core/group/consumer-protocol.ts'
import { apiError } from '../../../src/core/protocol/errors.ts'
import { Heartbeat } from '../../../src/core/protocol/generated/apis/Heartbeat.ts'
import { JoinGroup } from '../../../src/core/protocol/generated/apis/JoinGroup.ts'
import { LeaveGroup } from '../../../src/core/protocol/generated/apis/LeaveGroup.ts'
import { SyncGroup } from '../../../src/core/protocol/generated/apis/SyncGroup.ts'
import { stage } from './support.ts'
import { eventually } from '../../support/eventually.ts'

const STUCK =
  'group "g": nothing could be written for 300000 ms (max.poll.interval.ms), so this member leaves until it can'
const CODES = {
  loading: 14,
  notCoordinator: 16,
  illegalGeneration: 22,
  unknownMember: 25,
  rebalancing: 27,
  memberIdRequired: 79,
  fenced: 82,
}

let close: () => Promise<void> = () => Promise.resolve()
afterEach(() => close())

/** A coordinator whose answers are 0 unless `codes` has others, which are used up one by one. */
async function group(codes: { join?: number[]; sync?: number[]; heartbeat?: number[] }, properties = {}) {
  const on = await stage(properties)
  close = on.close
  let generation = 0
  on.broker.on(JoinGroup, ({ memberId, protocols }) => {
    const errorCode = codes.join?.shift() ?? 0
    const id = memberId || 'member'
    if (errorCode !== 0) return { errorCode, memberId: id }
    const [{ name, metadata } = { name: '', metadata: Buffer.alloc(0) }] = protocols
    const members = [{ memberId: id, groupInstanceId: null, metadata }]
    return {
      errorCode,
      generationId: ++generation,
      protocolType: 'consumer',
      protocolName: name,
      leader: id,
      memberId: id,
      members,
    }
  })
  on.broker.on(SyncGroup, ({ assignments }) => {
    const errorCode = codes.sync?.shift() ?? 0
    return {
      errorCode,
      assignment: errorCode === 0 ? (assignments[0]?.assignment ?? encodeAssignment([])) : Buffer.alloc(0),
    }
  })
  on.broker.on(Heartbeat, () => ({ errorCode: codes.heartbeat?.shift() ?? 0 }))
  on.broker.on(LeaveGroup, () => ({ errorCode: 0, members: [] }))
  on.start()
  const told = (...lines: string[]) => eventually(() => expect(on.told).toEqual(lines))
  return { ...on, told, joins: () => on.broker.requestsOf(JoinGroup) }
}

const ALL = 'assigned t-0 t-1'

describe('a classic member', () => {
  it('joins again with the id that it is given', async () => {
    const { told, joins } = await group({ join: [CODES.memberIdRequired] })
    await told(ALL)
    expect(joins().map(({ memberId }) => memberId)).toEqual(['', 'member'])
  })

  it('looks for the coordinator again when it has moved, also more than once', async () => {
    const { told, joins } = await group({
      join: [CODES.notCoordinator, CODES.notCoordinator],
      sync: [CODES.notCoordinator],
    })
    await told(ALL)
    expect(joins()).toHaveLength(4)
  })

  it.each([
    ['loads', 14],
    ['is not available', 15],
  ])('waits for a coordinator that %s', async (_what, code) => {
    const { told, joins } = await group({ join: [code, code], sync: [code], heartbeat: [code] })
    await told(ALL)
    expect(joins()).toHaveLength(4)
  })

  it.each([
    ['is of another protocol type', 23, 'or are no consumers'],
    ['may not be read', 30, 'the user needs READ on the group'],
    ['has an id that the broker does not take', 24, 'use another group id'],
  ])('ends when the group %s', async (_what, code, hint) => {
    const { ended } = await group({ join: [code] })
    expect(await ended).toMatchObject({
      message: expect.stringContaining('group "g"') as string,
      hint: expect.stringContaining(hint) as string,
    })
  })

  it('joins again when the group rebalances while it syncs', async () => {
    const { told } = await group({ sync: [CODES.rebalancing] })
    await told(ALL)
  })

  it('gives everything up, and waits for that, before it joins a rebalance', async () => {
    const heartbeat: number[] = []
    const { told, joins, during } = await group({ heartbeat })
    await told(ALL)
    let joinsBefore = 0
    during.revoked = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      joinsBefore = joins().length
    }
    heartbeat.push(CODES.rebalancing)
    await told(ALL, 'revoked t-0 t-1', ALL)
    expect(joinsBefore).toBe(1)
  })

  it('gives everything up before it joins, also when the group rebalances while it looks up where to begin', async () => {
    const heartbeat: number[] = []
    const { told, joins, during, broker } = await group({ heartbeat })
    let isFirst = true
    during.assigned = async () => {
      if (!isFirst) return
      isFirst = false
      const before = broker.requestsOf(Heartbeat).length
      heartbeat.push(CODES.rebalancing)
      await eventually(() => expect(broker.requestsOf(Heartbeat).length).toBeGreaterThan(before + 1))
    }
    await told(ALL, 'revoked t-0 t-1', ALL)
    expect(joins()).toHaveLength(2)
  })

  it('hands partitions out again when the reader failed to take them', async () => {
    const { told, during } = await group({}, { 'partition.assignment.strategy': 'cooperative-sticky' })
    during.assigned = () => {
      during.assigned = undefined
      return Promise.reject(apiError(CODES.loading, 'offsets'))
    }
    await told(ALL, ALL)
  })

  it('keeps what it has through a cooperative rebalance, and says so', async () => {
    const heartbeat: number[] = []
    const { told, joins, broker } = await group(
      { heartbeat },
      { 'partition.assignment.strategy': 'cooperative-sticky' },
    )
    await told(ALL)
    heartbeat.push(CODES.rebalancing)
    await eventually(() => expect(broker.requestsOf(SyncGroup)).toHaveLength(2))
    await told(ALL, 'assigned')
    expect(joins()[1]!.protocols[0]!.metadata.length).toBeGreaterThan(
      joins()[0]!.protocols[0]!.metadata.length,
    )
  })

  it.each([
    ['unknown member', CODES.unknownMember, ''],
    ['illegal generation', CODES.illegalGeneration, 'member'],
  ])('counts its partitions as lost after %s, and joins again', async (_name, code, memberId) => {
    const heartbeat: number[] = []
    const { told, joins } = await group({ heartbeat })
    await told(ALL)
    heartbeat.push(code)
    await told(ALL, 'lost t-0 t-1', ALL)
    expect(joins()[1]!.memberId).toBe(memberId)
  })

  it('is no member, and has nothing to commit as, while it has lost its generation', async () => {
    const heartbeat: number[] = []
    const { told, membership, broker } = await group({ heartbeat })
    await told(ALL)
    expect(membership.identity?.generation).toBe(1)
    broker.on(JoinGroup, () => 'drop')
    heartbeat.push(CODES.unknownMember)
    await told(ALL, 'lost t-0 t-1')
    expect(membership.identity).toBeUndefined()
  })

  it('ends when another has its group.instance.id', async () => {
    const { ended } = await group({ heartbeat: [CODES.fenced] }, { 'group.instance.id': 'one' })
    expect(await ended).toMatchObject({ codeName: 'FENCED_INSTANCE_ID' })
  })

  it('survives a coordinator that hangs up', async () => {
    const { told, broker } = await group({})
    await told(ALL)
    const before = broker.requestsOf(Heartbeat).length
    broker.disconnectAll()
    await eventually(() => expect(broker.requestsOf(Heartbeat).length).toBeGreaterThan(before + 3))
    await told(ALL)
  })

  it('leaves while nothing can be written, and comes back when it can', async () => {
    const { told, broker, during } = await group({})
    await told(ALL)
    // What is lost is handed back when the output moves again.
    during.lost = () => eventually(() => expect(during.busySinceMs).toBe(undefined))
    during.busySinceMs = 1
    await eventually(() => expect(broker.requestsOf(LeaveGroup)).toHaveLength(1))
    during.busySinceMs = undefined
    await told(ALL, STUCK, 'lost t-0 t-1', ALL)
    expect(broker.requestsOf(JoinGroup).at(-1)!.memberId).toBe('')
    const { members } = broker.requestsOf(LeaveGroup)[0]!
    expect(members).toMatchObject([{ memberId: 'member', reason: 'max.poll.interval.ms was over' }])
  })

  it('leaves by its id, unless it is static', async () => {
    const dynamic = await group({})
    await dynamic.told(ALL)
    dynamic.membership.stop()
    await dynamic.membership.leave('default', 60_000)
    expect(dynamic.broker.requestsOf(LeaveGroup)).toMatchObject([{ members: [{ memberId: 'member' }] }])
    await dynamic.close()
    const still = await group({}, { 'group.instance.id': 'one' })
    await still.told(ALL)
    still.membership.stop()
    await still.membership.leave('default', 60_000)
    expect(still.broker.requestsOf(LeaveGroup)).toEqual([])
    await still.membership.leave('leave', 60_000)
    expect(still.broker.requestsOf(LeaveGroup)).toHaveLength(1)
  })
})
