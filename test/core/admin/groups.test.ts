import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describe as describeGroups, findListed } from '../../../src/core/admin/describe-groups.ts'
import { lagOf } from '../../../src/core/admin/group-lag.ts'
import { type GroupListing, list } from '../../../src/core/admin/groups.ts'
import { type Cluster, openCluster } from '../../../src/core/cluster/cluster.ts'
import { KtError } from '../../../src/core/errors.ts'
import { DescribeGroups } from '../../../src/core/protocol/generated/apis/DescribeGroups.ts'
import { FindCoordinator } from '../../../src/core/protocol/generated/apis/FindCoordinator.ts'
import { ListGroups } from '../../../src/core/protocol/generated/apis/ListGroups.ts'
import { OffsetFetch } from '../../../src/core/protocol/generated/apis/OffsetFetch.ts'
import { resolveSettings } from '../../../src/core/settings.ts'
import { type FakeBroker, startFakeBroker } from '../../broker/index.ts'

const GROUPS = 1200
const NOT_COORDINATOR = 16
const GROUP_AUTHORIZATION_FAILED = 30

let broker: FakeBroker
let cluster: Cluster
let asked: Record<string, number>

beforeEach(async () => {
  asked = {}
  broker = await startFakeBroker({ topics: { orders: 2 } })
  const groups = Array.from({ length: GROUPS }, (_, index) => ({
    groupId: `g${index}`,
    protocolType: 'consumer',
    groupState: 'Empty',
    groupType: 'classic',
  }))
  broker.on(ListGroups, () => ({ groups }))
  broker.on(DescribeGroups, ({ groups: ids }) => {
    count('DescribeGroups')
    return { groups: ids.map((groupId) => ({ groupId, groupState: 'Empty', protocolType: 'consumer' })) }
  })
  broker.on(OffsetFetch, ({ groups: wanted }) => {
    count('OffsetFetch')
    const topics = [{ name: 'orders', partitions: [{ partitionIndex: 1, committedOffset: 0n }] }]
    return { groups: wanted.map(({ groupId }) => ({ groupId, topics })) }
  })
  const { settings } = resolveSettings({ commandLine: { 'bootstrap.servers': broker.address } })
  cluster = await openCluster({ settings })
})
afterEach(async () => {
  cluster.close()
  await broker.close()
})

function count(name: string): void {
  asked[name] = (asked[name] ?? 0) + 1
}

describe('a broker that leaves the cluster', () => {
  it('is not asked for groups any more: they have moved', async () => {
    const gone = await startFakeBroker({ nodeId: 2, state: broker.state })
    await cluster.metadata.refresh([])
    expect([...cluster.metadata.brokers.keys()]).toEqual([1, 2])
    await gone.close()
    broker.state.nodes.pop()
    expect(await list(cluster)).toHaveLength(GROUPS)
    cluster.learnCoordinator('group', 'g1', 2)
    expect(await findListed(cluster, ['g1'])).toMatchObject([{ groupId: 'g1', coordinatorId: 1 }])
  })
})

describe('many groups', () => {
  it('are described with few requests, and nobody is asked where those listed are', async () => {
    broker.on(FindCoordinator, () => {
      count('FindCoordinator')
      return undefined
    })
    const described = await describeGroups(cluster, await list(cluster))
    const groups = [...described.values()].flatMap((one) => (one instanceof KtError ? [] : [one]))
    const lag = await lagOf(cluster, groups)
    expect(groups).toHaveLength(GROUPS)
    expect(lag.get('g7')).toMatchObject([
      { topic: 'orders', partition: 1, currentOffset: 0, logEndOffset: 0, lag: 0 },
    ])
    expect(asked).toEqual({ DescribeGroups: 3, OffsetFetch: 3 })
  })

  it('that have moved are asked about again at their new coordinator', async () => {
    let isMoved = false
    broker.on(DescribeGroups, ({ groups: ids }) => {
      const errorCode = isMoved ? 0 : NOT_COORDINATOR
      isMoved = true
      return { groups: ids.map((groupId) => ({ groupId, errorCode, groupState: 'Stable' })) }
    })
    const listed = (await list(cluster)).slice(0, 3)
    const described = await describeGroups(cluster, listed)
    expect([...described.values()]).toMatchObject([
      { state: 'Stable' },
      { state: 'Stable' },
      { state: 'Stable' },
    ])
  })

  it('that may not be seen are told, with what is missing; the others are described', async () => {
    broker.on(DescribeGroups, ({ groups: ids }) => ({
      groups: ids.map((groupId) => ({
        groupId,
        errorCode: groupId === 'g1' ? GROUP_AUTHORIZATION_FAILED : 0,
        groupState: 'Empty',
      })),
    }))
    const listed: GroupListing[] = (await list(cluster)).slice(0, 2)
    const described = await describeGroups(cluster, listed)
    expect(described.get('g0')).toMatchObject({ state: 'Empty' })
    expect(described.get('g1')).toMatchObject({
      codeName: 'GROUP_AUTHORIZATION_FAILED',
      hint: 'the user needs DESCRIBE on the group',
    })
  })
})
