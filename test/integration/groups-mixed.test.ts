import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { kt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually, GroupMember, holds } from '../support/group-member.ts'
import { java } from '../support/java.ts'
import { uniqueName } from '../support/names.ts'

const PACKAGE = 'org.apache.kafka.clients.consumer.'

const kinds = [
  { first: 'kt', strategy: 'RangeAssignor' },
  { first: 'kt', strategy: 'StickyAssignor' },
  { first: 'kt', strategy: 'CooperativeStickyAssignor' },
  { first: 'java', strategy: 'RoundRobinAssignor' },
  { first: 'java', strategy: 'StickyAssignor' },
  { first: 'java', strategy: 'CooperativeStickyAssignor' },
  { first: 'java', strategy: 'consumer' },
]

let cluster: Cluster
let member: GroupMember | undefined
beforeAll(async () => {
  cluster = await startCluster({
    config: {
      'group.initial.rebalance.delay.ms': '0',
      'group.consumer.min.heartbeat.interval.ms': '200',
      'group.consumer.heartbeat.interval.ms': '500',
    },
  })
})
afterAll(() => cluster.stop())
afterEach(async () => void (await member?.signal('SIGKILL')))

it.each(kinds)(
  "shares partitions with Kafka's own consumer, $first first, by $strategy",
  async ({ first, strategy }) => {
    const env = { KT_BOOTSTRAP_SERVER: cluster.bootstrap }
    const [topic, group] = [uniqueName('mixed'), uniqueName('g')]
    await kt(['topics', 'create', topic, '--partitions', '4'], { env })
    const properties =
      strategy === 'consumer'
        ? ['group.protocol=consumer']
        : [`partition.assignment.strategy=${PACKAGE}${strategy}`, 'heartbeat.interval.ms=500']
    const args = [
      '--topic',
      topic,
      '--group',
      group,
      '--from-beginning',
      ...properties.flatMap((one) => ['--command-property', one]),
    ]
    const theirs = () =>
      java('org.apache.kafka.tools.consumer.ConsoleConsumer', [
        '--bootstrap-server',
        cluster.bootstrap,
        '--timeout-ms',
        '8000',
        ...args,
      ])
    const ours = () => (member = new GroupMember(args, { env }))

    let javaRun: ReturnType<typeof java>
    if (first === 'kt') {
      await holds(ours(), 4)
      javaRun = theirs()
    } else {
      javaRun = theirs()
      await eventually(async () => expect(await memberCount(group)).toBe(1))
      ours()
    }
    await holds(member!, 2)
    const records = Array.from({ length: 400 }, (_, at) => String(at))
    const keyed = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:']
    await kt(['console-producer', topic, ...keyed], {
      env,
      stdin: records.map((at) => `${Number(at) % 16}:${at}\n`).join(''),
    })
    const { stdout } = await javaRun
    const javaRecords = stdout.split('\n').filter((line) => /^\d+$/.test(line))
    expect(javaRecords.length).toBeGreaterThan(0)
    expect(member!.records.length).toBeGreaterThan(0)
    expect([...javaRecords, ...member!.records].sort()).toEqual([...records].sort())
    // Their consumer left when it was done; what it had is ours.
    await holds(member!, 4)
  },
)

async function memberCount(group: string): Promise<number> {
  const { stdout } = await java('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [
    '--bootstrap-server',
    cluster.bootstrap,
    '--describe',
    '--members',
    '--group',
    group,
  ])
  return stdout.split('\n').filter((line) => line.startsWith(group)).length
}
