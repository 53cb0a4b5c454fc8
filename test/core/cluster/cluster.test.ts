import { describe, expect, it, vi } from 'vitest'
import { type Cluster } from '../../../src/core/cluster/cluster.ts'
import { UnsupportedVersionError } from '../../../src/core/cluster/versions.ts'
import {
  ApiError,
  ConnectionError,
  CorruptDataError,
  InterruptedError,
  RequestTimeoutError,
} from '../../../src/core/errors.ts'
import { CreateTopics } from '../../../src/core/protocol/generated/apis/CreateTopics.ts'
import { DescribeGroups } from '../../../src/core/protocol/generated/apis/DescribeGroups.ts'
import { FindCoordinator } from '../../../src/core/protocol/generated/apis/FindCoordinator.ts'
import { Heartbeat } from '../../../src/core/protocol/generated/apis/Heartbeat.ts'
import { ListOffsets } from '../../../src/core/protocol/generated/apis/ListOffsets.ts'
import { ListPartitionReassignments } from '../../../src/core/protocol/generated/apis/ListPartitionReassignments.ts'
import { Metadata } from '../../../src/core/protocol/generated/apis/Metadata.ts'
import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { failureOf, fakeBroker, fakeCluster, open, rawServer } from './support.ts'

const oneTopic = { topics: [{ name: 'new', numPartitions: 1, replicationFactor: 1 }], timeoutMs: 1000 }

describe('a connection', () => {
  it('is destroyed by a request that times out, and the next request gets a new one', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address, { 'request.timeout.ms': '300' })
    let asked = 0
    broker.on(Metadata, () => (asked++ === 0 ? 'drop' : undefined))
    const before = await cluster.channel(1)
    await cluster.metadata.refresh('all')
    expect(before.isOpen).toBe(false)
    expect(before.failure).toBeInstanceOf(RequestTimeoutError)
    // A machine that stands still for a moment lets more time out than what is dropped.
    expect([asked, broker.connections].every((count) => count >= 2)).toBe(true)
  })

  it('fails all that is in flight on it when one request times out', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.on(Metadata, () => 'drop')
    const channel = await cluster.channel(1)
    const [slow, quick] = [60_000, 40].map((timeoutMs) =>
      failureOf(channel.send(Metadata, 12, {}, { timeoutMs })),
    )
    expect(await quick).toBeInstanceOf(RequestTimeoutError)
    expect((await slow)?.message).toBe(`${broker.address} did not answer Metadata within 40 ms`)
  })

  it('takes the idle ones to the same broker with it when a request times out, and none that waits', async () => {
    const brokers = await fakeCluster(2)
    const cluster = await open(brokers.map(({ address }) => address).join(','))
    for (const broker of brokers) broker.on(Heartbeat, () => 'drop')
    const [silent, idle, waiting] = await Promise.all(
      (['fetch', 'produce', 'heartbeat'] as const).map((purpose) => cluster.channel(1, purpose)),
    )
    const elsewhere = await cluster.channel(2)
    const poll = failureOf(waiting!.send(Heartbeat, 4, {}, { timeoutMs: 60_000 }))
    expect(await failureOf(silent!.send(Heartbeat, 4, {}, { timeoutMs: 40 }))).toBeInstanceOf(
      RequestTimeoutError,
    )
    expect([idle, waiting, elsewhere].map((channel) => channel!.isOpen)).toEqual([false, true, true])
    expect(await cluster.channel(1, 'produce')).not.toBe(idle)
    cluster.close()
    await poll
  })

  it('sets no timer while it is idle', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    await cluster.call(Metadata, {})
    const [timeouts, intervals] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'setInterval')]
    const pause = new Int32Array(new SharedArrayBuffer(4))
    for (let round = 0; round < 10; round++) {
      Atomics.wait(pause, 0, 0, 30)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(timeouts).not.toHaveBeenCalled()
    expect(intervals).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })

  it('holds requests back for as long as the broker says, with one timer', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    const undo = broker.on(Metadata, () => ({ throttleTimeMs: 80, brokers: [], topics: [] }))
    const channel = await cluster.channel(1)
    const start = performance.now()
    await channel.send(Metadata, 12, {}, { timeoutMs: 60_000 })
    undo()
    const timeouts = vi.spyOn(globalThis, 'setTimeout')
    await channel.send(Metadata, 12, {}, { timeoutMs: 60_000 })
    expect(performance.now() - start).toBeGreaterThan(60)
    const delays = timeouts.mock.calls.map(([, delayMs]) => delayMs ?? 0)
    vi.restoreAllMocks()
    expect(delays.every((delayMs) => delayMs > 0)).toBe(true)
    // One for the throttle (two if it fires a touch early) and one for the answer.
    expect(delays.length).toBeLessThanOrEqual(4)
  })

  it('does not hold requests back for days because an answer is damaged', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.on(Metadata, () => ({ throttleTimeMs: 0x7fff_ffff, brokers: [], topics: [] }))
    const channel = await cluster.channel(1)
    await channel.send(Metadata, 12, {}, { timeoutMs: 60_000 })
    const timeouts = vi.spyOn(globalThis, 'setTimeout')
    const waiting = failureOf(channel.send(Metadata, 12, {}, { timeoutMs: 1000 }))
    const delays = timeouts.mock.calls.map(([, delayMs]) => delayMs ?? 0)
    vi.restoreAllMocks()
    cluster.close()
    expect(await waiting).toBeInstanceOf(ConnectionError)
    expect(Math.max(...delays)).toBeGreaterThan(10_000)
    expect(Math.max(...delays)).toBeLessThanOrEqual(60_000)
  })

  it('is not shared between purposes, so that a long poll holds nothing up', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.on(Heartbeat, () => 'drop')
    const polling = failureOf(
      (await cluster.channel(1, 'fetch')).send(Heartbeat, 4, {}, { timeoutMs: 60_000 }),
    )
    expect((await cluster.call(Metadata, { topics: [] })).brokers).toHaveLength(1)
    cluster.close()
    expect(await polling).toBeInstanceOf(ConnectionError)
  })

  it('is chosen for what any broker answers by who has answered lately, not by who was first', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    const [idle, lively] = [await cluster.channel(1), await cluster.channel(1, 'coordinator')]
    await lively.send(Metadata, 9, { topics: [] }, { timeoutMs: 60_000 })
    const { connection } = broker.requests.at(-1)!
    // As if it had been silent for longer than firewalls remember.
    idle.heardAtMs -= 600_000
    await cluster.call(Metadata, { topics: [] }, 'any')
    expect(broker.requests.at(-1)!.connection).toBe(connection)
  })

  it('that waits for others to join a group is not asked anything else', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.on(Heartbeat, () => 'drop')
    const main = await cluster.channel(1)
    const joining = failureOf(
      (await cluster.channel(1, 'join')).send(Heartbeat, 4, {}, { timeoutMs: 60_000 }),
    )
    main.heardAtMs -= 600_000
    expect((await cluster.call(Metadata, { topics: [] }, 'any')).brokers).toHaveLength(1)
    cluster.close()
    await joining
  })

  it('sends requests in the order they were given', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    const channel = await cluster.channel(1)
    const names = Array.from({ length: 20 }, (_, index) => `t${index}`)
    await Promise.all(
      names.map((name) => channel.send(Metadata, 12, { topics: [{ name }] }, { timeoutMs: 60_000 })),
    )
    expect(
      broker.requestsOf(Metadata).flatMap(({ topics }) => topics?.map(({ name }) => name) ?? []),
    ).toEqual(names)
  })

  it('sends byte fields in parts, and the broker gets them whole', async () => {
    const broker = await fakeBroker({ topics: { orders: 1 } })
    const cluster = await open(broker.address)
    const parts = [1, 2, 3].map((value) => Buffer.alloc(300_000, value))
    broker.on(Produce, () => ({ responses: [] }))
    const request = {
      acks: -1,
      topicData: [{ name: 'orders', partitionData: [{ index: 0, records: parts }] }],
    }
    await (await cluster.channel(1)).send(Produce, 9, request, { timeoutMs: 60_000 })
    const received = broker.requestsOf(Produce)[0]?.topicData[0]?.partitionData[0]?.records
    expect(received?.equals(Buffer.concat(parts))).toBe(true)
  })

  it('waits for no answer where none comes', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.on(Produce, () => null)
    const channel = await cluster.channel(1)
    const answer = await channel.send(Produce, 9, { acks: 0 }, { timeoutMs: 60_000, expectResponse: false })
    expect(answer).toBeUndefined()
    await channel.send(Metadata, 12, { topics: [] }, { timeoutMs: 60_000 })
    expect(channel.inFlight).toBe(0)
    expect(broker.requestsOf(Produce)).toHaveLength(1)
  })

  it('says nothing on stdout, and tells its log what it has to say', async () => {
    const printed = [vi.spyOn(process.stdout, 'write'), vi.spyOn(console, 'log'), vi.spyOn(console, 'info')]
    const broker = await fakeBroker()
    const lines: string[] = []
    const cluster = await open(
      broker.address,
      {},
      { log: (level, message) => lines.push(`${level} ${message}`) },
    )
    broker.on(Metadata, () => 'close')
    await failureOf(cluster.call(Metadata, {}, 'any', { retries: 0 }))
    for (const spy of printed) expect(spy).not.toHaveBeenCalled()
    vi.restoreAllMocks()
    expect(lines).toContain('debug Connecting')
  })
})

describe('call', () => {
  it('asks the controller what only the controller can do', async () => {
    const brokers = await fakeCluster(3)
    const cluster = await open(brokers[1]?.address ?? '')
    const { topics } = await cluster.call(CreateTopics, oneTopic)
    expect(topics).toMatchObject([{ name: 'new', errorCode: 0 }])
    expect(brokers.map((broker) => broker.requestsOf(CreateTopics).length)).toEqual([1, 0, 0])
  })

  it('finds the new controller when the old one is none any more', async () => {
    const brokers = await fakeCluster(2)
    const cluster = await open(brokers[0]?.address ?? '')
    if (brokers[0]) brokers[0].state.controllerId = 2
    const { topics } = await cluster.call(CreateTopics, oneTopic)
    expect(topics).toMatchObject([{ errorCode: 0 }])
    expect(brokers.map((broker) => broker.requestsOf(CreateTopics).length)).toEqual([1, 1])
  })

  it('follows a partition to its new leader', async () => {
    const brokers = await fakeCluster(2, { topics: { orders: 1 } })
    const cluster = await open(brokers[0]?.address ?? '')
    await cluster.metadata.topic('orders')
    moveLeader(brokers[0]?.state.topics.get('orders')?.partitions[0], 2)
    const response = await offsetOf(cluster, 'orders', 0)
    expect(response.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, offset: 0n })
    expect(brokers.map((broker) => broker.requestsOf(ListOffsets).length)).toEqual([1, 1])
  })

  it('asks a leader that is gone no more once another one leads', async () => {
    const brokers = await fakeCluster(2, { topics: { orders: 2 } })
    const cluster = await open(brokers[0]?.address ?? '')
    await offsetOf(cluster, 'orders', 1)
    const [first, second] = brokers
    await second?.close()
    moveLeader(first?.state.topics.get('orders')?.partitions[1], 1)
    expect((await offsetOf(cluster, 'orders', 1)).topics[0]?.partitions[0]?.errorCode).toBe(0)
  })

  it('names a topic that does not exist, after a few tries', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    const failure = await failureOf(offsetOf(cluster, 'nope', 0))
    expect(failure).toBeInstanceOf(ApiError)
    expect(failure.message).toContain('topic "nope"')
    expect((failure as ApiError).codeName).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  it('finds a coordinator once and remembers it until it moves', async () => {
    const brokers = await fakeCluster(2)
    const cluster = await open(brokers[0]?.address ?? '')
    const [first, second] = brokers
    second?.on(DescribeGroups, () => ({ groups: [{ groupId: 'g', errorCode: 0 }] }))
    first?.on(DescribeGroups, () => {
      if (first) first.state.controllerId = 2
      return { groups: [{ groupId: 'g', errorCode: 16 }] }
    })
    const describe = () => cluster.call(DescribeGroups, { groups: ['g'] }, { coordinator: 'group', key: 'g' })
    expect((await describe()).groups).toMatchObject([{ errorCode: 0 }])
    await describe()
    expect([first, second].flatMap((broker) => broker?.requestsOf(FindCoordinator) ?? [])).toHaveLength(2)
    expect(second?.requestsOf(DescribeGroups)).toHaveLength(2)
  })

  it('asks old brokers for a coordinator in the old way', async () => {
    const broker = await fakeBroker({ versions: { FindCoordinator: [0, 3] } })
    const cluster = await open(broker.address)
    expect(await cluster.coordinator('transaction', 'id')).toBe(1)
    expect(broker.requestsOf(FindCoordinator)).toMatchObject([{ key: 'id', keyType: 1 }])
  })

  it('tries a retriable error again until the time is over, then names it', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.on(FindCoordinator, () => ({ coordinators: [{ key: 'g', errorCode: 15 }] }))
    const failure = await failureOf(
      cluster.call(FindCoordinator, { coordinatorKeys: ['g'] }, 'any', {
        timeoutMs: 1000,
        errorsOf: ({ coordinators }) => coordinators.map(({ errorCode }) => errorCode),
      }),
    )
    expect(failure).toMatchObject({ codeName: 'COORDINATOR_NOT_AVAILABLE', exitCode: 1 })
    expect(broker.requestsOf(FindCoordinator).length).toBeGreaterThan(2)
  })

  it('sends again what must not happen twice only when it was not sent', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.on(CreateTopics, () => 'close')
    const failure = await failureOf(cluster.call(CreateTopics, oneTopic, 'controller', { retries: 0 }))
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(broker.requestsOf(CreateTopics)).toHaveLength(1)
  })

  it('puts a question that a silent broker owes the answer to another', async () => {
    const brokers = await fakeCluster(3)
    const [first, second, third] = brokers
    const cluster = await open(first!.address)
    first!.on(Metadata, () => 'drop')
    second!.on(Metadata, () => 'drop')
    expect((await cluster.call(Metadata, { topics: [] })).brokers).toHaveLength(3)
    expect(third!.requestsOf(Metadata)).toHaveLength(1)
    // Now it is known who answers.
    await cluster.call(Metadata, { topics: [] })
    expect(third!.requestsOf(Metadata)).toHaveLength(2)
  })

  it('asks another broker where the controller is silent, and any broker forwards', async () => {
    const [first, second] = await fakeCluster(2)
    const cluster = await open(second!.address)
    first!.on(ListPartitionReassignments, () => 'drop')
    second!.on(ListPartitionReassignments, () => ({ topics: [] }))
    expect(await cluster.call(ListPartitionReassignments, {})).toMatchObject({ errorCode: 0 })
    expect(first!.requestsOf(ListPartitionReassignments)).toHaveLength(1)
  })

  it('sends what changes something to one broker only, however silent', async () => {
    const brokers = await fakeCluster(3)
    const cluster = await open(brokers[1]!.address, { 'request.timeout.ms': '1500' })
    for (const broker of brokers) broker.on(CreateTopics, () => 'drop')
    const failure = await failureOf(cluster.call(CreateTopics, oneTopic, 'controller', { retries: 0 }))
    expect(failure).toBeInstanceOf(RequestTimeoutError)
    expect(brokers.map((broker) => broker.requestsOf(CreateTopics).length)).toEqual([1, 0, 0])
  })

  it('sends it again to a broker that owes no answer', async () => {
    const [first, second] = await fakeCluster(2)
    first!.on(CreateTopics, () => 'drop')
    second!.on(CreateTopics, () => ({ topics: [{ name: 'new', errorCode: 0 }] }))
    const cluster = await open(first!.address, { 'request.timeout.ms': '50' })
    expect((await cluster.call(CreateTopics, oneTopic)).topics).toMatchObject([{ errorCode: 0 }])
    expect(first!.requestsOf(CreateTopics)).toHaveLength(1)
  })

  it('sends it to another where the controller takes connections and says nothing', async () => {
    const [first, second] = await fakeCluster(2)
    const silent = await rawServer(() => {})
    first!.state.nodes[0]!.port = silent.port
    second!.on(CreateTopics, () => ({ topics: [{ name: 'new', errorCode: 0 }] }))
    const cluster = await open(second!.address)
    expect((await cluster.call(CreateTopics, oneTopic)).topics).toMatchObject([{ errorCode: 0 }])
    expect(second!.requestsOf(CreateTopics)).toHaveLength(1)
  })

  it('connects again after the broker has hung up', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.disconnectAll()
    expect((await cluster.call(Metadata, { topics: [] })).brokers).toHaveLength(1)
    expect(broker.connections).toBe(2)
  })

  it('asks the bootstrap servers again when no known broker answers', async () => {
    const [first, second] = await fakeCluster(2)
    const cluster = await open([first?.address ?? '', second?.address ?? ''])
    first?.state.nodes.shift()
    await first?.close()
    expect((await cluster.call(Metadata, { topics: [] })).brokers.map(({ nodeId }) => nodeId)).toEqual([2])
  })

  it('asks no bootstrap server again with metadata.recovery.strategy=none', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address, { 'metadata.recovery.strategy': 'none' })
    // All that the cluster has named is not there any more.
    const gone = await fakeBroker()
    await gone.close()
    cluster.metadata.brokers = new Map([[9, { nodeId: 9, host: '127.0.0.1', port: gone.port, rack: null }]])
    broker.disconnectAll()
    const before = broker.connections
    const failure = await failureOf(cluster.call(Metadata, { topics: [] }, 'any', { timeoutMs: 1000 }))
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(broker.connections).toBe(before)
  })

  it('gives up on a cluster that is gone when the time is over, and says why', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address, { 'default.api.timeout.ms': '1000' })
    await broker.close()
    const failure = await failureOf(cluster.call(Metadata, {}))
    expect(failure).toBeInstanceOf(RequestTimeoutError)
    expect(failure.message).toMatch(
      /^Metadata to any broker did not succeed within 1000 ms: cannot reach .* connection refused/,
    )
  })

  it('lets the request depend on the version, and the version be capped', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    const versions: number[] = []
    await cluster.call(Metadata, (version) => (versions.push(version), { topics: [] }), 'any', {
      maxVersion: 4,
    })
    expect(versions).toEqual([4])
    expect(broker.requests.at(-1)?.version).toBe(4)
  })

  it('does not try an unknown API anywhere', async () => {
    const broker = await fakeBroker({ versions: { DescribeGroups: null } })
    const cluster = await open(broker.address)
    const failure = await failureOf(cluster.call(DescribeGroups, {}, { node: 1 }))
    expect(failure).toBeInstanceOf(UnsupportedVersionError)
    expect(failure.message).toBe(`${broker.address} does not know DescribeGroups`)
  })

  it('does not try a corrupt answer again', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    let asked = 0
    broker.on(Metadata, (_request, { correlationId }) => {
      asked++
      return { raw: Buffer.from([0, 0, 0, 6, 0, 0, 0, correlationId, 0, 9]) }
    })
    expect(await failureOf(cluster.call(Metadata, {}))).toBeInstanceOf(CorruptDataError)
    expect(asked).toBe(1)
  })

  it('names a broker that is not in the cluster, at once', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    const failure = await failureOf(cluster.call(Metadata, {}, { node: 9 }))
    expect(failure.message).toContain('broker 9 is not in the cluster')
    expect(failure.hint).toBe('brokers: 1')
  })

  it('ends at once when the cluster is closed, without waiting for a long poll', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    broker.on(Metadata, () => 'drop')
    const call = failureOf(cluster.call(Metadata, {}))
    await new Promise((resolve) => setTimeout(resolve, 20))
    cluster.close()
    expect((await call).message).toBe('the connection to the cluster is closed')
    expect((await failureOf(cluster.call(Metadata, {}))).message).toBe(
      'the connection to the cluster is closed',
    )
  })

  it('ends at once when it is interrupted', async () => {
    const broker = await fakeBroker()
    const controller = new AbortController()
    const cluster = await open(broker.address, {}, { signal: controller.signal })
    broker.on(Metadata, () => 'drop')
    const call = failureOf(cluster.call(Metadata, {}))
    await new Promise((resolve) => setTimeout(resolve, 20))
    controller.abort()
    expect(await call).toBeInstanceOf(InterruptedError)
  })
})

function moveLeader(partition: { leader: number; leaderEpoch: number } | undefined, leader: number): void {
  if (partition === undefined) throw new Error('there is no such partition')
  partition.leader = leader
  partition.leaderEpoch++
}

function offsetOf(cluster: Cluster, topic: string, partition: number) {
  const topics = [{ name: topic, partitions: [{ partitionIndex: partition, timestamp: -1n }] }]
  return cluster.call(ListOffsets, { replicaId: -1, topics }, { leader: { topic, partition } })
}
