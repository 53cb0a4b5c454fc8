import { describe, expect, it } from 'vitest'
import { Fetcher } from '../../../src/core/consumer/fetcher.ts'
import { fetchOptions } from '../../../src/core/consumer/options.ts'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'
import { Fetch } from '../../../src/core/protocol/generated/apis/Fetch.ts'
import { addTopic } from '../../broker/index.ts'
import { closesAfterTest, fakeBroker, open } from '../cluster/support.ts'

interface Answer {
  highWatermark: bigint
  lastStableOffset?: bigint
  errorCode?: number
  throttleTimeMs?: number
}

/** A fetcher at offset 3 of a broker that sends no batch, and `answer` about its log. */
async function fetching(answer: Answer, properties: Record<string, string> = {}) {
  const { highWatermark, lastStableOffset = highWatermark, errorCode = 0, throttleTimeMs = 0 } = answer
  const broker = await fakeBroker()
  const { topicId } = addTopic(broker.state, 't', 1)
  const partition = { partitionIndex: 0, errorCode, highWatermark, lastStableOffset, records: null }
  const responses = [{ topic: 't', topicId, partitions: [partition] }]
  broker.on(Fetch, () => ({ delayMs: 5, response: { throttleTimeMs, sessionId: 0, responses } }))
  const cluster = await open(broker.address, properties)
  await cluster.metadata.topic('t')
  const fetcher = closesAfterTest(
    new Fetcher(cluster, fetchOptions(cluster.settings), {
      offsetOutOfRange: async () => {},
      truncated: async () => {},
      note: () => {},
    }),
  )
  const position = new PartitionPosition('t', 0, 3)
  fetcher.add(position)
  return { broker, fetcher, position }
}

/** The next offset after a few answers. */
async function standsAt({
  broker,
  fetcher,
  position,
}: Awaited<ReturnType<typeof fetching>>): Promise<number> {
  for (let turn = 0; turn < 500 && broker.requestsOf(Fetch).length < 4; turn++) await fetcher.next(5)
  expect(broker.requestsOf(Fetch).length).toBeGreaterThanOrEqual(4)
  return position.offset
}

describe('a log that goes on without a batch', () => {
  it('was compacted up to its end: reading stands there', async () => {
    expect(await standsAt(await fetching({ highWatermark: 50n }))).toBe(50)
  })

  it('was compacted up to its last stable offset under read_committed', async () => {
    const answer = { highWatermark: 50n, lastStableOffset: 20n }
    expect(await standsAt(await fetching(answer, { 'isolation.level': 'read_committed' }))).toBe(20)
  })

  it('is handed out as read, so that whoever waits for its end sees it', async () => {
    const { fetcher, position } = await fetching({ highWatermark: 50n })
    let fetched = await fetcher.next(5000)
    while (fetched === undefined) fetched = await fetcher.next(5000)
    expect(fetched).toMatchObject([{ fromOffset: 3, nextOffset: 50, batches: [] }])
    expect(fetched[0]!.position).toBe(position)
  })
})

describe('nothing is skipped', () => {
  it('at the end of the log', async () => {
    expect(await standsAt(await fetching({ highWatermark: 3n }))).toBe(3)
  })

  it('when the answer is an error', async () => {
    expect(await standsAt(await fetching({ highWatermark: 50n, errorCode: 6 }))).toBe(3)
  })

  it('when the broker holds back for a quota', async () => {
    expect(await standsAt(await fetching({ highWatermark: 50n, throttleTimeMs: 1 }))).toBe(3)
  })

  it('when somebody went back while the fetch was on its way', async () => {
    const { broker, fetcher, position } = await fetching({ highWatermark: 3n })
    const { topicId } = broker.state.topics.get('t')!
    broker.on(Fetch, () => {
      // Only the first fetch is answered; what the log has is told as of then.
      if (broker.requestsOf(Fetch).length > 1) return 'drop'
      position.seek(0)
      position.highWatermark = 3
      const partition = { partitionIndex: 0, highWatermark: 3n, lastStableOffset: 3n, records: null }
      return { delayMs: 5, response: { responses: [{ topic: 't', topicId, partitions: [partition] }] } }
    })
    while (broker.requestsOf(Fetch).length < 2) await fetcher.next(5)
    expect(position.offset).toBe(0)
  })
})
