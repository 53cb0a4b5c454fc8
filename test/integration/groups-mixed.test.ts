import { afterAll, beforeAll, expect, it } from 'vitest'
import { kt } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { GroupMember, holds } from '../support/group-member.ts'
import { java, spawnJava } from '../support/java.ts'
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
  { first: 'java', strategy: 'CooperativeStickyAssignor', version: '3.9.2' },
].map((kind) => ({ version: '4.3.1', ...kind }))

const config = { 'group.initial.rebalance.delay.ms': '0' }
const rhythm = {
  'group.consumer.min.heartbeat.interval.ms': '200',
  'group.consumer.heartbeat.interval.ms': '500',
}

const clusters = new Map<string, Cluster>()
beforeAll(async () => {
  clusters.set('4.3.1', await startCluster({ config: { ...config, ...rhythm } }))
  clusters.set('3.9.2', await startCluster({ config, version: '3.9.2' }))
})
afterAll(() => Promise.all([...clusters.values()].map((cluster) => cluster.stop())))

it.concurrent.each(kinds)(
  "shares partitions with Kafka's own consumer, of $version, $first first, by $strategy",
  async ({ first, strategy, version }) => {
    const cluster = clusters.get(version)!
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
      // The word that both releases know.
      ...properties.flatMap((one) => ['--consumer-property', one]),
    ]
    let ours: GroupMember | undefined
    let theirs: JavaMember | undefined
    try {
      if (first === 'kt') {
        ours = new GroupMember(args, { env })
        await holds(ours, 4)
        theirs = await JavaMember.start(cluster, args)
      } else {
        theirs = await JavaMember.start(cluster, args)
        await eventually(async () => expect(await memberCount(cluster, group)).toBe(1))
        ours = new GroupMember(args, { env })
      }
      const member = ours
      await eventually(async () => expect(await memberCount(cluster, group)).toBe(2))
      await holds(member, 2)
      const records = Array.from({ length: 400 }, (_, at) => String(at)).sort()
      const keyed = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:']
      const stdin = records.map((at) => `${Number(at) % 16}:${at}\n`).join('')
      expect(await kt(['console-producer', topic, ...keyed], { env, stdin })).toMatchObject({ code: 0 })
      const { records: javaRecords } = theirs
      await eventually(() => expect([...javaRecords, ...member.records].sort()).toEqual(records))
      expect(javaRecords.length).toBeGreaterThan(0)
      expect(member.records.length).toBeGreaterThan(0)
      // Their consumer leaves, and what it had is ours.
      await theirs.end('SIGTERM')
      await holds(member, 4)
      expect([...javaRecords, ...member.records].sort()).toEqual(records)
    } finally {
      await ours?.signal('SIGKILL')
      await theirs?.end('SIGKILL')
    }
  },
)

/** Kafka's console consumer, and what it has printed. */
class JavaMember {
  readonly records: string[] = []
  readonly #child: Awaited<ReturnType<typeof spawnJava>>
  readonly #closed: Promise<unknown>

  static async start(cluster: Cluster, args: readonly string[]): Promise<JavaMember> {
    const { bootstrap, version } = cluster
    const all = ['--bootstrap-server', bootstrap, ...args]
    return new JavaMember(
      await spawnJava('org.apache.kafka.tools.consumer.ConsoleConsumer', all, { version }),
    )
  }

  private constructor(child: Awaited<ReturnType<typeof spawnJava>>) {
    this.#child = child
    this.#closed = new Promise((resolve) => child.once('close', resolve))
    child.stderr.resume()
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      this.records.push(...lines.filter((line) => /^\d+$/.test(line)))
    })
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal)
    await this.#closed
  }
}

async function memberCount(cluster: Cluster, group: string): Promise<number> {
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
