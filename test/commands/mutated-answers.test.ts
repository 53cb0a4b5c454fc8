/** The commands about groups and offsets, to whom brokers say what no broker should: one clear error or a result, soon. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from '../../src/cli/program.ts'
import { type Cluster, openCluster } from '../../src/core/cluster/cluster.ts'
import { KtError } from '../../src/core/errors.ts'
import { encodeAssignment, encodeSubscription } from '../../src/core/group/consumer-protocol.ts'
import { type Api, encodeResponse, type Input } from '../../src/core/protocol/codec.ts'
import { ConsumerGroupDescribe } from '../../src/core/protocol/generated/apis/ConsumerGroupDescribe.ts'
import { DeleteGroups } from '../../src/core/protocol/generated/apis/DeleteGroups.ts'
import { DeleteRecords } from '../../src/core/protocol/generated/apis/DeleteRecords.ts'
import { DescribeGroups } from '../../src/core/protocol/generated/apis/DescribeGroups.ts'
import { DescribeShareGroupOffsets } from '../../src/core/protocol/generated/apis/DescribeShareGroupOffsets.ts'
import { ListGroups } from '../../src/core/protocol/generated/apis/ListGroups.ts'
import { ListOffsets } from '../../src/core/protocol/generated/apis/ListOffsets.ts'
import { OffsetFetch } from '../../src/core/protocol/generated/apis/OffsetFetch.ts'
import { ShareGroupDescribe } from '../../src/core/protocol/generated/apis/ShareGroupDescribe.ts'
import { StreamsGroupDescribe } from '../../src/core/protocol/generated/apis/StreamsGroupDescribe.ts'
import { resolveSettings } from '../../src/core/settings.ts'
import { type FakeBroker, startFakeBroker } from '../broker/index.ts'
import { testContext } from '../support/context.ts'
import { type Change, mutated, mutations } from '../support/mutations.ts'

const STYLES = ['table', 'json', 'java'] as const
const member = { memberId: 'm-1', clientId: 'c', clientHost: '/127.0.0.1' }
const topicPartitions = [{ topicName: 'orders', partitions: [0, 1] }]
const assignment = { topicPartitions }
const tasks = { activeTasks: [{ subtopologyId: '0', partitions: [0, 1] }], standbyTasks: [], warmupTasks: [] }
const subtopology = {
  subtopologyId: '0',
  sourceTopics: ['orders'],
  repartitionSourceTopics: [],
  stateChangelogTopics: [{ name: 't-store-changelog', partitions: 2 }],
}

let broker: FakeBroker
let clusterForWhole: Cluster
/** Soon gives up: what is damaged may never be answered. */
let cluster: Cluster
/** What is done to the next answer of an API; its later ones are whole. */
let damage: { api: string; changes: Change[] } | undefined

beforeAll(async () => {
  broker = await startFakeBroker({ topics: { orders: 2 } })
  const groups = [
    ['classic', 'consumer'],
    ['consumer', 'consumer'],
    ['share', 'share'],
    ['streams', 'streams'],
  ].map(([groupType = '', protocolType = '']) => ({
    groupId: groupType,
    groupType,
    protocolType,
    groupState: 'Empty',
  }))
  answer(ListGroups, () => ({ groups }))
  answer(DescribeGroups, () => ({ groups: [{ groupId: 'classic', groupState: 'Empty', protocolType: 'consumer', protocolData: 'range', members: [classicMember()] }] })) // prettier-ignore
  answer(ConsumerGroupDescribe, () => ({ groups: [{ groupId: 'consumer', groupState: 'Empty', members: [{ ...member, assignment, targetAssignment: assignment, subscribedTopicNames: ['orders'] }] }] })) // prettier-ignore
  answer(ShareGroupDescribe, () => ({ groups: [{ groupId: 'share', groupState: 'Empty', members: [{ ...member, assignment, subscribedTopicNames: ['orders'] }] }] })) // prettier-ignore
  answer(StreamsGroupDescribe, () => ({ groups: [{ groupId: 'streams', groupState: 'Empty', topology: { epoch: 1, subtopologies: [subtopology] }, members: [{ ...member, assignment: tasks, targetAssignment: tasks, processId: 'p' }] }] })) // prettier-ignore
  answer(OffsetFetch, ({ groups: wanted }) => ({ groups: wanted.map(({ groupId }) => ({ groupId, topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 3n }, { partitionIndex: 1, committedOffset: 4n }] }] })) })) // prettier-ignore
  answer(DescribeShareGroupOffsets, () => ({ groups: [{ groupId: 'share', topics: [{ topicName: 'orders', partitions: [{ partitionIndex: 0, startOffset: 3n, lag: 4n }] }] }] })) // prettier-ignore
  answer(ListOffsets, ({ topics }) => ({ topics: topics.map(({ name, partitions }) => ({ name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, offset: 9n })) })) })) // prettier-ignore
  answer(DeleteRecords, ({ topics }) => ({ topics: topics.map(({ name, partitions }) => ({ name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, lowWatermark: 2n })) })) })) // prettier-ignore
  answer(DeleteGroups, ({ groupsNames }) => ({ results: groupsNames.map((groupId) => ({ groupId })) }))
  const quick = { 'retry.backoff.ms': '1', 'retry.backoff.max.ms': '2', 'reconnect.backoff.ms': '0' }
  const impatient = { ...quick, 'default.api.timeout.ms': '300', 'request.timeout.ms': '200' }
  const [forWhole, forDamaged] = [quick, impatient].map((properties) =>
    openCluster({
      settings: resolveSettings({ commandLine: { 'bootstrap.servers': broker.address, ...properties } })
        .settings,
    }),
  )
  ;[clusterForWhole, cluster] = await Promise.all([forWhole!, forDamaged!])
})
afterAll(async () => {
  clusterForWhole.close()
  cluster.close()
  await broker.close()
})

function classicMember() {
  return {
    ...member,
    memberMetadata: encodeSubscription({
      topics: ['orders'],
      userData: null,
      ownedPartitions: [],
      generation: -1,
      rackId: null,
    }),
    memberAssignment: encodeAssignment([{ topic: 'orders', partition: 0 }]),
  }
}

function answer<Req, Res>(api: Api<Req, Res>, whole: (request: Req) => Input<Res>): void {
  broker.on(api, (request, { version, correlationId }) => {
    if (damage?.api !== api.name) return whole(request)
    const { changes } = damage
    damage = undefined
    return {
      raw: damaged(Buffer.concat(encodeResponse(api, version, whole(request), correlationId)), changes),
    }
  })
}

/** Length, correlation id, tags and throttle time are right: what is behind them is to be read, and at once. */
const START_BYTES = 4 + 4 + 1 + 4

function damaged(frame: Buffer, changes: Change[]): Buffer {
  const bytes = Buffer.concat([frame.subarray(0, START_BYTES), mutated(frame.subarray(START_BYTES), changes)])
  bytes.writeInt32BE(bytes.length - 4)
  return bytes
}

const WORDS: [api: { name: string }, lines: string[]][] = [
  [ListGroups, ['groups list', 'groups list --type --state', 'groups describe --all-groups --state']],
  [DescribeGroups, ['groups describe classic', 'groups describe classic --members --verbose', 'groups reset-offsets classic --to-earliest --all-topics']],
  [ConsumerGroupDescribe, ['groups describe consumer', 'groups describe consumer --members --verbose', 'groups describe consumer --state --verbose']],
  [ShareGroupDescribe, ['groups describe share --members', 'groups describe share --state', 'groups reset-offsets share --to-latest --topic orders']],
  [StreamsGroupDescribe, ['groups describe streams', 'groups describe streams --members --verbose', 'groups reset-offsets streams --shift-by -1 --all-topics']],
  [OffsetFetch, ['groups describe consumer classic --offsets --verbose', 'groups reset-offsets classic --to-current --all-topics']],
  [DescribeShareGroupOffsets, ['groups describe share', 'groups reset-offsets share --to-earliest --all-topics']],
  [ListOffsets, ['get-offsets --topic orders', 'groups describe classic', 'groups reset-offsets consumer --to-earliest --all-topics', 'get-offsets --topic orders --time -3']],
  [DeleteRecords, ['delete-records orders --before 2 --yes']],
  [DeleteGroups, ['groups delete classic streams --yes']],
] // prettier-ignore

describe('an answer with changed bytes', () => {
  it.each(WORDS.map(([{ name }, lines]) => [name, lines] as const))(
    'of %s is shown or refused, and whole ones are taken',
    async (api, lines) => {
      for (const line of lines) for (const style of STYLES) expect(await failureOf(line, style)).toBe('')
      const lineAndStyle = fc.tuple(fc.constantFrom(...lines), fc.constantFrom(...STYLES))
      await fc.assert(
        fc.asyncProperty(mutations, lineAndStyle, async (changes, [line, style]) => {
          damage = { api, changes }
          expect((await failureOf(line, style)).length).toBeLessThan(2000)
        }),
        { numRuns: 100, seed: 20261121 },
      )
    },
  )
})

/** What the command says when it fails; '' where it does not. Throws what is no answer to a person. */
async function failureOf(line: string, style: (typeof STYLES)[number]): Promise<string> {
  const { invocation } = await parse(line.split(' '), '1')
  const test = testContext({ style })
  test.context.cluster = () => Promise.resolve(damage === undefined ? clusterForWhole : cluster)
  try {
    await invocation!.command.run(invocation!.values, test.context)
    return ''
  } catch (error) {
    if (!(error instanceof KtError)) throw error
    expect(error.message).not.toContain('undefined')
    return error.message
  } finally {
    test.end()
  }
}
