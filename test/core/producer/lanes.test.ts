import { describe, expect, it } from 'vitest'
import { ApiVersions } from '../../../src/core/protocol/generated/apis/ApiVersions.ts'
import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import type { FakeBroker } from '../../broker/index.ts'
import { type Producing, startProducing, valuesOf } from './support.ts'

const PARTITIONS = 4
/** A request holds one batch: a further one is for another request. */
const ONE_BATCH = { 'max.request.size': '200' }
const ROUNDS = 20

function startMany(): Promise<Producing> {
  return startProducing(ONE_BATCH, { partitions: PARTITIONS })
}

function connectionsOf({ requests }: FakeBroker): Set<number> {
  return new Set(
    requests.filter(({ apiName }) => apiName === Produce.name).map(({ connection }) => connection),
  )
}

/** One batch after the other for every partition. */
function addRounds({ add, cut }: Producing): void {
  for (let round = 0; round < ROUNDS; round++) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      add(partition, `${round}`.padEnd(100, '.'))
      cut(partition)
    }
  }
}

async function expectAllInOrder(broker: FakeBroker): Promise<void> {
  const wanted = Array.from({ length: ROUNDS }, (_, round) => `${round}`.padEnd(100, '.'))
  for (let partition = 0; partition < PARTITIONS; partition++)
    expect(await valuesOf(broker, partition)).toEqual(wanted)
}

describe('batches for one broker', () => {
  it('of several partitions take several connections, and each partition keeps its order', async () => {
    const producing = await startMany()
    const [broker] = producing.brokers as [FakeBroker]
    addRounds(producing)
    await producing.producer.flush()
    expect(connectionsOf(broker).size).toBe(3)
    await expectAllInOrder(broker)
  })

  it('take one connection while it is idle each time', async () => {
    const { brokers, producer, add } = await startMany()
    for (const partition of [0, 1, 2, 3]) {
      add(partition, 'a')
      await producer.flush()
    }
    expect(connectionsOf(brokers[0]!).size).toBe(1)
  })

  it('of one partition take one connection, as two would not keep their order', async () => {
    const { brokers, producer, add, cut } = await startMany()
    for (let batch = 0; batch < ROUNDS; batch++) {
      add(0, 'x'.repeat(100))
      cut(0)
    }
    await producer.flush()
    expect(connectionsOf(brokers[0]!).size).toBe(1)
    expect(brokers[0]!.requestsOf(Produce)).toHaveLength(ROUNDS)
  })

  it('take the one there is where the broker refuses another', async () => {
    const producing = await startMany()
    const [broker] = producing.brokers as [FakeBroker]
    producing.add(0, '0'.padEnd(100, '.'))
    await producing.producer.flush()
    const known = broker.connections
    broker.on(ApiVersions, (_, { connection }) => (connection > known ? 'close' : undefined))
    broker.state.topics.get('t')!.partitions[0]!.log.batches.length = 0
    addRounds(producing)
    await producing.producer.flush()
    expect(connectionsOf(broker).size).toBe(1)
    expect(producing.failed).toEqual([])
    await expectAllInOrder(broker)
  })
})
