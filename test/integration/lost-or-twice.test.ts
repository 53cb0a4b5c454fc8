/** How other clients have lost or doubled records; each way is tried on `kt` here. */
import { afterEach, describe, expect, inject, it } from 'vitest'
import { Produce, type ProduceRequest } from '../../src/core/protocol/generated/apis/Produce.ts'
import { readBatches } from '../../src/core/records/batch-reader.ts'
import { addTopic, type FakeBroker, type RequestContext, startFakeCluster } from '../broker/index.ts'
import { findTopic } from '../broker/state.ts'
import { valuesIn } from '../core/producer/support.ts'
import { kt, spawnKt } from '../support/cli.ts'
import { eventually } from '../support/eventually.ts'
import { uniqueName } from '../support/names.ts'

const NOT_LEADER = 6
const NOT_ENOUGH_REPLICAS = 19

let brokers: FakeBroker[] = []
afterEach(async () => {
  await Promise.all(brokers.map((broker) => broker.close()))
  brokers = []
})

describe('what was acknowledged', () => {
  it('is stored when a partition moves to a broker that has answered already', async () => {
    const [one, two] = await fakes(2)
    let refusals = 0
    two!.on(Produce, (request, context) => {
      if (refusals++ > 0) return undefined
      two!.state.topics.get('t')!.partitions[1]!.leader = 1
      return storing(two!, request, context, { code: () => NOT_LEADER })
    })
    const { code, stderr } = await produceLines(one!, lines(40), ['--partitioner', 'round-robin'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(one!.requestsOf(Produce).length).toBeGreaterThan(1)
    expect([...(await valuesOf(one!, 0)), ...(await valuesOf(one!, 1))].sort()).toEqual(lines(40).sort())
  })

  it('is stored, and was not taken for a repetition of a record that was given up before', async () => {
    const [broker] = await fakes(1)
    const seen = new Map<string, bigint>()
    let losesAnswers = false
    broker!.on(Produce, (request, context) => {
      const response = storing(broker!, request, context, { seen })
      return losesAnswers ? 'drop' : response
    })
    const properties = ['request.timeout.ms=150', 'delivery.timeout.ms=500', 'retry.backoff.ms=20']
    const args = [
      'console-producer',
      't',
      '--bootstrap-server',
      broker!.address,
      '--report',
      '--partition',
      '0',
    ]
    const goOn = ['--reader-property', 'ignore.error=true']
    const child = spawnKt([...args, ...goOn, ...properties.flatMap((one) => ['--command-property', one])])
    let acks = 0
    let said = ''
    child.stdout.on('data', (bytes: Buffer) => (acks += bytes.toString().split('\n').length - 1))
    child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
    const exited = new Promise((resolve) => child.once('close', resolve))

    child.stdin.write('first\n')
    await until(() => acks === 1)
    losesAnswers = true
    child.stdin.write('in doubt\n')
    await new Promise((resolve) => setTimeout(resolve, 900))
    losesAnswers = false
    child.stdin.end('after it\n')

    expect(await exited).toBe(1)
    expect(said).toMatch(/^line 2: .* did not answer/)
    expect(acks).toBe(2)
    expect(await valuesOf(broker!, 0)).toEqual(['first', 'in doubt', 'after it'])
  })

  it('is stored once where a request is repeated for another of its partitions', async () => {
    const [broker] = await fakes(1)
    let requests = 0
    broker!.on(Produce, (request, context) => {
      const isFirst = requests++ === 0
      return storing(broker!, request, context, {
        code: (partition) => (isFirst && partition === 1 ? NOT_ENOUGH_REPLICAS : 0),
      })
    })
    const args = ['--command-property', 'enable.idempotence=false', '--partitioner', 'round-robin']
    const { code, stderr } = await produceLines(broker!, lines(40), args)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(requests).toBeGreaterThan(1)
    expect([...(await valuesOf(broker!, 0)), ...(await valuesOf(broker!, 1))].sort()).toEqual(
      lines(40).sort(),
    )
  })
})

it('a partition that does not exist is an error, not silence', async () => {
  const [broker] = await fakes(1)
  const { code, stderr } = await produceLines(broker!, ['lost?'], ['--partition', '99'])
  expect(code).not.toBe(0)
  expect(stderr).toMatch(/99/)
  expect(broker!.requestsOf(Produce)).toEqual([])
})

describe('read_committed', () => {
  it('does not end an aborted transaction at a data record that looks like its marker', async () => {
    const topic = await newTopic()
    const aborted = new OpenTransaction(topic)
    await aborted.send('\0\0\0\0\tlooks like a marker')
    await aborted.send('key\tafter it')
    await aborted.abort()
    await kt(['console-producer', topic, ...server()], { stdin: 'committed\n' })
    await expectCommitted(topic, ['--from-beginning'])
  })

  it('hides every aborted transaction when reading starts in the middle of several', async () => {
    const topic = await newTopic()
    const transactions = [new OpenTransaction(topic), new OpenTransaction(topic), new OpenTransaction(topic)]
    for (const round of ['first', 'second', 'third'])
      for (const transaction of transactions) await transaction.send(`key\t${round}`)
    for (const transaction of transactions) await transaction.abort()
    await kt(['console-producer', topic, ...server()], { stdin: 'committed\n' })
    for (const offset of ['3', '4', '5', '8'])
      await expectCommitted(topic, ['--partition', '0', '--offset', offset])
  })
})

/** A transactional producer whose transaction stays open from record to record. */
class OpenTransaction {
  readonly #child: ReturnType<typeof spawnKt>
  readonly #exited: Promise<unknown>
  #acks = 0
  #sent = 0

  constructor(topic: string) {
    const args = ['console-producer', topic, ...server(), '--transactional-id', uniqueName('txn')]
    this.#child = spawnKt([...args, '--report', '--reader-property', 'parse.key=true'])
    this.#child.stdout.on('data', (bytes: Buffer) => (this.#acks += bytes.toString().split('\n').length - 1))
    this.#child.stderr.resume()
    this.#exited = new Promise((resolve) => this.#child.once('close', resolve))
  }

  async send(line: string): Promise<void> {
    this.#child.stdin.write(`${line}\n`)
    this.#sent++
    await until(() => this.#acks === this.#sent)
  }

  async abort(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#exited
  }
}

/** The markers may follow the broker's answer to an abort: until then nothing behind them can be read. */
function expectCommitted(topic: string, args: string[]): Promise<void> {
  const ends = ['--exit-at-end', '--isolation-level', 'read_committed']
  return eventually(async () => {
    const { stdout } = await kt(['console-consumer', topic, ...server(), ...args, ...ends])
    expect(stdout).toBe('committed\n')
  })
}

async function newTopic(): Promise<string> {
  const topic = uniqueName('lost-or-twice')
  await kt(['topics', 'create', topic, '--partitions', '1', ...server()])
  return topic
}

function server(): string[] {
  return ['--bootstrap-server', inject('bootstrap')]
}

/** A fake cluster with the topic `t` of two partitions. */
async function fakes(count: number): Promise<FakeBroker[]> {
  brokers = await startFakeCluster(count)
  addTopic(brokers[0]!.state, 't', 2)
  return brokers
}

function produceLines(broker: FakeBroker, values: string[], args: string[]) {
  const all = ['console-producer', 't', '--bootstrap-server', broker.address, ...args]
  return kt(all, { stdin: values.join('\n') })
}

interface Storing {
  /** Kafka's error code for a partition; 0 stores. */
  code?: (partition: number) => number
  /** Sequences that were stored, by producer, epoch and partition: with it, repetitions are told apart as Kafka does. */
  seen?: Map<string, bigint>
}

function storing(broker: FakeBroker, request: ProduceRequest, context: RequestContext, options: Storing) {
  const { code = () => 0, seen } = options
  return {
    responses: request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index, records }) => {
        const errorCode = code(index)
        if (errorCode !== 0 || records === null) return { index, errorCode, baseOffset: -1n }
        const { log } = findTopic(context.state, name, topicId)!.partitions[index]!
        const bytes = Buffer.from(records)
        const [batch] = readBatches(bytes, broker.address)
        const sequence = `${batch!.producerId} ${batch!.producerEpoch} ${index} ${batch!.baseSequence}`
        const baseOffset = seen?.get(sequence) ?? log.append(bytes)
        seen?.set(sequence, baseOffset)
        return { index, errorCode: 0, baseOffset }
      }),
    })),
  }
}

async function valuesOf(broker: FakeBroker, partition: number): Promise<string[]> {
  const { log } = broker.state.topics.get('t')!.partitions[partition]!
  return (await Promise.all(log.batches.map(({ bytes }) => valuesIn(bytes)))).flat()
}

function lines(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${index}`)
}

function until(isTrue: () => boolean): Promise<void> {
  return eventually(() => expect(isTrue()).toBe(true))
}
