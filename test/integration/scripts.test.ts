/** The same command lines through `bin/kafka-topics.sh` and through Kafka's own class, on the same cluster. */
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimes } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { java } from '../support/java.ts'
import { script } from '../support/script.ts'

const TOPICS = 'org.apache.kafka.tools.TopicCommand'
const DOWN = 3

let cluster: Cluster
let dir: string

beforeAll(async () => {
  cluster = await startCluster({ nodes: 3, config: { 'min.insync.replicas': '2' } })
  dir = await mkdtemp(join(tmpdir(), 'kt-scripts-'))
  await writeFile(join(dir, 'client.properties'), 'client.id=scripts-test\n')
})
afterAll(async () => {
  await cluster.stop()
  await rm(dir, { recursive: true })
})

function server(): string[] {
  return ['--bootstrap-server', cluster.bootstrap.split(',')[0]!]
}

async function both(args: readonly string[]): Promise<{ ours: string; theirs: string }> {
  const [ours, theirs] = await Promise.all([
    script('kafka-topics.sh', [...server(), ...args]),
    java(TOPICS, [...server(), ...args]),
  ])
  expect(theirs.code, theirs.stdout + theirs.stderr).toBe(0)
  expect(ours.code, ours.stderr).toBe(0)
  return { ours: ours.stdout, theirs: theirs.stdout }
}

/** What only looks is asked again: a broker learns a moment after the controller's answer what has changed. */
function expectSame(...args: string[]): Promise<string> {
  const look = async () => {
    const { ours, theirs } = await both(args)
    expect(ours).toBe(theirs)
    return ours
  }
  return eventually(look)
}

/** Our run makes `kt…`, Java's makes `ja…`: the texts differ in nothing else. */
async function expectSameWith(topic: string, ...args: string[]): Promise<string> {
  const named = (prefix: string) => args.map((word) => word.replaceAll(topic, `${prefix}${topic}`))
  const ours = await script('kafka-topics.sh', [...server(), ...named('kt')])
  const theirs = await java(TOPICS, [...server(), ...named('ja')])
  expect(theirs.code, theirs.stdout + theirs.stderr).toBe(0)
  expect(ours).toMatchObject({ code: 0, stderr: '' })
  expect(ours.stdout.replaceAll(`kt${topic}`, topic)).toBe(theirs.stdout.replaceAll(`ja${topic}`, topic))
  return ours.stdout
}

async function expectRefused(sentence: string, ...args: string[]): Promise<void> {
  const theirs = await java(TOPICS, args)
  const ours = await script('kafka-topics.sh', args)
  expect(theirs.code).not.toBe(0)
  expect(theirs.stdout + theirs.stderr).toContain(sentence)
  expect(ours.code).not.toBe(0)
  expect(ours.stdout).toBe('')
  expect(ours.stderr.split('\n')[0]).toBe(`kafka-topics.sh: ${sentence}`)
}

describe('kafka-topics.sh on three brokers', () => {
  it('lists an empty cluster as an empty line', async () => {
    expect(await expectSame('--list')).toBe('\n')
  })

  it('creates topics with the words of Kafka', async () => {
    await expectSameWith('plain', '--create', '--topic', 'plain')
    await expectSameWith('plain', '--create', '--if-not-exists', '--topic', 'plain')
    const sized = ['--create', '--topic=a.b_c', '--partitions=4', '--replication-factor=3']
    expect(await expectSameWith('a.b_c', ...sized, '--config', 'retention.ms=3600000')).toContain('WARNING')
    await expectSameWith('r3', '--create', '--topic', 'r3', '--partitions', '5', '--replication-factor', '3')
    await expectSameWith('placed', '--create', '--topic', 'placed', '--replica-assignment', '1:2,2:3,3:1')
    await expectSameWith('alone', '--create', '--topic', 'alone', '--replica-assignment', `${DOWN}`)
    const configs = [
      'cleanup.policy=compact,delete',
      'segment.bytes=2000000',
      'min.insync.replicas=1',
      'max.message.bytes=99',
    ]
    await expectSameWith(
      'many',
      '--create',
      '--topic',
      'many',
      ...configs.flatMap((config) => ['--config', config]),
    )
  })

  it('understands single dashes, = and words without an option, as joptsimple does', async () => {
    await expectSame('-list', '-topic=ktplain')
    await expectSame('--list=yes', '--topic', 'kt.*')
    expect((await both(['--list', 'ktplain'])).ours).toContain('kta.b_c')
  })

  it('lists by regular expression', async () => {
    await expectSame('--list')
    await expectSame('--list', '--exclude-internal')
    await expectSame('--list', '--topic', "'ktplain, jar3'")
    await expectSame('--list', '--topic', 'kt[a-m].*|ja.lain')
    await expectSame('--list', '--topic', '\\Qkta.b\\E.c')
    expect(await expectSame('--list', '--topic', 'kta.b.c')).toBe('kta.b_c\n')
    expect(await expectSame('--list', '--topic', 'nothing')).toBe('\n')
  })

  it('describes all topics, one, several, and one by its id', async () => {
    const all = await expectSame('--describe')
    await expectSame('--describe', '--topic', 'ktr3')
    await expectSame('--describe', '--topic', 'kt.*', '--partition-size-limit-per-response', '1')
    await expectSame('--describe', '--topics-with-overrides')
    await expectSame('--describe', '--topic', 'nothing', '--if-exists')
    await expectSame('--describe', '--command-config', join(dir, 'client.properties'))
    const topicId = /Topic: ktr3\tTopicId: (\S+)/.exec(all)![1]!
    await expectSame('--describe', '--topic-id', topicId)
    await expectSame('--describe', '--if-exists', '--topic-id', topicId)
  })

  it('adds partitions without a word', async () => {
    await expectSameWith('r3', '--alter', '--topic', 'r3', '--partitions', '6')
    await expectSameWith('nothing', '--alter', '--if-exists', '--topic', 'nothing', '--partitions', '2')
    const assignment = ['--replica-assignment', '1:2,2:3,3:1,1:3']
    await expectSameWith('placed', '--alter', '--topic', 'placed', '--partitions', '4', ...assignment)
    await eventually(async () => {
      const described = await expectSame('--describe', '--topic', '..placed')
      expect(described.match(/Partition: 3\tLeader: 1\tReplicas: 1,3/g)).toHaveLength(2)
    })
  })

  it.each(runtimes)('prints the same on %s, through a link from elsewhere too', async (runtime) => {
    const link = join(dir, `linked-${runtime}`)
    await symlink(fileURLToPath(new URL('../../bin/kafka-topics.sh', import.meta.url)), link)
    const args = [...server(), '--list']
    const plain = await script('kafka-topics', args, { runtime })
    expect(plain).toMatchObject({ code: 0, stderr: '' })
    expect(plain.stdout).toContain('ktplain\n')
    expect(await script(`linked-${runtime}`, args, { runtime, dir })).toEqual(plain)
    expect(await script('kafka-topics.sh', ['--version'], { runtime })).toMatchObject({
      stdout: '4.3.1\n',
      code: 0,
    })
  })

  it('prints the version as Kafka does', async () => {
    expect((await script('kafka-topics.sh', ['--version'])).stdout).toBe(
      (await java(TOPICS, ['--version'])).stdout,
    )
  })

  it('prints help for the script, with the names of its actions', async () => {
    const { stdout, code } = await script('kafka-topics.sh', ['--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('Usage: kafka-topics.sh (--list | --describe | --create | --alter | --delete)')
    expect(stdout).toContain('--replica-assignment <ASSIGNMENT>')
  })

  it('refuses wrong words in the sentences of Kafka', async () => {
    const exactlyOne =
      'Command must include exactly one action: --list, --describe, --create, --alter or --delete'
    await expectRefused(exactlyOne, ...server())
    await expectRefused(exactlyOne, ...server(), '--list', '--create')
    await expectRefused('nope is not a recognized option', ...server(), '--list', '--nope')
    await expectRefused('Option topic requires an argument', ...server(), '--list', '--topic')
    await expectRefused('Missing required argument "[topic]"', ...server(), '--create')
    await expectRefused('Missing required argument "[partitions]"', ...server(), '--alter', '--topic', 'x')
    const pairs: [string, string, string[]][] = [
      ['config', 'list', ['--config', 'a=b']],
      ['partitions', 'delete', ['--topic', 'x', '--partitions', '3']],
      ['replication-factor', 'alter', ['--topic', 'x', '--partitions', '3', '--replication-factor', '3']],
      ['if-exists', 'create', ['--topic', 'x', '--if-exists']],
      ['if-not-exists', 'delete', ['--topic', 'x', '--if-not-exists']],
      ['exclude-internal', 'delete', ['--topic', 'x', '--exclude-internal']],
      ['under-replicated-partitions', 'list', ['--under-replicated-partitions']],
    ]
    for (const [option, action, words] of pairs)
      await expectRefused(
        `Option "[${option}]" can't be used with option "[${action}]"`,
        ...server(),
        `--${action}`,
        ...words,
      )
    await expectRefused(
      `Option "[replica-assignment]" can't be used with option "[partitions]"`,
      ...[...server(), '--create', '--topic', 'x', '--replica-assignment', '1:2', '--partitions', '2'],
    )
  })

  it('shows each kind of ailing partition as Kafka does while a broker is down', async () => {
    await cluster.kill(DOWN)
    const isNoticed = async () => {
      const { stdout } = await script('kafka-topics.sh', [...server(), '--describe', '--topic', 'kt.*'])
      return (
        stdout.includes('Leader: none') &&
        !stdout.split('\n').some((line) => /Isr: \S*3/.test(line) && !/Isr: 3\t/.test(line))
      )
    }
    await eventually(async () => expect(await isNoticed()).toBe(true))
    expect(await expectSame('--describe', '--under-replicated-partitions')).toMatch(
      /Topic: ktr3\tPartition: 0/,
    )
    expect(await expectSame('--describe', '--unavailable-partitions')).toMatch(
      /Topic: ktalone\tPartition: 0\tLeader: none/,
    )
    expect(await expectSame('--describe', '--under-min-isr-partitions')).toMatch(/Partition/)
    expect(await expectSame('--describe', '--at-min-isr-partitions')).toMatch(/Topic: ktr3/)
    await expectSame('--describe', '--under-min-isr-partitions', '--at-min-isr-partitions', '--topic', 'kt.*')
    await expectSame('--describe')
    await expectSame('--describe', '--topics-with-overrides', '--exclude-internal')
  })

  it('deletes by regular expression without a word', async () => {
    await expectSameWith('placed', '--delete', '--topic', 'placed')
    await expectSameWith('nothing', '--delete', '--if-exists', '--topic', 'nothing')
    await expectSameWith('a.b', '--delete', '--topic', 'a.b.*')
    const left = await expectSame('--list')
    expect(left.trim().split('\n')).toEqual([
      'jaalone',
      'jamany',
      'japlain',
      'jar3',
      'ktalone',
      'ktmany',
      'ktplain',
      'ktr3',
    ])
  })
})
