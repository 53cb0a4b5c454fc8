import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DescribeGroups } from '../../../src/core/protocol/generated/apis/DescribeGroups.ts'
import { ListGroups } from '../../../src/core/protocol/generated/apis/ListGroups.ts'
import { OffsetFetch } from '../../../src/core/protocol/generated/apis/OffsetFetch.ts'
import { type FakeBroker, startFakeBroker } from '../../broker/index.ts'
import { runCommand } from '../../support/run-command.ts'

const HINT = 'nothing was changed: add --execute to do it'
const committed = [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 0n }] }]
const member = { memberId: 'm-1', clientId: 'c', clientHost: '/127.0.0.1' }

let broker: FakeBroker
beforeAll(async () => {
  broker = await startFakeBroker({ topics: { orders: 2 } })
  const groups = ['idle', 'busy', 'fresh']
  const stateOf = (groupId: string) => (groupId === 'busy' ? 'Stable' : 'Empty')
  broker.on(ListGroups, () => ({
    groups: groups.map((groupId) => ({
      groupId,
      groupState: stateOf(groupId),
      protocolType: 'consumer',
      groupType: 'classic',
    })),
  }))
  broker.on(DescribeGroups, ({ groups: ids }) => ({
    groups: ids.map((groupId) => ({
      groupId,
      groupState: stateOf(groupId),
      members: groupId === 'busy' ? [member] : [],
    })),
  }))
  broker.on(OffsetFetch, ({ groups: wanted }) => ({
    groups: wanted.map(({ groupId }) => ({ groupId, topics: groupId === 'fresh' ? [] : committed })),
  }))
})
afterAll(() => broker.close())

const reset = (...groups: string[]) =>
  runCommand(['groups', 'reset-offsets', ...groups, '--to-latest', '--all-topics'], [], {
    bootstrap: broker.address,
  })

describe('kt groups reset-offsets without --execute', () => {
  it('says how what it shows would be done', async () => {
    const { stdout, stderr, code } = await reset('idle')
    expect(stdout).toMatch(/^GROUP.*\nidle +orders/)
    expect(stderr).toEqual([HINT])
    expect(code).toBe(0)
  })

  it('says only why a group cannot be reset', async () => {
    const { stdout, stderr, code } = await reset('busy')
    expect(stdout).toBe('')
    expect(stderr).toEqual([
      expect.stringMatching(/Assignments can only be reset if the group 'busy' is inactive/),
      expect.stringContaining('stop its members first: m-1'),
    ])
    expect(code).toBe(1)
  })

  it('shows those of several that can be reset, and why the others cannot', async () => {
    const { stdout, stderr, code } = await reset('idle', 'busy')
    expect(stdout).toContain('idle')
    expect(stderr[0]).toBe(HINT)
    expect(stderr[1]).toContain('1 of 2 groups were not reset')
    expect(code).toBe(1)
  })

  it('promises nothing where there is nothing to reset', async () => {
    const { stderr, code } = await reset('fresh')
    expect(stderr).not.toContain(HINT)
    expect(code).toBe(0)
  })
})
