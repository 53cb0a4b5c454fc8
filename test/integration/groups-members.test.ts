import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kt } from '../support/cli.ts'
import { setConfigs } from '../support/client.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { GroupMember, holds } from '../support/group-member.ts'
import { java } from '../support/java.ts'
import { uniqueName } from '../support/names.ts'

/** A session that ends only with the member: whoever takes over meanwhile was let. */
const LONG_MS = 900_000
/** A session that somebody waits for. */
const SHORT_MS = 10_000

const config = {
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'group.consumer.min.session.timeout.ms': '1000',
  'group.consumer.session.timeout.ms': String(LONG_MS),
  'group.consumer.max.session.timeout.ms': String(LONG_MS),
  'group.consumer.min.heartbeat.interval.ms': '200',
  'group.consumer.heartbeat.interval.ms': '500',
}

const classic = [`session.timeout.ms=${LONG_MS}`, 'heartbeat.interval.ms=500']
const consumer = ['group.protocol=consumer']
const cooperative = [...classic, 'partition.assignment.strategy=cooperative-sticky']

const kinds = [
  { version: '4.3.1', protocol: 'classic', properties: classic },
  { version: '4.3.1', protocol: 'cooperative', properties: cooperative },
  { version: '4.3.1', protocol: 'consumer', properties: consumer },
  { version: '3.9.2', protocol: 'classic', properties: classic },
  { version: '3.9.2', protocol: 'cooperative', properties: cooperative },
]

type Join = (args: string[], properties: string[]) => GroupMember

// They wait for sessions and heartbeats most of the time, so they do it side by side.
for (const version of ['4.3.1', '3.9.2'])
  describe.concurrent(`groups on Kafka ${version}`, () => {
    let cluster: Cluster
    beforeAll(async () => void (cluster = await startCluster({ version, config })))
    afterAll(() => cluster.stop())

    const env = () => ({ KT_BOOTSTRAP_SERVER: cluster.bootstrap })
    const it = test.extend<{ join: Join }>({
      join: async ({}, use) => {
        const members: GroupMember[] = []
        await use((args, properties) => {
          const given = properties.flatMap((property) => ['--command-property', property])
          const member = new GroupMember([...args, ...given], { env: env() })
          members.push(member)
          return member
        })
        for (const member of members) await member.signal('SIGKILL')
      },
    })
    async function topicWith(partitions: number, records: number): Promise<string> {
      const topic = uniqueName('groups')
      await kt(['topics', 'create', topic, '--partitions', String(partitions)], { env: env() })
      await produce(topic, 0, records)
      return topic
    }
    async function produce(topic: string, first: number, count: number): Promise<void> {
      const stdin = Array.from({ length: count }, (_, at) => `${(first + at) % 8}:${first + at}\n`).join('')
      const keyed = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:']
      const { code, stderr } = await kt(['console-producer', topic, ...keyed], { env: env(), stdin })
      expect(code, stderr).toBe(0)
    }
    const committed = async (group: string): Promise<Map<string, [committed: number, end: number]>> => {
      const { stdout } = await java(
        'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
        ['--bootstrap-server', cluster.bootstrap, '--describe', '--group', group],
        { version },
      )
      const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/))
      return new Map(
        rows
          .filter(([name]) => name === group)
          .map(([, topic, partition, offset, end]) => [
            `${topic}-${partition}`,
            [Number(offset), Number(end)],
          ]),
      )
    }
    const sorted = (lines: string[]) => lines.map(Number).sort((a, b) => a - b)
    const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)

    describe.each(kinds.filter((kind) => kind.version === version))(
      '$protocol',
      ({ protocol, properties }) => {
        const setSession = (group: string, ms: number) =>
          setConfigs(cluster.bootstrap, 'group', group, { 'consumer.session.timeout.ms': String(ms) })

        it('shares partitions, takes over after kill -9, and leaves at once on SIGTERM', async ({ join }) => {
          const topic = await topicWith(4, 100)
          const group = uniqueName('g')
          const args = [topic, '--group', group, '--from-beginning']
          // By KIP-848 it is the group's, and otherwise each member's.
          const session = protocol === 'consumer' ? [] : [`session.timeout.ms=${SHORT_MS}`]
          if (protocol === 'consumer') await setSession(group, SHORT_MS)
          const first = join(args, [...properties, ...session, 'auto.commit.interval.ms=100'])
          await holds(first, 4)
          await eventually(() => expect(sorted(first.records)).toEqual(numbers(100)))
          const second = join(args, properties)
          await holds(second, 2)
          await holds(first, 2)
          expect(new Set([...first.partitions, ...second.partitions]).size).toBe(4)

          await produce(topic, 100, 100)
          await eventually(() => expect(sorted([...first.records, ...second.records])).toEqual(numbers(200)))

          await first.signal('SIGKILL')
          await holds(second, 4)
          if (protocol === 'consumer') await setSession(group, LONG_MS)
          await produce(topic, 200, 100)
          await eventually(() => expect(new Set(second.records)).toContain('299'))

          const third = join(args, properties)
          await holds(third, 2)
          await second.signal('SIGTERM')
          expect(second.code).toBe(143)
          // Long before its session could have ended.
          await holds(third, 4)
          const all = () => new Set([...first.records, ...second.records, ...third.records])
          await eventually(() => expect(all().size).toBe(300))
          await third.signal('SIGINT')
          expect(third.code).toBe(130)
          expect([...(await committed(group)).values()].every(([offset, end]) => offset === end)).toBe(true)
        })

        it('commits what was written and no more: at the end, each record, every few, never', async ({
          join,
        }) => {
          const topic = await topicWith(1, 20)
          const args = (group: string) => [topic, '--group', group, '--from-beginning', '--max-messages', '7']
          const commits: Record<string, number[]> = {}
          const commitsBy = async (commit: string) => {
            const group = uniqueName(commit.replace(':', ''))
            const member = join([...args(group), '--commit', commit], properties)
            expect(await member.closed, member.said).toBe(0)
            expect(member.records).toEqual(numbers(7).map(String))
            commits[commit] = member
              .named('offsets_committed')
              .flatMap(({ offsets = [] }) => offsets.map(({ offset }) => offset))
            if (commit !== 'none') expect((await committed(group)).get(`${topic}-0`)![0]).toBe(7)
          }
          await Promise.all(['end', 'each', 'every:3', 'none'].map(commitsBy))
          expect(commits).toEqual({ end: [7], each: [1, 2, 3, 4, 5, 6, 7], 'every:3': [3, 6, 7], none: [] })
        })

        it('goes on where it stopped, and begins where auto.offset.reset says', async ({ join }) => {
          const topic = await topicWith(2, 30)
          const group = uniqueName('g')
          const args = (count: number) => [topic, '--group', group, '--max-messages', String(count)]
          const first = join(args(30), [...properties, 'auto.offset.reset=by_duration:PT1H'])
          await first.closed
          expect(sorted(first.records)).toEqual(numbers(30))
          await produce(topic, 30, 10)
          const second = join([...args(10), '--from-beginning'], properties)
          await second.closed
          expect(sorted(second.records)).toEqual(numbers(40).slice(30))
          const none = join([topic, '--group', uniqueName('g')], [...properties, 'auto.offset.reset=none'])
          expect(await none.closed).toBe(1)
          expect(none.said).toContain('auto.offset.reset is none')
        })

        it('keeps its partitions over a restart as a static member, without a rebalance', async ({
          join,
        }) => {
          const topic = await topicWith(4, 0)
          const group = uniqueName('g')
          const as = (name: string) =>
            join([topic, '--group', group, '--from-beginning'], [...properties, `group.instance.id=${name}`])
          const one = as('one')
          const two = as('two')
          await holds(one, 2)
          await holds(two, 2)
          const before = { held: one.partitions, events: two.events.length }
          await one.signal('SIGTERM')
          const again = as('one')
          await holds(again, 2)
          expect(again.partitions).toEqual(before.held)
          // The last step of a cooperative rebalance, in which nothing moves, may still be told by now.
          const moved = two.events.slice(before.events).filter(({ partitions = [] }) => partitions.length > 0)
          expect(moved).toEqual([])
        })

        it('follows a pattern to topics that come later', async ({ join }) => {
          const prefix = uniqueName('pattern')
          const create = (name: string) => kt(['topics', 'create', name, '--partitions', '2'], { env: env() })
          await create(`${prefix}-a`)
          const member = join(
            ['--include', `${prefix}-[a-c]`, '--group', uniqueName('g'), '--from-beginning'],
            [...properties, 'metadata.max.age.ms=500'],
          )
          await holds(member, 2)
          await create(`${prefix}-b`)
          await create(`${prefix}-z`)
          await holds(member, 4)
          expect(member.partitions.join()).not.toContain('-z')
          await kt(['topics', 'alter', `${prefix}-a`, '--partitions', '3'], { env: env() })
          await holds(member, 5)
        })
      },
    )
  })
