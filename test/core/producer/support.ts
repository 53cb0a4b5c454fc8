import type { Cluster } from '../../../src/core/cluster/cluster.ts'
import type { KtError } from '../../../src/core/errors.ts'
import { producerOptions } from '../../../src/core/producer/options.ts'
import type { Delivery } from '../../../src/core/producer/delivery.ts'
import { Producer } from '../../../src/core/producer/producer.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { loadCodec } from '../../../src/core/records/compression.ts'
import { RecordCursor } from '../../../src/core/records/record-cursor.ts'
import type { FakeBroker } from '../../broker/index.ts'
import { addTopic } from '../../broker/index.ts'
import { closesAfterTest, fakeCluster, open } from '../cluster/support.ts'

export interface Producing {
  brokers: FakeBroker[]
  cluster: Cluster
  producer: Producer
  /** Appends values to a partition; they count as the lines 1, 2, 3 … of the input. */
  add(partition: number, ...values: string[]): void
  /** Closes the partition's batch, so that the next records get one of their own. */
  cut(partition: number): void
  /** Input positions by outcome. */
  stored: number[]
  failed: { position: number; error: KtError }[]
}

/** A fake cluster with the topic `t`, and a producer for it with quick back-offs. */
export async function startProducing(
  properties: Record<string, string> = {},
  { nodes = 1, partitions = 1 } = {},
): Promise<Producing> {
  const brokers = await fakeCluster(nodes)
  addTopic(brokers[0]!.state, 't', partitions)
  const cluster = await open(brokers.map(({ address }) => address).join(','), properties)
  await cluster.metadata.topic('t')
  const stored: number[] = []
  const failed: Producing['failed'] = []
  const deliver = ({ count, positionOf, error }: Delivery) => {
    for (let index = 0; index < count; index++) {
      if (error === undefined) stored.push(positionOf(index))
      else failed.push({ position: positionOf(index), error })
    }
  }
  const producer = closesAfterTest(await Producer.open(cluster, producerOptions(cluster.settings), deliver))
  let position = 0
  return {
    brokers,
    cluster,
    producer,
    stored,
    failed,
    add(partition, ...values) {
      const queue = producer.partition('t', partition)
      for (const value of values) {
        const bytes = Buffer.from(value)
        producer.append(queue, 1000, null, -1, -1, bytes, 0, bytes.length, null, ++position)
      }
    },
    cut(partition) {
      const queue = producer.partition('t', partition)
      if (queue.open !== undefined) queue.ready.push(queue.open)
      queue.open = undefined
    },
  }
}

/** All values of a partition, in the order of its log. */
export async function valuesOf(broker: FakeBroker, partition = 0): Promise<string[]> {
  const { log } = broker.state.topics.get('t')!.partitions[partition]!
  return (await Promise.all(log.batches.map(({ bytes }) => valuesIn(bytes)))).flat()
}

export async function valuesIn(bytes: Buffer): Promise<string[]> {
  const cursor = new RecordCursor()
  const values: string[] = []
  for (const batch of readBatches(bytes, 't-0')) {
    await loadCodec(batch.codec)
    cursor.open(batch)
    while (cursor.next())
      values.push(Buffer.from(cursor.bytes.subarray(cursor.valueStart, cursor.valueEnd)).toString())
  }
  return values
}
