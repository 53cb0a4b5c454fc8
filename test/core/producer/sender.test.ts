import { describe, expect, it, vi } from 'vitest'
import { InitProducerId } from '../../../src/core/protocol/generated/apis/InitProducerId.ts'
import { Produce, type ProduceRequest } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import type { FakeBroker } from '../../broker/index.ts'
import { startProducing, valuesIn, valuesOf } from './support.ts'
import { eventually } from '../../support/eventually.ts'

const CODES = {
  messageTooLarge: 10,
  notLeader: 6,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  topicAuthorizationFailed: 29,
  invalidRecord: 87,
}

/** An answer that gives every partition of the request this code. */
function refusal({ topicData }: ProduceRequest, errorCode: number) {
  return {
    responses: topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({ index, errorCode, baseOffset: -1n })),
    })),
  }
}

/** Gives the n-th Produce request (from 0) the answer `answers[n]`; undefined is the usual one. */
function answerInTurn(
  broker: FakeBroker,
  ...answers: ((request: ProduceRequest) => ReturnType<typeof refusal> | 'drop' | 'close' | undefined)[]
): void {
  let turn = 0
  broker.on(Produce, (request) => answers[turn++]?.(request))
}

const refuse = (code: number) => (request: ProduceRequest) => refusal(request, code)
const usual = () => undefined

/** Checks sequences as a broker does, and remembers what it has stored (last five batches of a producer). */
function strictBroker(broker: FakeBroker, mostBytes = Infinity): void {
  const known = new Map<string, { epoch: number; next: number; seen: number[] }>()
  broker.on(Produce, (request) => {
    const { index, records } = request.topicData[0]!.partitionData[0]!
    if (records!.length > mostBytes) return refusal(request, CODES.messageTooLarge)
    const [batch] = readBatches(records!, 'strict')
    const { producerEpoch: epoch, baseSequence, recordsCount } = batch!
    const state = known.get(`${index}`) ?? { epoch, next: 0, seen: [] }
    if (epoch > state.epoch) Object.assign(state, { epoch, next: 0, seen: [] })
    known.set(`${index}`, state)
    if (state.seen.includes(baseSequence)) return refusal(request, CODES.duplicateSequence)
    if (baseSequence !== state.next) return refusal(request, CODES.outOfOrderSequence)
    state.next += recordsCount
    state.seen.push(baseSequence)
    return undefined
  })
}

function sequencesOf(broker: FakeBroker): [epoch: number, sequence: number][] {
  return broker.requestsOf(Produce).map(({ topicData }) => {
    const [batch] = readBatches(topicData[0]!.partitionData[0]!.records!, 'sent')
    return [batch!.producerEpoch, batch!.baseSequence]
  })
}

describe('a batch', () => {
  it('that is refused for a passing reason is sent again with the same sequence', async () => {
    const { brokers, producer, add, stored } = await startProducing()
    answerInTurn(brokers[0]!, refuse(CODES.notLeader), refuse(CODES.notLeader))
    add(0, 'a', 'b')
    await producer.flush()
    expect(await valuesOf(brokers[0]!)).toEqual(['a', 'b'])
    expect(stored).toEqual([1, 2])
    expect(sequencesOf(brokers[0]!)).toEqual([[0, 0], [0, 0], [0, 0]]) // prettier-ignore
  })

  it('that the broker has already is stored, and counted once', async () => {
    const { brokers, producer, add, stored, failed } = await startProducing()
    answerInTurn(brokers[0]!, refuse(CODES.duplicateSequence))
    add(0, 'a')
    await producer.flush()
    expect(stored).toEqual([1])
    expect(failed).toEqual([])
    expect(brokers[0]!.requestsOf(Produce)).toHaveLength(1)
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'is packed in memory that others were packed in, without changing them: %s',
    async (codec) => {
      const { brokers, producer, add, cut, stored } = await startProducing(
        { 'compression.type': codec },
        { partitions: 3 },
      )
      const value = (partition: number, index: number) => `partition ${partition}, ${'value '.repeat(index)}`
      for (let index = 0; index < 60; index++) {
        for (const partition of [0, 1, 2]) {
          add(partition, value(partition, index))
          cut(partition)
        }
        if (index % 7 === 0) await producer.flush()
      }
      await producer.flush()
      expect(stored).toHaveLength(180)
      for (const partition of [0, 1, 2]) {
        const expected = Array.from({ length: 60 }, (_, index) => value(partition, index))
        expect(await valuesOf(brokers[0]!, partition)).toEqual(expected)
      }
    },
  )

  it('larger than the broker takes is cut into halves until it fits, in order', async () => {
    const { brokers, producer, add, stored } = await startProducing()
    const checked = brokers[0]!
    strictBroker(checked, 150)
    const values = Array.from({ length: 20 }, (_, index) => `value ${index}`)
    add(0, ...values)
    await producer.flush()
    expect(await valuesOf(checked)).toEqual(values)
    expect([...stored].sort((a, b) => a - b)).toEqual(values.map((_, index) => index + 1))
    const accepted = checked.state.topics
      .get('t')!
      .partitions[0]!.log.batches.map(({ bytes }) => readBatches(bytes, '')[0]!)
    let sequence = 0
    for (const { baseSequence, recordsCount } of accepted) {
      expect(baseSequence).toBe(sequence)
      sequence += recordsCount
    }
  })

  it('of one record larger than the broker takes fails, and those around it are stored', async () => {
    const { brokers, producer, add, stored, failed } = await startProducing()
    strictBroker(brokers[0]!, 500)
    add(0, 'a', 'x'.repeat(1000), 'b')
    await producer.flush()
    expect(await valuesOf(brokers[0]!)).toEqual(['a', 'b'])
    expect(stored.sort()).toEqual([1, 3])
    expect(
      failed.map(({ position, error }) => [position, (error as { codeName?: string }).codeName]),
    ).toEqual([[2, 'MESSAGE_TOO_LARGE']])
  })

  it('that is refused for good names its records, is not sent again, and what follows starts a new epoch', async () => {
    const { brokers, producer, add, cut, stored, failed } = await startProducing()
    answerInTurn(brokers[0]!, refuse(CODES.invalidRecord))
    add(0, 'bad 1', 'bad 2')
    await producer.flush()
    strictBroker(brokers[0]!)
    add(0, 'good')
    cut(0)
    await producer.flush()
    expect(failed.map(({ position }) => position)).toEqual([1, 2])
    expect(failed[0]!.error.message).toContain('t-0')
    expect(stored).toEqual([3])
    expect(sequencesOf(brokers[0]!)).toEqual([[0, 0], [1, 0]]) // prettier-ignore
  })

  it('that nobody may write fails at once', async () => {
    const { brokers, producer, add, failed } = await startProducing()
    brokers[0]!.on(Produce, refuse(CODES.topicAuthorizationFailed))
    add(0, 'a')
    await producer.flush()
    expect(failed).toHaveLength(1)
    expect(brokers[0]!.requestsOf(Produce)).toHaveLength(1)
  })

  it('first in line that is out of order is numbered anew under the next epoch, with those behind it', async () => {
    const { brokers, producer, add, cut, stored } = await startProducing()
    const [broker] = brokers as [FakeBroker]
    // From the first acknowledgement on several requests may be under way.
    add(0, 'known')
    await producer.flush()
    answerInTurn(broker, refuse(CODES.outOfOrderSequence), refuse(CODES.outOfOrderSequence))
    add(0, 'a', 'b')
    cut(0)
    add(0, 'c')
    cut(0)
    await producer.flush()
    expect(await valuesOf(broker)).toEqual(['known', 'a', 'b', 'c'])
    expect(stored).toEqual([1, 2, 3, 4])
    expect(sequencesOf(broker).slice(-2)).toEqual([[1, 0], [1, 2]]) // prettier-ignore
  })
})

describe('the first batches of a producer', () => {
  it('go one by one, since a broker that does not know the producer takes any first sequence', async () => {
    const { brokers, producer, add, cut } = await startProducing()
    const [broker] = brokers as [FakeBroker]
    answerInTurn(broker, refuse(CODES.notLeader))
    add(0, 'a')
    cut(0)
    add(0, 'b')
    cut(0)
    await producer.flush()
    expect(await valuesOf(broker)).toEqual(['a', 'b'])
    expect(sequencesOf(broker)).toEqual([[0, 0], [0, 0], [0, 1]]) // prettier-ignore
  })
})

describe('a request whose answer is lost', () => {
  it('is sent again, and neither its records nor the next are lost or doubled', async () => {
    const { brokers, producer, add, cut, stored } = await startProducing({ 'request.timeout.ms': '400' })
    const [broker] = brokers as [FakeBroker]
    strictBroker(broker)
    const strict = new Map<number, number>()
    // The broker stores the first batch, but says nothing.
    let isFirst = true
    const log = broker.state.topics.get('t')!.partitions[0]!.log
    broker.on(Produce, (request) => {
      const { records } = request.topicData[0]!.partitionData[0]!
      const [batch] = readBatches(records!, '')
      if (strict.has(batch!.baseSequence)) return refusal(request, CODES.duplicateSequence)
      strict.set(batch!.baseSequence, 1)
      if (!isFirst) return undefined
      isFirst = false
      log.append(records!)
      return 'drop'
    })
    add(0, 'a')
    cut(0)
    await producer.flush()
    add(0, 'b')
    await producer.flush()
    expect(await valuesOf(broker)).toEqual(['a', 'b'])
    expect(stored).toEqual([1, 2])
  })

  it('ends after delivery.timeout.ms, and the next record is stored under a new epoch', async () => {
    const { brokers, producer, add, stored, failed } = await startProducing({
      'request.timeout.ms': '400',
      'linger.ms': '0',
      'delivery.timeout.ms': '1000',
    })
    const [broker] = brokers as [FakeBroker]
    const log = broker.state.topics.get('t')!.partitions[0]!.log
    let isStored = false
    broker.on(Produce, ({ topicData }) => {
      if (!isStored) log.append(topicData[0]!.partitionData[0]!.records!)
      isStored = true
      return 'drop'
    })
    add(0, 'in doubt')
    await producer.flush()
    expect(failed.map(({ position }) => position)).toEqual([1])
    strictBroker(broker)
    add(0, 'next')
    await producer.flush()
    expect(stored).toEqual([2])
    expect(await valuesOf(broker)).toEqual(['in doubt', 'next'])
    expect(sequencesOf(broker).at(-1)).toEqual([1, 0])
  })

  it('because the broker hangs up is sent again', async () => {
    const { brokers, producer, add, stored } = await startProducing()
    answerInTurn(
      brokers[0]!,
      () => 'close',
      () => 'close',
    )
    add(0, 'a')
    await producer.flush()
    expect(stored).toEqual([1])
    expect(await valuesOf(brokers[0]!)).toEqual(['a'])
  })
})

describe('a leader that moves', () => {
  it('with requests in flight keeps the order of the records', async () => {
    const { brokers, producer, add, cut, stored } = await startProducing({}, { nodes: 2 })
    const [first, second] = brokers as [FakeBroker, FakeBroker]
    const partition = first.state.topics.get('t')!.partitions[0]!
    let asked = 0
    first.on(Produce, (request) => {
      if (++asked < 2) return undefined
      partition.leader = 2
      partition.leaderEpoch = 1
      return { delayMs: 20, response: refusal(request, CODES.notLeader) }
    })
    const values = Array.from({ length: 40 }, (_, index) => `value ${index}`)
    for (const value of values) {
      add(0, value)
      cut(0)
      producer.poke()
    }
    await producer.flush()
    expect(await valuesOf(first)).toEqual(values)
    expect(stored).toEqual(values.map((_, index) => index + 1))
    expect(second.requestsOf(Produce).length).toBeGreaterThan(0)
  })

  it('and is absent for a while is waited for', async () => {
    const { brokers, producer, add, stored } = await startProducing()
    const partition = brokers[0]!.state.topics.get('t')!.partitions[0]!
    brokers[0]!.on(Produce, (request) =>
      partition.leader < 0 ? refusal(request, CODES.notLeader) : undefined,
    )
    partition.leader = -1
    add(0, 'a')
    const flushed = producer.flush()
    setTimeout(() => (partition.leader = 1), 60)
    await flushed
    expect(stored).toEqual([1])
  })

  it('and does not come back fails the records after delivery.timeout.ms', async () => {
    const { brokers, producer, add, failed } = await startProducing({
      'delivery.timeout.ms': '1000',
      'request.timeout.ms': '500',
      'linger.ms': '0',
    })
    const partition = brokers[0]!.state.topics.get('t')!.partitions[0]!
    brokers[0]!.on(Produce, (request) => {
      partition.leader = -1
      partition.leaderEpoch++
      return refusal(request, CODES.notLeader)
    })
    add(0, 'a')
    producer.poke()
    // It may be tried again before the producer has heard that nobody leads.
    await eventually(() => expect(brokers[0]!.requestsOf(Produce)).not.toEqual([]))
    add(0, 'b')
    await producer.flush()
    expect(failed.map(({ position }) => position).sort()).toEqual([1, 2])
    expect(failed[0]!.error.message).toContain('not acknowledged within delivery.timeout.ms (1000 ms)')
  })
})

describe('settings', () => {
  it('retries=0 sends once', async () => {
    const { brokers, producer, add, failed } = await startProducing({ retries: '0' })
    answerInTurn(brokers[0]!, refuse(CODES.notLeader), usual)
    add(0, 'a')
    await producer.flush()
    expect(failed).toHaveLength(1)
    expect(brokers[0]!.requestsOf(Produce)).toHaveLength(1)
  })

  it('acks=0 waits for no answer and takes no producer id', async () => {
    const { brokers, producer, add, stored } = await startProducing({ acks: '0' })
    add(0, 'a', 'b')
    await producer.flush()
    expect(stored).toEqual([1, 2])
    expect(brokers[0]!.requestsOf(InitProducerId)).toEqual([])
    await eventually(async () => expect(await valuesOf(brokers[0]!)).toEqual(['a', 'b']))
  })

  it('buffer.memory makes the writer wait, and lets it go on when batches have come back', async () => {
    const { brokers, producer, add, stored } = await startProducing({
      'batch.size': '1000',
      'buffer.memory': '4000',
      'linger.ms': '60000',
    })
    let written = 0
    for (; written < 30; written++) {
      if (!producer.hasRoom) await producer.room()
      add(0, 'x'.repeat(500))
    }
    await producer.flush()
    expect(stored).toHaveLength(30)
    expect(await valuesOf(brokers[0]!)).toHaveLength(30)
  })

  it('buffer.memory full of batches that linger is freed by sending them', async () => {
    const { producer, add, stored } = await startProducing(
      { 'batch.size': '1000', 'buffer.memory': '3000', 'linger.ms': '60000', 'max.block.ms': '60000' },
      { partitions: 3 },
    )
    for (const partition of [0, 1, 2]) add(partition, 'a')
    expect(producer.hasRoom).toBe(false)
    await producer.room()
    expect(stored.length).toBeGreaterThan(0)
  })

  it('max.block.ms ends the waiting for room', async () => {
    const { brokers, producer, add } = await startProducing({
      'batch.size': '1000',
      'buffer.memory': '1000',
      'max.block.ms': '100',
    })
    brokers[0]!.on(Produce, () => 'drop')
    add(0, 'a')
    await expect(producer.room()).rejects.toThrow('no room for more records within max.block.ms (100 ms)')
  })

  it('max.request.size refuses a record, and those before and after it are stored once', async () => {
    const { brokers, producer, add, stored } = await startProducing({ 'max.request.size': '1000' })
    add(0, 'a')
    expect(() => add(0, 'x'.repeat(990))).toThrow('is larger than max.request.size (1000)')
    add(0, 'b')
    await producer.flush()
    expect(await valuesOf(brokers[0]!)).toEqual(['a', 'b'])
    expect(stored).toEqual([1, 3])
  })

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    'compression.type=%s packs what is sent',
    async (codec) => {
      const { brokers, producer, add } = await startProducing({ 'compression.type': codec })
      const values = Array.from({ length: 200 }, (_, index) => `a value like many others, ${index}`)
      add(0, ...values)
      await producer.flush()
      const [sent] = brokers[0]!.requestsOf(Produce)
      const { records } = sent!.topicData[0]!.partitionData[0]!
      expect(readBatches(records!, '')[0]!.codec).toBe(codec)
      expect(await valuesIn(records!)).toEqual(values)
    },
  )
})

describe('a producer with nothing to do', () => {
  it('leaves no timer behind', async () => {
    const { producer, add } = await startProducing()
    add(0, 'a')
    await producer.flush()
    const intervals = vi.spyOn(globalThis, 'setInterval')
    const timeouts = vi.spyOn(globalThis, 'setTimeout')
    await new Promise((resolve) => setImmediate(resolve))
    producer.poke()
    await new Promise((resolve) => setImmediate(resolve))
    expect(intervals).not.toHaveBeenCalled()
    expect(timeouts).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})
