import { describe, expect, it } from 'vitest'
import { sleep } from '../../../src/core/cluster/backoff.ts'
import { KtError } from '../../../src/core/errors.ts'
import { AddPartitionsToTxn } from '../../../src/core/protocol/generated/apis/AddPartitionsToTxn.ts'
import { ApiVersions } from '../../../src/core/protocol/generated/apis/ApiVersions.ts'
import { EndTxn } from '../../../src/core/protocol/generated/apis/EndTxn.ts'
import { InitProducerId } from '../../../src/core/protocol/generated/apis/InitProducerId.ts'
import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { apis } from '../../../src/core/protocol/generated/all.ts'
import { producerOptions } from '../../../src/core/producer/options.ts'
import { Producer } from '../../../src/core/producer/producer.ts'
import { addTopic } from '../../broker/index.ts'
import { eventually } from '../../support/eventually.ts'
import { closesAfterTest, failureOf, fakeBroker, open } from '../cluster/support.ts'

const PRODUCER_FENCED = 90
const CONCURRENT_TRANSACTIONS = 51
const MESSAGE_TOO_LARGE_FOR_ALL = 87

/** A transactional producer beside a coordinator that says yes; `isV2`: the cluster has transaction.version 2. */
async function start({ isV2, refusals = [] }: { isV2: boolean; refusals?: number[] }) {
  const broker = await fakeBroker()
  broker.on(InitProducerId, () => {
    const errorCode = refusals.shift() ?? 0
    return { errorCode, producerId: errorCode === 0 ? 7n : -1n, producerEpoch: errorCode === 0 ? 0 : -1 }
  })
  addTopic(broker.state, 't', 2)
  const versions = apis.map(({ key, minVersion, maxVersion }) => ({ apiKey: key, minVersion, maxVersion }))
  const feature = { name: 'transaction.version', maxVersionLevel: 2, minVersionLevel: 2 }
  const finalizedFeatures = isV2 ? [feature] : []
  broker.on(ApiVersions, () => ({ errorCode: 0, apiKeys: versions, finalizedFeatures }))
  broker.on(AddPartitionsToTxn, ({ v3AndBelowTopics: topics }) => ({
    resultsByTopicV3AndBelow: topics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode: 0 })),
    })),
  }))
  let epoch = 0
  broker.on(EndTxn, ({ producerId }) =>
    isV2 ? { errorCode: 0, producerId, producerEpoch: ++epoch } : { errorCode: 0 },
  )
  const cluster = await open(broker.address, { 'transactional.id': 'mine' })
  await cluster.metadata.topic('t')
  const options = producerOptions(cluster.settings)
  const producer = closesAfterTest(await Producer.open(cluster, options, () => {}))
  const add = (value: string, partition = 0) => {
    const bytes = Buffer.from(value)
    const queue = producer.partition('t', partition)
    producer.append(queue, 1000, null, -1, -1, bytes, 0, bytes.length, null, 1)
  }
  return { broker, producer, add }
}

/** The requests of a transaction in their order, metadata and the like left out. */
function dealings(broker: Awaited<ReturnType<typeof start>>['broker']): string[] {
  const kinds = ['InitProducerId', 'AddPartitionsToTxn', 'Produce', 'EndTxn']
  return broker.requests.map(({ apiName }) => apiName).filter((name) => kinds.includes(name))
}

it.each([true, false])(
  'what follows a transaction leaves its broker two milliseconds for the markers (version 2: %s)',
  async (isV2) => {
    const { broker, producer, add } = await start({ isV2 })
    const first = isV2 ? 'Produce' : 'AddPartitionsToTxn'
    for (const value of ['one', 'two', 'three']) {
      producer.transaction!.begin()
      add(value)
      await producer.commitTransaction()
    }
    const arrivals = broker.requests.filter(({ apiName }) => [first, 'EndTxn'].includes(apiName))
    expect(arrivals.map(({ apiName }) => apiName)).toEqual([
      first,
      'EndTxn',
      first,
      'EndTxn',
      first,
      'EndTxn',
    ])
    for (const next of [2, 4])
      expect(arrivals[next]!.atMs - arrivals[next - 1]!.atMs).toBeGreaterThanOrEqual(2)
  },
)

it('partitions join a transaction of version 2 one request after the other, and go side by side once they have', async () => {
  const { broker, producer, add } = await start({ isV2: true })
  const together: number[][] = []
  const active: number[] = []
  let isJoining = true
  broker.on(Produce, async ({ topicData }) => {
    active.push(topicData[0]!.partitionData[0]!.index)
    together.push([...active])
    if (isJoining) await sleep(50)
    else await eventually(() => expect(together.at(-1)).toHaveLength(2))
    active.shift()
    return {
      responses: topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        partitionResponses: partitionData.map(({ index }) => ({ index, errorCode: 0, baseOffset: -1n })),
      })),
    }
  })
  producer.transaction!.begin()
  for (const round of ['joining', 'joined']) {
    isJoining = round === 'joining'
    for (const partition of [0, 1]) {
      add('value', partition)
      producer.endBatch(producer.partition('t', partition))
      await sleep(0)
    }
    await producer.flush()
  }
  await producer.commitTransaction()
  expect(together).toEqual([[0], [1], [0], [0, 1]])
})

describe('a transaction before version 2', () => {
  it('announces its partitions, all of one turn in one request, before a batch leaves', async () => {
    const { broker, producer, add } = await start({ isV2: false })
    producer.transaction!.begin()
    add('one', 0)
    add('two', 1)
    await producer.commitTransaction()
    expect(dealings(broker)).toEqual(['InitProducerId', 'AddPartitionsToTxn', 'Produce', 'EndTxn'])
    const [announced] = broker.requestsOf(AddPartitionsToTxn)
    expect(announced!.v3AndBelowTransactionalId).toBe('mine')
    expect(announced!.v3AndBelowTopics).toEqual([{ name: 't', partitions: [0, 1] }])
    expect(broker.requestsOf(EndTxn)[0]).toMatchObject({ transactionalId: 'mine', committed: true })
    const produced = broker.requests.find(({ apiName }) => apiName === 'Produce')!
    expect(produced.version).toBeLessThanOrEqual(11)
    expect(broker.requestsOf(Produce)[0]!.transactionalId).toBe('mine')
  })

  it('announces them anew in the next transaction', async () => {
    const { broker, producer, add } = await start({ isV2: false })
    for (const value of ['one', 'two']) {
      producer.transaction!.begin()
      add(value)
      await producer.commitTransaction()
    }
    expect(broker.requestsOf(AddPartitionsToTxn)).toHaveLength(2)
  })

  it('asks again while the coordinator still ends the one before', async () => {
    const { broker, producer, add } = await start({ isV2: false })
    let refusals = 2
    broker.on(AddPartitionsToTxn, ({ v3AndBelowTopics: topics }) => ({
      resultsByTopicV3AndBelow: topics.map(({ name, partitions }) => ({
        name,
        resultsByPartition: partitions.map((partitionIndex) => ({
          partitionIndex,
          partitionErrorCode: refusals-- > 0 ? CONCURRENT_TRANSACTIONS : 0,
        })),
      })),
    }))
    producer.transaction!.begin()
    add('one')
    await producer.commitTransaction()
    expect(broker.requestsOf(AddPartitionsToTxn)).toHaveLength(3)
    expect(producer.counts).toMatchObject({ acknowledged: 1, failed: 0 })
  })

  it('sends nothing, and cannot be committed, when the coordinator refuses its partitions', async () => {
    const { broker, producer, add } = await start({ isV2: false })
    broker.on(AddPartitionsToTxn, () => ({
      resultsByTopicV3AndBelow: [
        { name: 't', resultsByPartition: [{ partitionIndex: 0, partitionErrorCode: PRODUCER_FENCED }] },
      ],
    }))
    producer.transaction!.begin()
    add('one')
    const error = await failureOf(producer.commitTransaction())
    expect(error.message).toContain('transactional.id "mine"')
    expect(error.hint).toContain('a newer producer with this id has started')
    expect(broker.requestsOf(Produce)).toEqual([])
    expect(producer.counts).toMatchObject({ acknowledged: 0, failed: 1 })
  })
})

describe('a transaction of version 2', () => {
  it('announces nothing, and goes on with the epoch that ending it brought', async () => {
    const { broker, producer, add } = await start({ isV2: true })
    for (const value of ['one', 'two', 'three']) {
      producer.transaction!.begin()
      add(value)
      await producer.commitTransaction()
    }
    expect(broker.requestsOf(AddPartitionsToTxn)).toEqual([])
    expect(broker.requestsOf(EndTxn).map(({ producerEpoch }) => producerEpoch)).toEqual([0, 1, 2])
    const { batches } = broker.state.topics.get('t')!.partitions[0]!.log
    // producerEpoch and baseSequence of a batch (KIP-98).
    expect(batches.map(({ bytes }) => [bytes.readInt16BE(51), bytes.readInt32BE(53)])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ])
    expect(broker.requests.find(({ apiName }) => apiName === 'Produce')!.version).toBeGreaterThan(11)
  })
})

describe.each([{ isV2: false }, { isV2: true }])('a transaction (version 2: $isV2)', (protocol) => {
  it('sends a batch again that came before the one before had ended, and asks for no metadata about it', async () => {
    const { broker, producer, add } = await start({ isV2: true })
    let refusals = 2
    broker.on(Produce, ({ topicData: [topic] }) => {
      if (refusals-- <= 0) return undefined
      const refused = { index: 0, errorCode: CONCURRENT_TRANSACTIONS, baseOffset: -1n }
      return { responses: [{ name: topic!.name, topicId: topic!.topicId, partitionResponses: [refused] }] }
    })
    const asked = broker.requests.filter(({ apiName }) => apiName === 'Metadata').length
    producer.transaction!.begin()
    add('one')
    await producer.commitTransaction()
    expect(dealings(broker)).toEqual(['InitProducerId', 'Produce', 'Produce', 'Produce', 'EndTxn'])
    expect(broker.requests.filter(({ apiName }) => apiName === 'Metadata')).toHaveLength(asked)
    expect(producer.counts).toMatchObject({ acknowledged: 1, failed: 0 })
  })

  it('without records is ended without a word', async () => {
    const { broker, producer } = await start(protocol)
    producer.transaction!.begin()
    await producer.commitTransaction()
    expect(broker.requestsOf(EndTxn)).toEqual([])
  })

  it('cannot be committed once a record of it has failed, and is aborted', async () => {
    const { broker, producer, add } = await start(protocol)
    broker.on(Produce, ({ topicData }) => ({
      responses: topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        partitionResponses: partitionData.map(({ index }) => ({
          index,
          errorCode: MESSAGE_TOO_LARGE_FOR_ALL,
          baseOffset: -1n,
        })),
      })),
    }))
    producer.transaction!.begin()
    add('one')
    const error = await failureOf(producer.commitTransaction())
    expect(broker.requestsOf(EndTxn)).toEqual([])
    await producer.abortTransaction(error)
    expect(broker.requestsOf(EndTxn)).toMatchObject([{ committed: false }])
  })

  it('gives up on an abort what was never sent', async () => {
    const { broker, producer, add } = await start(protocol)
    producer.transaction!.begin()
    add('one')
    await producer.abortTransaction(new KtError('enough'))
    expect(broker.requestsOf(Produce)).toEqual([])
    expect(producer.counts).toMatchObject({ acknowledged: 0, failed: 1 })
  })

  it('of a fenced producer says who did it', async () => {
    const { broker, producer, add } = await start(protocol)
    broker.on(EndTxn, () => ({ errorCode: PRODUCER_FENCED }))
    producer.transaction!.begin()
    add('one')
    const { message, hint } = await failureOf(producer.commitTransaction())
    expect(message).toContain('There is a newer producer with the same transactionalId')
    expect(hint).toContain('a newer producer with this id has started')
  })

  it('waits for a coordinator that loads, has moved, or ends the one before', async () => {
    const { broker } = await start({ ...protocol, refusals: [14, 15, 16, CONCURRENT_TRANSACTIONS] })
    expect(broker.requestsOf(InitProducerId)).toHaveLength(5)
  })

  it.each([
    ['that this user may not use', 53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
    ['that is open for longer than the broker allows', 50, 'INVALID_TRANSACTION_TIMEOUT'],
  ])('%s is refused at once', async (_what, code, codeName) => {
    expect(await failureOf(start({ ...protocol, refusals: [code] }))).toMatchObject({ codeName })
  })

  it('starts by asking for the id, with how long it may stay open', async () => {
    const { broker } = await start(protocol)
    expect(broker.requestsOf(InitProducerId)[0]).toMatchObject({
      transactionalId: 'mine',
      transactionTimeoutMs: 60_000,
    })
  })
})
