import { describe, expect, it } from 'vitest'
import { Fetcher } from '../../../src/core/consumer/fetcher.ts'
import { fetchOptions } from '../../../src/core/consumer/options.ts'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'
import { RecordReader } from '../../../src/core/consumer/read-records.ts'
import { KtError } from '../../../src/core/errors.ts'
import { Fetch } from '../../../src/core/protocol/generated/apis/Fetch.ts'
import { addTopic, type FakeBroker } from '../../broker/index.ts'
import { closesAfterTest, fakeCluster, open } from '../cluster/support.ts'
import { crc32c, textBatch } from '../records/support.ts'

interface Reading {
  brokers: FakeBroker[]
  position: PartitionPosition
  outOfRange: number[]
  /** Values up to and with `last`. */
  until(last: string): Promise<string[]>
}

/** Reads partition 0 of `t` from `offset`; an offset out of range starts over at 0 unless `onOutOfRange` throws. */
async function startReading(
  values: string[],
  { nodes = 1, offset = 0, onOutOfRange = () => {} } = {},
): Promise<Reading> {
  const brokers = await fakeCluster(nodes)
  addTopic(brokers[0]!.state, 't', 1)
  for (const value of values) await append(brokers[0]!, value)
  const cluster = await open(brokers.map(({ address }) => address).join(','))
  await cluster.metadata.topic('t')
  const outOfRange: number[] = []
  const fetcher = closesAfterTest(
    new Fetcher(cluster, fetchOptions(cluster.settings), {
      offsetOutOfRange: (position) => {
        outOfRange.push(position.offset)
        onOutOfRange()
        position.seek(0)
        return Promise.resolve()
      },
      truncated: () => Promise.resolve(),
      note: () => {},
    }),
  )
  const position = new PartitionPosition('t', 0, offset)
  fetcher.add(position)
  const reader = new RecordReader({ isReadCommitted: false, crc32c })
  return {
    brokers,
    position,
    outOfRange,
    async until(last) {
      const read: string[] = []
      while (read.at(-1) !== last) {
        for (const fetched of (await fetcher.next(5000)) ?? [])
          await reader.read(fetched, {
            record: ({ bytes, valueStart, valueEnd }) =>
              read.push(Buffer.from(bytes.subarray(valueStart, valueEnd)).toString()) > 0,
            isFull: () => false,
            flush: () => Promise.resolve(),
          })
      }
      return read
    },
  }
}

async function append(broker: FakeBroker, ...values: string[]): Promise<void> {
  broker.state.topics.get('t')!.partitions[0]!.log.append(await textBatch(...values))
}

/** An answer for partition 0 with these bytes or this error. */
function answerOf(broker: FakeBroker, records: Buffer | null, errorCode = 0) {
  const { topicId, partitions } = broker.state.topics.get('t')!
  const highWatermark = partitions[0]!.log.endOffset
  const partition = { partitionIndex: 0, errorCode, highWatermark, lastStableOffset: highWatermark, logStartOffset: 0n, records } // prettier-ignore
  return { sessionId: 0, responses: [{ topic: 't', topicId, partitions: [partition] }] }
}

describe('reading', () => {
  it('gives every record once, from the offset that was asked for', async () => {
    const reading = await startReading(['a', 'b', 'c', 'd'], { offset: 1 })
    expect(await reading.until('d')).toEqual(['b', 'c', 'd'])
  })

  it('asks each broker for little at first, then for more up to fetch.max.bytes', async () => {
    const reading = await startReading([])
    for (const value of ['a', 'b', 'c', 'd']) {
      await append(reading.brokers[0]!, value)
      await reading.until(value)
    }
    const KIB = 1024
    const asked = reading.brokers[0]!.requestsOf(Fetch).map(({ maxBytes }) => maxBytes / KIB)
    expect(asked.slice(0, 4)).toEqual([512, 2048, 8192, 8192])
  })

  it('starts within a batch without showing what stands before', async () => {
    const reading = await startReading([], { offset: 2 })
    await append(reading.brokers[0]!, 'a', 'b', 'c', 'd')
    expect(await reading.until('d')).toEqual(['c', 'd'])
  })

  it('waits through empty answers', async () => {
    const reading = await startReading([])
    const read = reading.until('late')
    await new Promise((resolve) => setTimeout(resolve, 30))
    await append(reading.brokers[0]!, 'late')
    expect(await read).toEqual(['late'])
  })

  it('follows the leader to another broker', async () => {
    const reading = await startReading(['a'], { nodes: 2 })
    expect(await reading.until('a')).toEqual(['a'])
    const partition = reading.brokers[0]!.state.topics.get('t')!.partitions[0]!
    partition.leader = 2
    partition.leaderEpoch = 1
    await append(reading.brokers[0]!, 'b')
    expect(await reading.until('b')).toEqual(['b'])
    expect(reading.brokers[1]!.requestsOf(Fetch).length).toBeGreaterThan(0)
  })

  it('goes on after a broker hangs up', async () => {
    const reading = await startReading(['a'])
    expect(await reading.until('a')).toEqual(['a'])
    reading.brokers[0]!.disconnectAll()
    await append(reading.brokers[0]!, 'b')
    expect(await reading.until('b')).toEqual(['b'])
  })

  it('asks what to do with an offset out of range, and goes on there', async () => {
    const reading = await startReading(['a', 'b'], { offset: 77 })
    expect(await reading.until('b')).toEqual(['a', 'b'])
    expect(reading.outOfRange).toEqual([77])
  })

  it('ends when an offset out of range is to end it', async () => {
    const reading = await startReading(['a'], {
      offset: 77,
      onOutOfRange: () => {
        throw new KtError('no offset 77 any more')
      },
    })
    await expect(reading.until('a')).rejects.toThrow('no offset 77 any more')
  })

  it('takes up a batch that was cut off with the next answer', async () => {
    const reading = await startReading(['a', 'b'])
    const [broker] = reading.brokers as [FakeBroker]
    const whole = Buffer.concat(
      broker.state.topics.get('t')!.partitions[0]!.log.batches.map(({ bytes }) => bytes),
    )
    let turn = 0
    broker.on(Fetch, () => (turn++ === 0 ? answerOf(broker, whole.subarray(0, whole.length - 5)) : undefined))
    expect(await reading.until('b')).toEqual(['a', 'b'])
  })
})

describe('reading ends with one error', () => {
  it.each([
    [
      'a CRC that does not match',
      (bytes: Buffer) => flipped(bytes, 65),
      't-0: the batch at offset 0 does not match its CRC',
    ],
    [
      'nothing but part of a batch',
      (bytes: Buffer) => bytes.subarray(0, 40),
      't-0: the broker sent 40 bytes for offset 0',
    ],
    ['an impossible batch length', (bytes: Buffer) => flipped(bytes, 8), 't-0: a batch claims a length of'],
    ['an unknown magic', (bytes: Buffer) => flipped(bytes, 16), 't-0: a batch has the magic'],
  ])('for %s', async (_name, damage, words) => {
    const reading = await startReading(['a'])
    const [broker] = reading.brokers as [FakeBroker]
    const { bytes } = broker.state.topics.get('t')!.partitions[0]!.log.batches[0]!
    broker.on(Fetch, () => answerOf(broker, damage(Buffer.from(bytes))))
    await expect(reading.until('a')).rejects.toThrow(words)
  })

  it('for a topic that may not be read', async () => {
    const reading = await startReading(['a'])
    const [broker] = reading.brokers as [FakeBroker]
    broker.on(Fetch, () => answerOf(broker, null, 29))
    await expect(reading.until('a')).rejects.toMatchObject({ codeName: 'TOPIC_AUTHORIZATION_FAILED' })
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at]! ^= 0xff
  return bytes
}
