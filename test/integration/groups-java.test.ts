/** Groups and offsets under Kafka's names: what our scripts print is what Kafka's own tools print on the same cluster. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kt, type KtResult } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { GroupMember, holds } from '../support/group-member.ts'
import { java } from '../support/java.ts'
import { script } from '../support/script.ts'

const TOOLS: Readonly<Record<string, string>> = {
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-groups': 'org.apache.kafka.tools.GroupsCommand',
  'kafka-share-groups': 'org.apache.kafka.tools.consumer.group.ShareGroupCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
}

let cluster: Cluster
let dir: string
let members: GroupMember[]

beforeAll(async () => {
  cluster = await startCluster()
  dir = await mkdtemp(join(tmpdir(), 'kt-groups-'))
  const stdin = Array.from({ length: 100 }, (_, line) => `${line}\n`).join('')
  for (const topic of ['orders', 'a-topic-with-a-name-of-more-than-24-letters']) {
    await run('topics', 'create', topic, '--partitions', '3')
    await kt(['console-producer', topic, '--partitioner', 'round-robin', ...server()], { stdin })
  }
  const read = ['console-consumer', 'orders', '--from-beginning', '--max-messages', '60']
  await run(...read, '--group', 'old-classic')
  await run(...read, '--group', 'old-consumer', '--command-property', 'group.protocol=consumer')
  const protocol = ['--command-property', 'group.protocol=consumer']
  members = [
    new GroupMember(['orders', '--group', 'busy-classic', '--from-beginning', ...server()]),
    new GroupMember(['orders', '--group', 'busy-consumer', '--from-beginning', ...protocol, ...server()]),
  ]
  for (const member of members) {
    await holds(member, 3)
    // Two tools that look one after the other see the same only when nothing is left to be committed.
    await eventually(() => expect(committedBy(member)).toBe(100))
  }
  const share = ['--topic', 'orders', '--group', 'shared', '--timeout-ms', '3000', ...server()]
  await eventually(async () => {
    await java('org.apache.kafka.tools.consumer.ConsoleShareConsumer', share)
    expect((await run('groups', 'list', '--output', 'java')).stdout).toContain('shared')
  })
})
afterAll(async () => {
  await Promise.all(members.map((member) => member.signal('SIGTERM')))
  await cluster.stop()
  await rm(dir, { recursive: true })
})

/** The sum of its offsets. */
function committedBy(member: GroupMember): number {
  const committed = member.named('offsets_committed').flatMap(({ offsets = [] }) => offsets)
  const last = new Map(committed.map(({ partition, offset }) => [partition, offset]))
  return [...last.values()].reduce((sum, offset) => sum + offset, 0)
}

function server(): string[] {
  return ['--bootstrap-server', cluster.bootstrap]
}

function run(...words: string[]): Promise<KtResult> {
  return kt([...words, ...server()])
}

async function expectSame(name: string, line: string): Promise<string> {
  const words = [...server(), ...line.split(' ')]
  const [ours, theirs] = await Promise.all([script(`${name}.sh`, words), java(TOOLS[name]!, words)])
  expect(theirs.code, theirs.stdout + theirs.stderr).toBe(0)
  expect(ours.stdout, `${name} ${line}\n${ours.stderr}`).toBe(theirs.stdout)
  expect(ours.code, ours.stderr).toBe(0)
  return ours.stdout
}

describe('the scripts for groups', () => {
  it('list groups as Kafka’s do', async () => {
    const listed = await expectSame('kafka-consumer-groups', '--list')
    expect(listed.trim().split('\n').sort()).toEqual([
      'busy-classic',
      'busy-consumer',
      'old-classic',
      'old-consumer',
    ])
    await expectSame('kafka-consumer-groups', '--list --state stable --type')
    expect(await expectSame('kafka-groups', '--list')).toContain('shared')
    await expectSame('kafka-groups', '--list --consumer')
    await expectSame('kafka-share-groups', '--list --state')
  })

  it('describe groups of both protocols, with and without members and lag, as Kafka’s do', async () => {
    const offsets = await expectSame('kafka-consumer-groups', '--describe --all-groups')
    expect(offsets).toMatch(/^old-classic +orders +\d +\d+ +\d+ +[1-9]/m)
    expect(offsets).toContain('/127.0.0.1')
    await expectSame(
      'kafka-consumer-groups',
      '--describe --group old-consumer --group busy-consumer --verbose',
    )
    await expectSame('kafka-consumer-groups', '--describe --all-groups --members')
    await expectSame('kafka-consumer-groups', '--describe --all-groups --members --verbose')
    await expectSame('kafka-consumer-groups', '--describe --all-groups --state')
    await expectSame('kafka-consumer-groups', '--describe --all-groups --state --verbose')
  })

  it('describe and move share groups as Kafka’s do', async () => {
    await expectSame(
      'kafka-share-groups',
      '--reset-offsets --group shared --to-earliest --topic orders --execute',
    )
    expect(await expectSame('kafka-share-groups', '--describe --group shared --verbose')).toMatch(
      /^shared +orders +0 +\S+ +0 /m,
    )
    await expectSame('kafka-share-groups', '--describe --all-groups --state --verbose')
    await expectSame(
      'kafka-share-groups',
      '--reset-offsets --group shared --to-latest --topic orders:0 --dry-run',
    )
  })

  it('plan resets as Kafka’s do, and print the same CSV', async () => {
    const reset = '--reset-offsets --group old-classic'
    const plans = [
      `${reset} --to-earliest --all-topics`,
      `${reset} --to-latest --topic orders:0,2 --topic a-topic-with-a-name-of-more-than-24-letters --dry-run`,
      `${reset} --to-offset 7 --topic orders --export`,
      `${reset} --to-offset 5000 --topic orders`,
      `${reset} --shift-by -3 --all-topics`,
      `${reset} --to-current --topic a-topic-with-a-name-of-more-than-24-letters --export`,
      `${reset} --to-datetime 2099-01-01T00:00:00.000 --all-topics`,
      `${reset} --by-duration P1D --all-topics --group old-consumer --export`,
    ]
    for (const line of plans) await expectSame('kafka-consumer-groups', line)
    await writeFile(join(dir, 'plan.csv'), 'old-classic,orders,0,4\n"old-consumer","orders",1,900\n')
    const file = `--from-file ${join(dir, 'plan.csv')} --execute`
    await expectSame('kafka-consumer-groups', `${reset} --group old-consumer ${file}`)
    const described = await run('groups', 'describe', 'old-classic', '--output', 'json')
    expect(JSON.parse(described.stdout)).toMatchObject({
      groups: [{ offsets: [{ partition: 0, currentOffset: 4 }, {}, {}] }],
    })
  })

  it('delete offsets and groups as Kafka’s do', async () => {
    await expectSame(
      'kafka-consumer-groups',
      '--delete-offsets --group old-consumer --topic orders:0 --topic orders:1',
    )
    for (const name of ['one', 'two'])
      await run('groups', 'reset-offsets', name, '--to-latest', '--topic', 'orders', '--execute')
    const ours = await script('kafka-consumer-groups.sh', [...server(), '--delete', '--group', 'one'])
    const theirs = await java(TOOLS['kafka-consumer-groups']!, [...server(), '--delete', '--group', 'two'])
    expect(ours).toMatchObject({ code: 0, stderr: '', stdout: theirs.stdout.replace('two', 'one') })
  })

  it('read expressions as Kafka’s do', async () => {
    await expectSame('kafka-consumer-groups', '--validate-regex orders-(a|b).*')
    const words = ['--validate-regex', 'orders-(']
    const theirs = await java(TOOLS['kafka-consumer-groups']!, words)
    const ours = await script('kafka-consumer-groups.sh', words)
    expect(ours.code).toBe(1)
    expect(ours.stderr).toContain(theirs.stdout.trim())
  })
})

describe('the scripts for offsets', () => {
  it('tell where partitions begin and end as Kafka’s does', async () => {
    for (const line of [
      '--topic orders|a-.*',
      '--topic-partitions orders:1-,.*letters:0',
      '--topic orders --time earliest',
      '--topic orders --time max-timestamp --partitions 0,1',
      '--topic orders --time -4',
      '--topic orders --time latest-tiered',
      '--topic orders --time 1',
      '--exclude-internal-topics',
    ])
      await expectSame('kafka-get-offsets', line)
  })

  it('delete records as Kafka’s does', async () => {
    const partitions = [{ topic: 'orders', partition: 2, offset: 5 }]
    await writeFile(join(dir, 'records.json'), JSON.stringify({ version: 1, partitions }))
    const done = await expectSame('kafka-delete-records', `--offset-json-file ${join(dir, 'records.json')}`)
    expect(done).toContain('partition: orders-2\tlow_watermark: 5\n')
  })
})

describe('what cannot be', () => {
  it('is told in one line with exit code 1, and says who holds a group', async () => {
    const cases: [string, RegExp][] = [
      ['groups describe old-clasic', /group "old-clasic" does not exist\n {2}did you mean "old-classic"\?/],
      ['groups reset-offsets nobody --to-earliest --all-topics', /group "nobody" does not exist/],
      [
        'groups reset-offsets busy-classic --to-earliest --all-topics --execute',
        /inactive, but the current state is Stable\.\n {2}stop its members first: \S+ at \/127\.0\.0\.1/,
      ],
      ['groups delete busy-consumer', /The group is not empty\.\n {2}stop its members first: \S+ at/],
      [
        'groups delete-offsets busy-consumer --topic orders:0',
        /subscribed to it\.\n {2}stop its members first/,
      ],
      [
        'groups reset-offsets old-classic --to-earliest --topic order',
        /"order" does not exist\n {2}did you mean "orders"/,
      ],
      [
        'groups reset-offsets old-classic --to-earliest --topic orders:9',
        /The partitions "orders-9" do not exist/,
      ],
      ['delete-records orders --before 100000', /not within the range of offsets/],
      ['get-offsets nothing', /Could not match any topic-partitions/],
    ]
    for (const [line, text] of cases) {
      const { code, stderr } = await run(...line.split(' '))
      expect(stderr).toMatch(text)
      expect(code).toBe(1)
    }
  })

  it('is told by its line where a file is broken', async () => {
    const csv = join(dir, 'broken.csv')
    await writeFile(csv, 'orders,0,1\norders,one,2\n')
    const json = join(dir, 'broken.json')
    await writeFile(json, '{"version": 1,\n "partitions": [}\n')
    const reset = await run('groups', 'reset-offsets', 'old-classic', '--from-file', csv)
    expect(reset).toMatchObject({
      code: 2,
      stderr: `kt groups reset-offsets: ${csv}, line 2: "one" is no partition\n`,
    })
    const records = await run('delete-records', '--offset-json-file', json)
    expect(records.code).toBe(2)
    expect(records.stderr).toContain(`${json}, line 2: this is no JSON`)
  })

  it('clamps offsets that are not in the log and tells', async () => {
    const { stdout, stderr } = await run(
      'groups',
      'reset-offsets',
      'old-classic',
      '--to-offset',
      '5000',
      '--topic',
      'orders:1',
    )
    expect(stderr).toMatch(/New offset \(5000\) is higher than latest offset for topic partition orders-1/)
    expect(stdout).toMatch(/^old-classic +orders +1 +\d+ +(3\d) /m)
  })
})
