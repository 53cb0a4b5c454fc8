import { describe, expect, it } from 'vitest'
import { Fetcher } from '../../../src/core/consumer/fetcher.ts'
import { FetchSession, type SessionPartition } from '../../../src/core/consumer/fetch-session.ts'
import { fetchOptions } from '../../../src/core/consumer/options.ts'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'
import { Fetch, type FetchRequest } from '../../../src/core/protocol/generated/apis/Fetch.ts'
import { addTopic, type FakeBroker } from '../../broker/index.ts'
import { closesAfterTest, fakeCluster, open } from '../cluster/support.ts'

const told = (position: PartitionPosition, offset: number): SessionPartition => ({
  position,
  topicId: 'id',
  offset,
  currentLeaderEpoch: 0,
  lastFetchedEpoch: -1,
})
const names = (list: readonly { position: PartitionPosition }[]) => list.map(({ position }) => position.name)

describe('a fetch session', () => {
  const [one, two] = [new PartitionPosition('t', 0, 0), new PartitionPosition('t', 1, 0)]

  it('says everything once, and then only what has changed', () => {
    const session = new FetchSession()
    const first = session.request([told(one, 0), told(two, 0)])
    expect(first).toMatchObject({ sessionId: 0, sessionEpoch: 0 })
    expect(names(first.changed)).toEqual(['t-0', 't-1'])
    session.answered(7)
    const second = session.request([told(one, 5), told(two, 0)])
    expect(second).toMatchObject({ sessionId: 7, sessionEpoch: 1, forgotten: [] })
    expect(names(second.changed)).toEqual(['t-0'])
    session.answered(7)
    expect(session.request([told(one, 5), told(two, 0)])).toMatchObject({ sessionEpoch: 2, changed: [] })
  })

  it('names what the broker is to forget', () => {
    const session = new FetchSession()
    session.request([told(one, 0), told(two, 0)])
    session.answered(7)
    const { changed, forgotten } = session.request([told(two, 0)])
    expect([names(changed), names(forgotten)]).toEqual([[], ['t-0']])
  })

  it('says everything each time where the broker has no room for a session', () => {
    const session = new FetchSession()
    for (const _ of [1, 2]) {
      const { sessionId, sessionEpoch, changed } = session.request([told(one, 0)])
      expect([sessionId, sessionEpoch, names(changed)]).toEqual([0, 0, ['t-0']])
      session.answered(0)
    }
  })

  it('starts over when it was lost, and closes the old one unless that is gone', () => {
    for (const isForgotten of [true, false]) {
      const session = new FetchSession()
      session.request([told(one, 0)])
      session.answered(7)
      session.reset(isForgotten)
      const { sessionId, sessionEpoch, changed } = session.request([told(one, 0)])
      expect([sessionId, sessionEpoch, names(changed)]).toEqual([isForgotten ? 0 : 7, 0, ['t-0']])
    }
  })
})

/** Brokers with sessions; `log` has what each fetch asked for. */
async function startFetching(nodes = 1, properties: Record<string, string> = {}) {
  const brokers = await fakeCluster(nodes)
  const topic = addTopic(brokers[0]!.state, 't', 2)
  const cluster = await open(
    brokers.map(({ address }) => address),
    properties,
  )
  await cluster.metadata.topic('t')
  const events: string[] = []
  const fetcher = closesAfterTest(
    new Fetcher(cluster, fetchOptions(cluster.settings), {
      offsetOutOfRange: async ({ name }) => void events.push(`${name} out of range`),
      truncated: async ({ name, offset }, endOffset) => void events.push(`${name} ${offset} → ${endOffset}`),
      note: (text) => void events.push(text),
    }),
  )
  return { brokers, broker: brokers[0]!, cluster, fetcher, topic, events }
}

/** Answers that bring nothing, after a moment, as a broker at the end of its log gives them. */
function quiet(response: object = {}) {
  return { delayMs: 5, response: { sessionId: 9, responses: [], ...response } }
}

/** Lets the fetcher go on until `isDone`. */
async function until(fetcher: Fetcher, isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isDone(); turn++) await fetcher.next(5)
  expect(isDone()).toBe(true)
}

const asked = (broker: FakeBroker): FetchRequest[] => broker.requestsOf(Fetch)
const partitionsOf = ({ topics }: FetchRequest) =>
  topics.flatMap(({ partitions }) =>
    partitions.map(({ partition, fetchOffset }) => [partition, Number(fetchOffset)]),
  )

describe('fetching', () => {
  it('does not name partitions again of which nothing is new', async () => {
    const { broker, fetcher } = await startFetching()
    broker.on(Fetch, () => quiet())
    fetcher.add(new PartitionPosition('t', 0, 0))
    fetcher.add(new PartitionPosition('t', 1, 0))
    await until(fetcher, () => asked(broker).length >= 4)
    const [first, second, third] = asked(broker)
    expect(partitionsOf(first!).sort()).toEqual([
      [0, 0],
      [1, 0],
    ])
    expect([second!, third!].map(({ sessionId, sessionEpoch }) => [sessionId, sessionEpoch])).toEqual([
      [9, 1],
      [9, 2],
    ])
    expect([...partitionsOf(second!), ...partitionsOf(third!)]).toEqual([])
  })

  it.each([
    ['FETCH_SESSION_ID_NOT_FOUND', 70, 0],
    ['INVALID_FETCH_SESSION_EPOCH', 71, 9],
  ])('names all of them anew after %s', async (_name, errorCode, sessionId) => {
    const { broker, fetcher } = await startFetching()
    broker.on(Fetch, ({ sessionEpoch }) =>
      sessionEpoch === 2 ? quiet({ errorCode, sessionId: 0 }) : quiet(),
    )
    fetcher.add(new PartitionPosition('t', 0, 0))
    await until(fetcher, () => asked(broker).length >= 4)
    const again = asked(broker)[3]!
    expect([again.sessionId, again.sessionEpoch, partitionsOf(again)]).toEqual([sessionId, 0, [[0, 0]]])
  })

  it('names all of them anew after the connection was lost', async () => {
    const { broker, fetcher } = await startFetching()
    broker.on(Fetch, () => quiet())
    fetcher.add(new PartitionPosition('t', 0, 0))
    await until(fetcher, () => asked(broker).length >= 2)
    broker.disconnectAll()
    const before = asked(broker).length
    await until(fetcher, () =>
      asked(broker)
        .slice(before)
        .some(({ sessionEpoch }) => sessionEpoch === 0),
    )
    const whole = asked(broker)
      .slice(before)
      .find(({ sessionEpoch }) => sessionEpoch === 0)!
    expect(partitionsOf(whole)).toEqual([[0, 0]])
  })
})

describe('a replica that the leader prefers', () => {
  const leaderAnswer = (topicId: string, preferredReadReplica: number) =>
    quiet({
      responses: [
        {
          topicId,
          topic: 't',
          partitions: [
            {
              partitionIndex: 0,
              highWatermark: 100n,
              lastStableOffset: 100n,
              preferredReadReplica,
              records: null,
            },
          ],
        },
      ],
    })

  it('is fetched from, at the very offset that the leader was asked for', async () => {
    const { brokers, fetcher, topic } = await startFetching(2, { 'client.rack': 'near' })
    const [leader, follower] = brokers as [FakeBroker, FakeBroker]
    leader.on(Fetch, () => leaderAnswer(topic.topicId, 2))
    follower.on(Fetch, () => quiet())
    const position = new PartitionPosition('t', 0, 3)
    fetcher.add(position)
    await until(fetcher, () => asked(follower).length >= 2)
    expect(asked(leader)[0]!.rackId).toBe('near')
    expect(partitionsOf(asked(follower)[0]!)).toEqual([[0, 3]])
    expect(position.offset).toBe(3)
    expect(asked(leader)).toHaveLength(1)
  })

  it('that is gone is left for the leader', async () => {
    const { brokers, fetcher, topic } = await startFetching(2)
    const [leader, follower] = brokers as [FakeBroker, FakeBroker]
    leader.on(Fetch, () => leaderAnswer(topic.topicId, asked(leader).length === 1 ? 2 : -1))
    follower.on(Fetch, () => 'close')
    fetcher.add(new PartitionPosition('t', 0, 3))
    await until(fetcher, () => asked(leader).length >= 2)
    expect(asked(follower).length).toBeGreaterThan(0)
  })

  it('that has not got the offset is left for the leader, which decides', async () => {
    const { brokers, fetcher, topic, events } = await startFetching(2)
    const [leader, follower] = brokers as [FakeBroker, FakeBroker]
    leader.on(Fetch, () => leaderAnswer(topic.topicId, asked(leader).length === 1 ? 2 : -1))
    follower.on(Fetch, () =>
      quiet({
        responses: [
          {
            topicId: topic.topicId,
            topic: 't',
            partitions: [{ partitionIndex: 0, errorCode: 1, records: null }],
          },
        ],
      }),
    )
    fetcher.add(new PartitionPosition('t', 0, 3))
    await until(fetcher, () => asked(leader).length >= 2)
    expect(events).toEqual([])
  })

  it('is not preferred for ever: the leader is asked again after metadata.max.age.ms', async () => {
    const { brokers, fetcher, topic } = await startFetching(2, { 'metadata.max.age.ms': '50' })
    const [leader, follower] = brokers as [FakeBroker, FakeBroker]
    leader.on(Fetch, () => leaderAnswer(topic.topicId, 2))
    follower.on(Fetch, () => quiet())
    fetcher.add(new PartitionPosition('t', 0, 3))
    await until(fetcher, () => asked(leader).length >= 2)
    expect(asked(follower).length).toBeGreaterThan(0)
  })
})

describe('a log that an unclean election has cut', () => {
  it('is told, and read on from where the logs part', async () => {
    const { broker, fetcher, topic, events } = await startFetching()
    broker.on(Fetch, () =>
      asked(broker).length > 1
        ? quiet()
        : quiet({
            responses: [
              {
                topicId: topic.topicId,
                topic: 't',
                partitions: [
                  {
                    partitionIndex: 0,
                    highWatermark: 100n,
                    lastStableOffset: 100n,
                    divergingEpoch: { epoch: 1, endOffset: 6n },
                    records: null,
                  },
                ],
              },
            ],
          }),
    )
    const position = new PartitionPosition('t', 0, 10)
    position.leaderEpoch = 2
    fetcher.add(position)
    await until(fetcher, () => asked(broker).length >= 2)
    const [first, second] = asked(broker)
    expect(first!.topics[0]!.partitions[0]).toMatchObject({ lastFetchedEpoch: 2 })
    expect(events).toEqual(['t-0 10 → 6'])
    expect(partitionsOf(second!)).toEqual([[0, 6]])
  })
})
