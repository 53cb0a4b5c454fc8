import { expect, it } from 'vitest'
import { DirectAppender } from '../../../src/core/producer/appender.ts'
import type { Producer } from '../../../src/core/producer/producer.ts'
import { TopicRouter } from '../../../src/core/producer/topic-router.ts'
import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { encodeHeaders } from '../../../src/core/records/headers.ts'
import type { FakeBroker } from '../../broker/index.ts'
import { startProducing } from './support.ts'

const VALUE = Buffer.from('a value of 34 bytes, give and take')

it('records without a key fill one batch after the other: no batch is begun with what did not fit', async () => {
  const { cluster, producer, brokers } = await startProducing({ 'batch.size': '500' }, { partitions: 12 })
  const appender = new DirectAppender(producer, new TopicRouter(cluster, producer, 't'))
  for (let line = 1; line <= 100; line++)
    appender.append(VALUE, -1, -1, 0, VALUE.length, null, 1000, -1, line)
  await producer.flush()
  const counts = batchCounts(brokers[0]!).sort((a, b) => b - a)
  const fullest = counts[0]!
  const last = 100 % fullest
  expect(counts).toEqual([
    ...new Array<number>(Math.floor(100 / fullest)).fill(fullest),
    ...(last ? [last] : []),
  ])
})

it('a batch is filled before it leaves, also when the input waits for memory', async () => {
  const properties = { 'batch.size': '500', 'buffer.memory': '2000', 'linger.ms': '60000' }
  const { cluster, producer, brokers } = await startProducing(properties)
  const appender = new DirectAppender(producer, new TopicRouter(cluster, producer, 't'))
  for (let line = 1; line <= 200; line++) {
    if (!producer.hasRoom) await producer.room()
    appender.append(VALUE, -1, -1, 0, VALUE.length, null, 1000, -1, line)
  }
  await producer.flush()
  const counts = batchCounts(brokers[0]!)
  expect(new Set(counts.slice(0, -1)).size).toBe(1)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200)
})

it('what is held by linger.ms alone leaves when nothing else can make room', async () => {
  const properties = { 'batch.size': '500', 'buffer.memory': '500', 'linger.ms': '60000' }
  const { cluster, producer, stored } = await startProducing(properties, { partitions: 2 })
  const router = new TopicRouter(cluster, producer, 't')
  producer.append(router.queueOf(0), 1000, null, -1, -1, VALUE, 0, VALUE.length, null, 1)
  expect(producer.hasRoom).toBe(false)
  await producer.room()
  expect([producer.hasRoom, stored]).toEqual([true, [1]])
})

it('records that name their partition stay there when a batch is full', async () => {
  const { cluster, producer, stored } = await startProducing({ 'batch.size': '500' }, { partitions: 12 })
  const router = new TopicRouter(cluster, producer, 't', { fixedPartition: 5 })
  const appender = new DirectAppender(producer, router)
  for (let line = 1; line <= 100; line++)
    appender.append(VALUE, -1, -1, 0, VALUE.length, null, 1000, -1, line)
  await producer.flush()
  expect(producer.partition('t', 5).nextSequence).toBe(100)
  expect(stored).toHaveLength(100)
})

it('records of a slow input, whose batches leave before they are full, go to one partition after the other', async () => {
  const { cluster, producer } = await startProducing({}, { partitions: 12 })
  const appender = new DirectAppender(producer, new TopicRouter(cluster, producer, 't'))
  const value = Buffer.alloc(1000)
  for (let line = 1; line <= 170; line++) {
    appender.append(value, -1, -1, 0, value.length, null, 1000, -1, line)
    await producer.flush()
  }
  const counts = partitionCounts(producer)
  // Kafka's batch.size is taken by 17 of them.
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(1)
  expect(counts.every((count) => count % 17 === 0)).toBe(true)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(170)
})

it('records of a transaction without a key stay with one partition, as each costs it time, and the next takes another', async () => {
  const properties = { 'batch.size': '500', 'transactional.id': 'mine' }
  const { cluster, producer } = await startProducing(properties, { partitions: 12 })
  const appender = new DirectAppender(producer, new TopicRouter(cluster, producer, 't'))
  const queues = Array.from({ length: 12 }, (_, partition) => producer.partition('t', partition))
  for (const transaction of [1, 2]) {
    producer.transaction!.begin()
    for (let line = 1; line <= 100; line++)
      appender.append(VALUE, -1, -1, 0, VALUE.length, null, 1000, -1, line)
    for (const queue of queues) producer.endBatch(queue)
    const batches = queues.map(({ ready }) => ready.length).filter((count) => count > 0)
    expect(batches).toHaveLength(transaction)
    expect(Math.min(...batches)).toBeGreaterThan(5)
  }
})

it('headers count when it is asked whether a record without a key fits', async () => {
  const { cluster, producer, brokers } = await startProducing({ 'batch.size': '500' }, { partitions: 12 })
  const appender = new DirectAppender(producer, new TopicRouter(cluster, producer, 't'))
  const headers = encodeHeaders([{ key: Buffer.from('trace'), value: Buffer.alloc(150) }])
  for (let line = 1; line <= 40; line++)
    appender.append(VALUE, -1, -1, 0, VALUE.length, headers, 1000, -1, line)
  await producer.flush()
  const counts = batchCounts(brokers[0]!)
  expect(counts).toEqual(new Array<number>(20).fill(2))
  expect(partitionCounts(producer).filter((count) => count > 0).length).toBeGreaterThan(1)
})

/** How many records each of the 12 partitions has taken. */
function partitionCounts(producer: Producer): number[] {
  return Array.from({ length: 12 }, (_, partition) => producer.partition('t', partition).nextSequence)
}

/** How many records each batch has that the broker was sent. */
function batchCounts(broker: FakeBroker): number[] {
  return broker
    .requestsOf(Produce)
    .flatMap(({ topicData }) => topicData[0]!.partitionData)
    .flatMap(({ records }) => readBatches(records!, 'strict'))
    .map(({ recordsCount }) => recordsCount)
}
