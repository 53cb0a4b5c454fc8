import { describe, expect, it } from 'vitest'
import { Fetcher } from '../../../src/core/consumer/fetcher.ts'
import type { SessionReceiver } from '../../../src/core/consumer/counting-receiver.ts'
import { GroupSession } from '../../../src/core/consumer/group-session.ts'
import { fetchOptions } from '../../../src/core/consumer/options.ts'
import { RecordReader } from '../../../src/core/consumer/read-records.ts'
import { encodeAssignment } from '../../../src/core/group/consumer-protocol.ts'
import { groupOptions } from '../../../src/core/group/options.ts'
import { Fetch } from '../../../src/core/protocol/generated/apis/Fetch.ts'
import { JoinGroup } from '../../../src/core/protocol/generated/apis/JoinGroup.ts'
import { OffsetCommit } from '../../../src/core/protocol/generated/apis/OffsetCommit.ts'
import { OffsetFetch } from '../../../src/core/protocol/generated/apis/OffsetFetch.ts'
import { SyncGroup } from '../../../src/core/protocol/generated/apis/SyncGroup.ts'
import { addTopic } from '../../broker/index.ts'
import { closesAfterTest, fakeBroker, open } from '../cluster/support.ts'
import { eventually } from '../../support/eventually.ts'

/** A session of the group "g", which has committed offset 80 of epoch 3, on a log that `fetched` tells of. */
async function session(fetched: object) {
  const broker = await fakeBroker()
  const { topicId } = addTopic(broker.state, 't', 1)
  const partition = { topic: 't', partition: 0 }
  const join = {
    generationId: 1,
    protocolType: 'consumer',
    protocolName: 'range',
    leader: 'm',
    memberId: 'm',
  }
  broker.on(JoinGroup, ({ protocols: [one] }) => ({
    ...join,
    members: [{ memberId: 'm', metadata: one!.metadata }],
  }))
  broker.on(SyncGroup, () => ({ assignment: encodeAssignment([partition]) }))
  broker.on(OffsetFetch, () => ({
    groups: [
      {
        groupId: 'g',
        topics: [
          {
            topicId,
            partitions: [{ partitionIndex: 0, committedOffset: 80n, committedLeaderEpoch: 3, metadata: '' }],
          },
        ],
      },
    ],
  }))
  broker.on(OffsetCommit, ({ topics }) => ({
    topics: topics.map((one) => ({
      topicId: one.topicId,
      partitions: [{ partitionIndex: 0, errorCode: 0 }],
    })),
  }))
  broker.on(Fetch, () => ({
    delayMs: 5,
    response: {
      sessionId: 0,
      responses: [
        { topicId, partitions: [{ partitionIndex: 0, highWatermark: 80n, records: null, ...fetched }] },
      ],
    },
  }))
  const cluster = await open(broker.address, { 'group.id': 'g' })
  await cluster.metadata.topic('t')
  const truncations: [offset: number, endOffset: number][] = []
  const fetcher = closesAfterTest(
    new Fetcher(cluster, fetchOptions(cluster.settings), {
      offsetOutOfRange: async () => {},
      truncated: (position, endOffset) => {
        truncations.push([position.offset, endOffset])
        return Promise.resolve()
      },
      note: () => {},
    }),
  )
  const receiver: SessionReceiver = {
    record: () => true,
    dropped: () => true,
    refused: () => {},
    claim: (most) => Promise.resolve(most),
    settle: () => {},
    isFull: () => false,
    flush: () => Promise.resolve(),
    flushAll: () => Promise.resolve(),
  }
  const group = new GroupSession({
    cluster,
    fetcher,
    reader: new RecordReader({ isReadCommitted: false, crc32c: undefined }),
    group: groupOptions(cluster.settings),
    wanted: { names: ['t'] },
    reset: { strategy: 'earliest' },
    commit: { when: 'end' },
    isAsync: false,
    isParallel: false,
    receiver,
    note: () => {},
  })
  closesAfterTest({ close: () => group.close() })
  group.start()
  const firstFetch = () =>
    eventually(() => {
      const [request] = broker.requestsOf(Fetch)
      expect(request).toBeDefined()
      return request!.topics[0]!.partitions[0]!
    })
  return { fetcher, firstFetch, truncations, broker, group }
}

describe('a group that resumes', () => {
  it('tells the broker the leader epoch that was committed with the offset', async () => {
    const { firstFetch } = await session({})
    expect(await firstFetch()).toMatchObject({ fetchOffset: 80n, lastFetchedEpoch: 3 })
  })

  it('hears of a log that was truncated while nobody read, and reads on where the logs part', async () => {
    const { fetcher, truncations } = await session({ divergingEpoch: { epoch: 2, endOffset: 60n } })
    await eventually(() => expect(truncations[0]).toEqual([80, 60]))
    expect(fetcher.positions[0]!.offset).toBe(60)
    expect(fetcher.positions[0]!.leaderEpoch).toBe(-1)
  })

  it('commits nothing that was committed already', async () => {
    const { firstFetch, broker, group } = await session({})
    await firstFetch()
    await group.close()
    expect(broker.requestsOf(OffsetCommit)).toEqual([])
  })
})
