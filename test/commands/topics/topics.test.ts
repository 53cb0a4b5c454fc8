import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '../../../src/cli/command.ts'
import { parse } from '../../../src/cli/program.ts'
import alter from '../../../src/commands/topics/alter.ts'
import { UsageError } from '../../../src/core/errors.ts'
import {
  CreatePartitions,
  type CreatePartitionsRequest,
} from '../../../src/core/protocol/generated/apis/CreatePartitions.ts'
import { CreateTopics } from '../../../src/core/protocol/generated/apis/CreateTopics.ts'
import { DeleteTopics } from '../../../src/core/protocol/generated/apis/DeleteTopics.ts'
import { DescribeConfigs } from '../../../src/core/protocol/generated/apis/DescribeConfigs.ts'
import { ListPartitionReassignments } from '../../../src/core/protocol/generated/apis/ListPartitionReassignments.ts'
import { addTopic, type FakeBroker, startFakeBroker } from '../../broker/index.ts'
import { type TestContext, testContext, type TestContextOptions } from '../../support/context.ts'

let broker: FakeBroker
let tests: TestContext[] = []

beforeEach(async () => {
  const topics = { 'a.b': 1, aXb: 1, orders: 2, __consumer_offsets: 1 }
  broker = await startFakeBroker({ topics, versions: { DescribeTopicPartitions: null } })
  broker.on(ListPartitionReassignments, () => ({ topics: [] }))
  broker.on(DescribeConfigs, ({ resources }) => ({
    results: resources.map(({ resourceType, resourceName }) => ({
      resourceType,
      resourceName,
      configs: [
        { name: 'min.insync.replicas', value: '1', configSource: 5 },
        ...(resourceName === 'orders' ? [{ name: 'retention.ms', value: '7', configSource: 1 }] : []),
      ],
    })),
  }))
})
afterEach(async () => {
  for (const { end } of tests) end()
  tests = []
  await broker.close()
})

function contextOf(options: TestContextOptions = {}): TestContext {
  const test = testContext({ bootstrap: broker.address, ...options })
  tests.push(test)
  return test
}

async function run(line: string, options?: TestContextOptions): Promise<TestContext> {
  const { invocation } = await parse(['topics', ...line.split(' ')], '1')
  const test = contextOf(options)
  await (invocation!.command as Command).run(invocation!.values as never, test.context)
  return test
}

function names(): string[] {
  return [...broker.state.topics.keys()].sort()
}

describe('kt topics list', () => {
  it('is a table for people, names for scripts, a document for programs', async () => {
    expect((await run('list a.b orders')).stdout()).toBe(
      'TOPIC   PARTITIONS  REPLICATION\na.b              1            1\norders           2            1\n',
    )
    expect((await run('list o.*', { style: 'java' })).stdout()).toBe('orders\n')
    const { topics } = JSON.parse((await run('list orders', { style: 'json' })).stdout())
    expect(topics).toEqual([
      {
        name: 'orders',
        topicId: expect.any(String),
        isInternal: false,
        partitionCount: 2,
        replicationFactor: 1,
      },
    ])
  })

  it('leaves internal topics out when asked to', async () => {
    expect((await run('list', { style: 'java' })).stdout()).toContain('__consumer_offsets')
    expect((await run('list --exclude-internal', { style: 'java' })).stdout()).toBe('a.b\naXb\norders\n')
  })

  it('is no error without any, and says so on a terminal', async () => {
    expect((await run('list nope')).stdout()).toBe('')
    expect((await run('list nope', { isTerminal: true })).stdout()).toBe('no topic matches\n')
    expect((await run('list nope', { style: 'json' })).stdout()).toBe('{"topics":[]}\n')
  })
})

describe('kt topics create', () => {
  it('says what it made', async () => {
    expect((await run('create new --partitions 3')).stdout()).toBe(
      'created topic new (3 partitions, replication factor 1)\n',
    )
    expect((await run('create newer', { style: 'java' })).stdout()).toBe('Created topic newer.\n')
    expect(JSON.parse((await run('create x y', { style: 'json' })).stdout())).toMatchObject({
      topics: [
        { name: 'x', isCreated: true, partitionCount: 1 },
        { name: 'y', isCreated: true },
      ],
    })
  })

  it('warns of names that could collide, in Kafka’s place for it', async () => {
    expect((await run('create n_1', { style: 'java' })).stdout()).toMatch(
      /^WARNING: .*\nCreated topic n_1\.\n$/,
    )
    const forPeople = await run('create n_2', { isTerminal: true })
    expect(forPeople.stderr()).toMatch(/^WARNING: Due to limitations in metric names/)
    expect(forPeople.stdout()).not.toContain('WARNING')
  })

  it('sends nothing when one of the names is impossible', async () => {
    await expect(run('create fine a/b')).rejects.toThrow("Topic name is invalid: 'a/b' contains")
    expect(broker.requests).toEqual([])
  })

  it('takes a topic that exists as done with --if-not-exists only', async () => {
    await expect(run('create orders')).rejects.toThrow("Topic 'orders' already exists.")
    expect((await run('create orders --if-not-exists')).stdout()).toBe('topic orders exists already\n')
    expect((await run('create orders --if-not-exists', { style: 'java' })).stdout()).toBe('')
    const { topics } = JSON.parse((await run('create orders --if-not-exists', { style: 'json' })).stdout())
    expect(topics).toEqual([{ name: 'orders', isCreated: false }])
  })

  it('prints those that were created, and fails for those that were not', async () => {
    const failing = parse(['topics', 'create', 'fresh', 'orders'], '1')
    const { command, values } = (await failing).invocation!
    const test = contextOf()
    await expect(command.run(values as never, test.context)).rejects.toThrow('1 of 2 topics were not created')
    expect(test.stdout()).toBe('created topic fresh (1 partition, replication factor 1)\n')
  })

  it('takes an assignment or numbers, not both', async () => {
    const both = `Option "[replica-assignment]" can't be used with option "[partitions]"`
    await expect(run('create x --replica-assignment 1 --partitions 1')).rejects.toThrow(both)
    await run('create x --replica-assignment 1,1 --config retention.ms=7')
    expect(broker.requestsOf(CreateTopics)[0]!.topics[0]).toMatchObject({
      numPartitions: -1,
      replicationFactor: -1,
    })
  })
})

describe('kt topics delete', () => {
  it('deletes the topic of that name and none that it would match as a regular expression', async () => {
    expect((await run('delete a.b')).stdout()).toBe('deleted topic a.b\n')
    expect(names()).toEqual(['__consumer_offsets', 'aXb', 'orders'])
    await expect(run('delete a.b')).rejects.toThrow('topic "a.b" does not exist')
    expect(names()).toContain('aXb')
  })

  it('deletes what a regular expression matches, and never Kafka’s own topics', async () => {
    await run('delete .*')
    expect(names()).toEqual(['__consumer_offsets'])
  })

  it('deletes an internal topic only by its name', async () => {
    await run('delete __consumer_offsets')
    expect(names()).toEqual(['a.b', 'aXb', 'orders'])
  })

  it('matches everything under the name of Kafka’s script, as that does', async () => {
    await run('delete --topic a.b', { isScript: true, style: 'java' })
    expect(names()).toEqual(['__consumer_offsets', 'orders'])
  })

  it('deletes nothing when one of the names is unknown', async () => {
    await expect(run('delete orders order')).rejects.toMatchObject({
      message: 'topic "order" does not exist',
      hint: 'did you mean "orders"?',
    })
    expect(names()).toContain('orders')
    expect((await run('delete orders order --if-exists')).stdout()).toBe('deleted topic orders\n')
  })

  it('asks on a terminal, naming what would go', async () => {
    await expect(run('delete orders a.b', { isTerminal: true })).rejects.toThrow('nothing was deleted')
    expect(names()).toHaveLength(4)
    const confirmed = await run('delete orders a.b', { isTerminal: true, isConfirmed: true })
    expect(confirmed.questions).toEqual(['Delete 2 topics: a.b, orders with all records?'])
    expect(names()).toEqual(['__consumer_offsets', 'aXb'])
  })

  it('does not ask with --yes, nor under the name of a script', async () => {
    expect((await run('delete orders --yes', { isTerminal: true })).questions).toEqual([])
    const script = { isTerminal: true, isScript: true, style: 'java' } as const
    expect((await run('delete --topic aXb', script)).questions).toEqual([])
    expect(broker.requestsOf(DeleteTopics)).toHaveLength(2)
  })
})

describe('kt topics alter', () => {
  const grown = ({ topics }: CreatePartitionsRequest) => {
    for (const { name, count } of topics) addTopic(broker.state, name, count)
    return { results: topics.map(({ name }) => ({ name })) }
  }

  it('adds partitions and says how many there are', async () => {
    broker.on(CreatePartitions, grown)
    expect((await run('alter orders --partitions 4')).stdout()).toBe('topic orders has 4 partitions now\n')
    expect((await run('alter orders --partitions 4', { style: 'java' })).stdout()).toBe('')
  })

  it('sends only the new part of an assignment', async () => {
    broker.on(CreatePartitions, grown)
    await run('alter orders --partitions 3 --replica-assignment 1,1,2')
    expect(broker.requestsOf(CreatePartitions)[0]!.topics).toEqual([
      { name: 'orders', count: 3, assignments: [{ brokerIds: [2] }] },
    ])
  })

  it('needs a number of partitions', async () => {
    await expect(run('alter orders')).rejects.toThrow('Missing required argument "[partitions]"')
    await expect(run('alter --partitions 3')).rejects.toThrow(UsageError)
    expect(alter.options.partitions).toBeDefined()
  })
})

describe('kt topics describe', () => {
  it('is two tables for people', async () => {
    const text = (await run('describe orders')).stdout()
    expect(text).toMatch(
      /^TOPIC +TOPIC-ID +PARTITIONS +REPLICATION +CONFIGS\norders +\S{22} +2 +1 +retention.ms=7\n\n/,
    )
    expect(text).toMatch(/TOPIC +PARTITION +LEADER +REPLICAS +ISR\norders +0 +1 +1 +1\norders +1 +1 +1 +1\n$/)
  })

  it('is a document with fixed keys for programs', async () => {
    const { topics } = JSON.parse((await run('describe orders', { style: 'json' })).stdout())
    expect(topics).toHaveLength(1)
    expect(Object.keys(topics[0])).toEqual([
      'name',
      'topicId',
      'isInternal',
      'partitionCount',
      'replicationFactor',
      'configs',
      'partitions',
    ])
    expect(topics[0]).toMatchObject({
      configs: { 'retention.ms': '7' },
      partitions: [{ leader: 1, isr: [1] }, {}],
    })
  })

  it('shows topics with configs of their own, or partitions with an ailment, not both', async () => {
    expect((await run('describe --topics-with-overrides', { style: 'java' })).stdout()).toMatch(
      /^Topic: orders\t.*Configs: retention.ms=7\n$/,
    )
    expect((await run('describe --under-replicated-partitions', { style: 'java' })).stdout()).toBe('')
    expect((await run('describe --at-min-isr-partitions', { style: 'java' })).stdout()).toMatch(
      /^\tTopic: .*\tElr: N\/A\tLastKnownElr: N\/A\n/,
    )
    const both = 'describe --topics-with-overrides --unavailable-partitions'
    await expect(run(both)).rejects.toThrow("can't be used with option")
  })

  it('names the nearest topic for one that there is not', async () => {
    await expect(run('describe ordres')).rejects.toMatchObject({ hint: 'did you mean "orders"?' })
    expect((await run('describe ordres --if-exists', { style: 'json' })).stdout()).toBe('{"topics":[]}\n')
    await expect(run('describe --topic-id nope')).rejects.toThrow('"nope" is not a topic id')
    const unknown = 'describe --topic-id AAAAAAAAAAAAAAAAAAAAAQ'
    await expect(run(unknown)).rejects.toThrow('does not exist as expected')
    expect((await run(`${unknown} --if-exists`)).stdout()).toBe('')
  })
})
