import { expect, it } from 'vitest'
import { DirectAppender } from '../../../src/core/producer/appender.ts'
import { TopicRouter } from '../../../src/core/producer/topic-router.ts'
import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { startProducing } from './support.ts'

const VALUE = Buffer.from('a value of 34 bytes, give and take')

it('records without a key fill one batch after the other: no batch is begun with what did not fit', async () => {
  const { cluster, producer, brokers } = await startProducing({ 'batch.size': '500' }, { partitions: 12 })
  const appender = new DirectAppender(producer, new TopicRouter(cluster, producer, 't'))
  for (let line = 1; line <= 100; line++)
    appender.append(VALUE, -1, -1, 0, VALUE.length, null, 1000, -1, line)
  await producer.flush()
  const counts = brokers[0]!
    .requestsOf(Produce)
    .flatMap(({ topicData }) => topicData[0]!.partitionData)
    .flatMap(({ records }) => readBatches(records!, 'strict'))
    .map(({ recordsCount }) => recordsCount)
    .sort((a, b) => b - a)
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
  const counts = brokers[0]!
    .requestsOf(Produce)
    .flatMap(({ topicData }) => readBatches(topicData[0]!.partitionData[0]!.records!, 'strict'))
    .map(({ recordsCount }) => recordsCount)
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
