import { afterEach, describe, expect, it } from 'vitest'
import { describe as describeTopics, describeById } from '../../../src/core/admin/describe-topics.ts'
import * as topics from '../../../src/core/admin/topics.ts'
import { type Cluster, openCluster } from '../../../src/core/cluster/cluster.ts'
import { CreatePartitions } from '../../../src/core/protocol/generated/apis/CreatePartitions.ts'
import { CreateTopics } from '../../../src/core/protocol/generated/apis/CreateTopics.ts'
import { DeleteTopics } from '../../../src/core/protocol/generated/apis/DeleteTopics.ts'
import { DescribeConfigs } from '../../../src/core/protocol/generated/apis/DescribeConfigs.ts'
import { DescribeTopicPartitions } from '../../../src/core/protocol/generated/apis/DescribeTopicPartitions.ts'
import { ListPartitionReassignments } from '../../../src/core/protocol/generated/apis/ListPartitionReassignments.ts'
import { Metadata } from '../../../src/core/protocol/generated/apis/Metadata.ts'
import { resolveSettings } from '../../../src/core/settings.ts'
import { addTopic, type FakeBroker, type FakeBrokerOptions, startFakeBroker } from '../../broker/index.ts'

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

let broker: FakeBroker
let cluster: Cluster

async function start(options: FakeBrokerOptions = {}): Promise<void> {
  broker = await startFakeBroker(options)
  broker.on(DescribeConfigs, ({ resources }) => ({
    results: resources.map(({ resourceType, resourceName }) => ({
      resourceType,
      resourceName,
      configs: [
        { name: 'min.insync.replicas', value: '2', configSource: 5 },
        { name: 'retention.ms', value: '7', configSource: 1 },
      ],
    })),
  }))
  broker.on(ListPartitionReassignments, () => ({ topics: [] }))
  const { settings } = resolveSettings({ commandLine: { 'bootstrap.servers': broker.address } })
  cluster = await openCluster({ settings })
}

afterEach(async () => {
  cluster.close()
  await broker.close()
})

describe('what the controller has done is waited for until a broker knows it', () => {
  const looks = (count: number, then: () => void) => {
    let looked = 0
    broker.on(Metadata, () => {
      if (++looked === count) then()
      return undefined
    })
    return () => looked
  }

  it('a new topic with the name of one that was deleted by its id', async () => {
    await start({ topics: { t: 1 } })
    const looked = looks(3, () => (addTopic(broker.state, 't', 1).topicId = ID))
    await topics.untilKnown(cluster, [{ name: 't', topicId: ID }])
    expect(looked()).toBe(3)
  })

  it('more partitions by their number', async () => {
    await start({ topics: { t: 1 } })
    const looked = looks(3, () => addTopic(broker.state, 't', 4))
    await topics.untilKnown(cluster, [{ name: 't', partitionCount: 4 }])
    expect(looked()).toBe(3)
  })
})

describe('topics of a cluster', () => {
  it('are listed by name with their size', async () => {
    await start({ topics: { b: 2, a: 1 } })
    expect(await topics.list(cluster)).toMatchObject([
      { name: 'a', partitionCount: 1, isInternal: false },
      { name: 'b', partitionCount: 2 },
    ])
  })

  it('are in the first answer where they are wanted, and asked for again after that', async () => {
    await start({ topics: { a: 1 } })
    cluster.close()
    const before = broker.requestsOf(Metadata).length
    const { settings } = resolveSettings({ commandLine: { 'bootstrap.servers': broker.address } })
    cluster = await openCluster({ settings, wantsListing: true })
    expect(await topics.list(cluster)).toMatchObject([{ name: 'a', partitionCount: 1 }])
    expect(broker.requestsOf(Metadata).length - before).toBe(1)
    addTopic(broker.state, 'b', 2)
    expect((await topics.list(cluster)).map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('are created with what was asked for, and the broker decides the rest', async () => {
    await start()
    const [outcome] = await topics.create(cluster, {
      names: ['new'],
      partitions: 3,
      configs: { 'retention.ms': '7' },
    })
    expect(outcome).toMatchObject({ name: 'new', result: { partitionCount: 3, replicationFactor: 1 } })
    expect(broker.requestsOf(CreateTopics)[0]).toMatchObject({
      validateOnly: false,
      topics: [
        {
          name: 'new',
          numPartitions: 3,
          replicationFactor: -1,
          configs: [{ name: 'retention.ms', value: '7' }],
        },
      ],
    })
  })

  it('are created where an assignment says, which leaves both numbers open', async () => {
    await start()
    await topics.create(cluster, {
      names: ['new'],
      assignments: [
        [1, 2],
        [2, 1],
      ],
    })
    expect(broker.requestsOf(CreateTopics)[0]!.topics[0]).toMatchObject({
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [
        { partitionIndex: 0, brokerIds: [1, 2] },
        { partitionIndex: 1, brokerIds: [2, 1] },
      ],
    })
  })

  it('are ours when they were not there while an answer was missing, and exist when it is asked for again', async () => {
    await start({ topics: { old: 1 } })
    broker.on(CreateTopics, () => {
      if (broker.requestsOf(CreateTopics).length === 1) return 'close'
      addTopic(broker.state, 'new', 3)
      return undefined
    })
    const [fresh, old] = await topics.create(cluster, { names: ['new', 'old'] })
    const { topicId } = broker.state.topics.get('new')!
    expect(fresh).toEqual({ name: 'new', result: { topicId, partitionCount: 3, replicationFactor: 1 } })
    expect(old!.error?.message).toBe('topic "old": Topic \'old\' already exists.')
  })

  it('are deleted when they are gone after an answer that was missing', async () => {
    await start({ topics: { old: 1 } })
    const deletes = () => broker.requestsOf(DeleteTopics).length
    broker.on(DeleteTopics, () => {
      broker.state.topics.delete('old')
      return deletes() === 1 ? 'close' : undefined
    })
    expect(await topics.remove(cluster, ['old'])).toEqual([{ name: 'old' }])
    expect(deletes()).toBe(2)
    expect((await topics.remove(cluster, ['old']))[0]!.error).toMatchObject({
      codeName: 'UNKNOWN_TOPIC_OR_PARTITION',
    })
  })

  it('that are refused say why and what to try, those beside them are created', async () => {
    await start({ topics: { old: 1 } })
    const [old, fresh] = await topics.create(cluster, { names: ['old', 'fresh'] })
    expect(old!.error).toMatchObject({
      codeName: 'TOPIC_ALREADY_EXISTS',
      hint: 'add --if-not-exists where that is fine',
    })
    expect(fresh!.error).toBeUndefined()
    const [wide] = await topics.create(cluster, { names: ['wide'], replicationFactor: 3 })
    expect(wide!.error).toMatchObject({
      codeName: 'INVALID_REPLICATION_FACTOR',
      hint: 'the cluster has one broker now: 1',
    })
  })

  it('get the nearest name of a config that there is not, from what the broker knows', async () => {
    await start()
    broker.on(CreateTopics, ({ topics: asked, validateOnly }) => ({
      topics: asked.map(({ name }) =>
        validateOnly
          ? { name, configs: [{ name: 'retention.ms' }, { name: 'segment.bytes' }] }
          : { name, errorCode: 40, errorMessage: 'Unknown topic config name: retention.mss' },
      ),
    }))
    const [outcome] = await topics.create(cluster, { names: ['x'], configs: { 'retention.mss': '1' } })
    expect(outcome!.error).toMatchObject({
      message: 'topic "x": Unknown topic config name: retention.mss',
      hint: 'did you mean "retention.ms"?',
    })
  })

  it('get more partitions, and where the new ones go', async () => {
    await start({ topics: { a: 1 } })
    broker.on(CreatePartitions, ({ topics: asked }) => ({
      results: asked.map(({ name }) => ({
        name,
        errorCode: name === 'a' ? 0 : 37,
        errorMessage: 'not more',
      })),
    }))
    const assignments = new Map([['a', [[1]]]])
    const outcomes = await topics.increasePartitions(cluster, {
      names: ['a', 'b'],
      partitions: 2,
      assignments,
    })
    expect(outcomes).toMatchObject([
      { name: 'a' },
      { name: 'b', error: { hint: 'partitions can only be added' } },
    ])
    expect(broker.requestsOf(CreatePartitions)[0]!.topics).toEqual([
      { name: 'a', count: 2, assignments: [{ brokerIds: [1] }] },
      { name: 'b', count: 2, assignments: null },
    ])
  })

  it('are deleted by name, on old brokers too', async () => {
    await start({ topics: { a: 1, b: 1 }, versions: { DeleteTopics: [1, 5] } })
    expect(await topics.remove(cluster, ['a'])).toEqual([{ name: 'a' }])
    expect(broker.requestsOf(DeleteTopics)[0]!.topicNames).toEqual(['a'])
    expect([...broker.state.topics.keys()]).toEqual(['b'])
  })

  it('that the broker does not answer for are no success', async () => {
    await start()
    broker.on(CreateTopics, () => ({ topics: [] }))
    await expect(topics.create(cluster, { names: ['x'] })).rejects.toThrow('says nothing about topic "x"')
  })
})

describe('a described topic', () => {
  it('is put together from pages that a cursor leads through', async () => {
    await start({ topics: { a: 3, b: 1 } })
    const partition = (partitionIndex: number) => ({
      partitionIndex,
      leaderId: 1,
      replicaNodes: [1],
      isrNodes: [1],
    })
    broker.on(DescribeTopicPartitions, ({ cursor }) => {
      if (cursor === null)
        return {
          topics: [{ name: 'a', topicId: ID, partitions: [partition(0), partition(1)] }],
          nextCursor: { topicName: 'a', partitionIndex: 2 },
        }
      return {
        topics: [
          { name: 'a', topicId: ID, partitions: [partition(2)] },
          { name: 'b', topicId: ID, partitions: [partition(0)] },
        ],
      }
    })
    const described = await describeTopics(cluster, { names: ['b', 'a'], maxPartitionsPerResponse: 2 })
    expect(described.map(({ name, partitions }) => [name, partitions.length])).toEqual([
      ['a', 3],
      ['b', 1],
    ])
    expect(described[0]).toMatchObject({ minInsyncReplicas: 2, replicationFactor: 1 })
    const [first, second] = broker.requestsOf(DescribeTopicPartitions)
    expect(first).toMatchObject({ responsePartitionLimit: 2, topics: [{ name: 'a' }, { name: 'b' }] })
    expect(second!.cursor).toEqual({ topicName: 'a', partitionIndex: 2 })
  })

  it('ends in an error when the broker sends us in circles', async () => {
    await start({ topics: { a: 1 } })
    const nextCursor = { topicName: 'a', partitionIndex: 1 }
    broker.on(DescribeTopicPartitions, () => ({ topics: [{ name: 'a', topicId: ID }], nextCursor }))
    await expect(describeTopics(cluster, { names: ['a'] })).rejects.toThrow('the same page again')
    expect(broker.requestsOf(DescribeTopicPartitions)).toHaveLength(2)
  })

  it('comes from Metadata where the broker does not know DescribeTopicPartitions', async () => {
    await start({ topics: { a: 2 }, versions: { DescribeTopicPartitions: null } })
    const [topic] = await describeTopics(cluster, { names: ['a'] })
    expect(topic!.partitions).toMatchObject([
      { partition: 0, leader: 1, elr: null },
      { partition: 1, leader: 1, elr: null },
    ])
    expect(topic!.configs).toContainEqual({ name: 'retention.ms', value: '7', isDefault: false, isOwn: true })
  })

  it('is found by its id', async () => {
    await start({ topics: { a: 2 } })
    const { topicId } = broker.state.topics.get('a')!
    expect(await describeById(cluster, topicId)).toMatchObject({ name: 'a', topicId })
    await expect(describeById(cluster, ID)).rejects.toMatchObject({ codeName: 'UNKNOWN_TOPIC_ID' })
  })

  it('shows the reassignments under way', async () => {
    await start({ topics: { a: 1 }, versions: { DescribeTopicPartitions: null } })
    broker.on(ListPartitionReassignments, () => ({
      topics: [{ name: 'a', partitions: [{ partitionIndex: 0, replicas: [1, 2], addingReplicas: [2] }] }],
    }))
    const [topic] = await describeTopics(cluster, { names: ['a'] })
    expect(topic!.partitions[0]!.reassignment).toEqual({ addingReplicas: [2], removingReplicas: [] })
  })

  it('needs no right to see reassignments', async () => {
    await start({ topics: { a: 1 }, versions: { DescribeTopicPartitions: null } })
    broker.on(ListPartitionReassignments, () => ({ errorCode: 31, topics: [] }))
    const [topic] = await describeTopics(cluster, { names: ['a'] })
    expect(topic).toMatchObject({ hasReassignments: true })
    expect(topic!.partitions[0]!.reassignment).toBeUndefined()
  })

  it('does not wait for reassignments until another controller is elected', async () => {
    await start({ topics: { a: 1 }, versions: { DescribeTopicPartitions: null } })
    cluster.close()
    const { settings } = resolveSettings({
      commandLine: {
        'bootstrap.servers': broker.address,
        'request.timeout.ms': '50',
        'default.api.timeout.ms': '100',
      },
    })
    cluster = await openCluster({ settings })
    broker.on(ListPartitionReassignments, () => 'drop')
    const [topic] = await describeTopics(cluster, { names: ['a'] })
    expect(topic).toMatchObject({ name: 'a', minInsyncReplicas: 2, hasReassignments: false })
  })
})
