import { describe, expect, it } from 'vitest'
import { commitOffsets, fetchCommitted, isFenced } from '../../../src/core/group/committed-offsets.ts'
import { OffsetCommit } from '../../../src/core/protocol/generated/apis/OffsetCommit.ts'
import { OffsetFetch } from '../../../src/core/protocol/generated/apis/OffsetFetch.ts'
import { addTopic } from '../../broker/index.ts'
import { failureOf, fakeBroker, open } from '../cluster/support.ts'

const CODES = { unknownTopic: 3, loading: 14, illegalGeneration: 22, notAllowed: 30, unknownTopicId: 100 }

/** A coordinator that knows the topics "t" and "gone". */
async function coordinator(versions: Record<string, [number, number]> = {}) {
  const broker = await fakeBroker({ versions })
  const ids = Object.fromEntries(
    ['t', 'gone'].map((name) => [name, addTopic(broker.state, name, 1).topicId]),
  ) as Record<'t' | 'gone', string>
  const cluster = await open(broker.address)
  await cluster.metadata.refresh(['t', 'gone'])
  const versionsOf = (apiName: string) =>
    broker.requests.filter((one) => one.apiName === apiName).map(({ version }) => version)
  return { broker, cluster, ids, versionsOf }
}

const offset = (topic: string) => ({ topic, partition: 0, offset: 42, leaderEpoch: 7, metadata: '' })

/** Answers with a code for each topic of the request, by name or id. */
function answersCommit(
  at: Awaited<ReturnType<typeof coordinator>>,
  codes: Record<string, number[]> = {},
): void {
  at.broker.on(OffsetCommit, ({ topics }) => ({
    topics: topics.map(({ name, topicId }) => {
      const known = name || (topicId === at.ids.t ? 't' : 'gone')
      const errorCode = codes[known]?.shift() ?? 0
      return { name, topicId, partitions: [{ partitionIndex: 0, errorCode }] }
    }),
  }))
}

describe('a commit', () => {
  it('names topics by id where both sides know ids', async () => {
    const at = await coordinator()
    answersCommit(at)
    expect(await commitOffsets(at.cluster, 'g', [offset('t')])).toEqual([])
    const [request] = at.broker.requestsOf(OffsetCommit)
    expect(at.versionsOf('OffsetCommit')).toEqual([10])
    expect(request!.topics).toMatchObject([
      { topicId: at.ids.t, partitions: [{ committedOffset: 42n, committedLeaderEpoch: 7 }] },
    ])
  })

  it('names topics by name for brokers before Kafka 4', async () => {
    const at = await coordinator({ OffsetCommit: [2, 9] })
    answersCommit(at)
    await commitOffsets(at.cluster, 'g', [offset('t')])
    expect(at.broker.requestsOf(OffsetCommit)[0]!.topics).toMatchObject([{ name: 't' }])
  })

  it('names topics by name when the id of one is not known', async () => {
    const at = await coordinator()
    answersCommit(at)
    await commitOffsets(at.cluster, 'g', [offset('t'), offset('unheard-of')])
    expect(at.versionsOf('OffsetCommit')).toEqual([9])
  })

  it.each([CODES.unknownTopic, CODES.unknownTopicId])(
    'gives back what belongs to a topic that is gone (code %i)',
    async (code) => {
      const at = await coordinator()
      answersCommit(at, { gone: [code] })
      expect(await commitOffsets(at.cluster, 'g', [offset('t'), offset('gone')])).toEqual([
        { topic: 'gone', partition: 0 },
      ])
    },
  )

  it('waits while the coordinator loads', async () => {
    const at = await coordinator()
    answersCommit(at, { t: [CODES.loading, CODES.loading] })
    await commitOffsets(at.cluster, 'g', [offset('t')])
    expect(at.broker.requestsOf(OffsetCommit)).toHaveLength(3)
  })

  it('is refused once where repeating would not help', async () => {
    const at = await coordinator()
    answersCommit(at, { t: [CODES.illegalGeneration, CODES.notAllowed] })
    const stale = await failureOf(commitOffsets(at.cluster, 'g', [offset('t')]))
    expect([stale.message, isFenced(stale)]).toEqual([expect.stringContaining('commit of group "g"'), true])
    const refused = await failureOf(commitOffsets(at.cluster, 'g', [offset('t')]))
    expect([refused, isFenced(refused)]).toMatchObject([{ codeName: 'GROUP_AUTHORIZATION_FAILED' }, false])
    expect(at.broker.requestsOf(OffsetCommit)).toHaveLength(2)
  })
})

describe('committed offsets', () => {
  const partitions = [{ topic: 't', partition: 0 }]
  const found = {
    partitionIndex: 0,
    committedOffset: 42n,
    committedLeaderEpoch: 7,
    metadata: '',
    errorCode: 0,
  }

  it('are asked for by topic id, and come with their leader epochs', async () => {
    const at = await coordinator()
    at.broker.on(OffsetFetch, ({ groups }) => ({
      groups: groups.map(({ groupId, topics }) => ({
        groupId,
        topics: (topics ?? []).map(({ topicId }) => ({ topicId, partitions: [found] })),
      })),
    }))
    expect(await fetchCommitted(at.cluster, 'g', partitions)).toEqual([offset('t')])
    expect(at.versionsOf('OffsetFetch')).toEqual([10])
  })

  it('are asked for by name when the coordinator does not know the id', async () => {
    const at = await coordinator()
    at.broker.on(OffsetFetch, ({ groups }) => ({
      groups: groups.map(({ groupId, topics }) => ({
        groupId,
        topics: (topics ?? []).map(({ name, topicId }) => ({
          name,
          topicId,
          partitions: [name === 't' ? found : { ...found, errorCode: CODES.unknownTopicId }],
        })),
      })),
    }))
    expect(await fetchCommitted(at.cluster, 'g', partitions)).toEqual([offset('t')])
    expect(at.versionsOf('OffsetFetch')).toEqual([10, 9])
  })

  it('of all topics are asked for by name', async () => {
    const at = await coordinator()
    at.broker.on(OffsetFetch, () => ({
      groups: [{ groupId: 'g', topics: [{ name: 't', partitions: [found] }] }],
    }))
    expect(await fetchCommitted(at.cluster, 'g', null)).toEqual([offset('t')])
    expect(at.versionsOf('OffsetFetch')).toEqual([9])
  })

  it('that are missing are not there: -1 is no offset', async () => {
    const at = await coordinator()
    const none = { ...found, committedOffset: -1n }
    at.broker.on(OffsetFetch, () => ({
      groups: [{ groupId: 'g', topics: [{ topicId: at.ids.t, partitions: [none] }] }],
    }))
    expect(await fetchCommitted(at.cluster, 'g', partitions)).toEqual([])
  })
})
