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
