import { afterEach, describe, expect, inject, it } from 'vitest'
import { kt } from '../support/cli.ts'
import { startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { GroupMember, holds } from '../support/group-member.ts'
import { uniqueName } from '../support/names.ts'

const members: GroupMember[] = []
afterEach(async () => {
  for (const member of members.splice(0)) await member.signal('SIGKILL')
})

const env = { KT_BOOTSTRAP_SERVER: inject('bootstrap') }
const property = (text: string) => ['--command-property', text]

function join(args: string[]): GroupMember {
  const member = new GroupMember(args, { env })
  members.push(member)
  return member
}

async function newTopic(): Promise<string> {
  const topic = uniqueName('refused')
  await kt(['topics', 'create', topic, '--partitions', '2'], { env })
  return topic
}

describe('a group that cannot be joined', () => {
  it('says in one line what is wrong with the command', async () => {
    const refusals: [string[], string][] = [
      [['--group', ''], 'the group id is empty'],
      [['--group', ' '], 'the group id is empty'],
      [['--group', 'a', ...property('group.id=b')], 'do not match: a, b'],
      [['--group', 'a', '--partition', '0'], 'Options group and partition cannot be specified together.'],
      [['--group', 'a', '--commit', 'sometimes'], 'invalid value "sometimes" for --commit'],
      [['--commit', 'each'], '--commit needs a group'],
      [['--group', 'a', ...property('auto.offset.reset=by_duration:soon')], 'auto.offset.reset'],
      [['--group', 'a', ...property('group.instance.id=a b')], 'invalid group.instance.id "a b"'],
      [['--group', 'a', ...property('partition.assignment.strategy=stiky')], 'unknown assignor "stiky"'],
      [
        ['--group', 'a', ...property('heartbeat.interval.ms=50000')],
        'must be greater than 0 and lower than session.timeout.ms',
      ],
      [
        ['--group', 'a', ...property('group.protocol=consumer'), ...property('session.timeout.ms=9000')],
        'session.timeout.ms cannot be set when group.protocol is consumer',
      ],
    ]
    for (const [args, sentence] of refusals) {
      const { code, stderr } = await kt(['console-consumer', 'any', ...args], { env })
      expect({ args, code, isTold: stderr.split('\n')[0]!.includes(sentence) }, stderr).toEqual({
        args,
        code: 2,
        isTold: true,
      })
    }
  })

  it('is told when its members share no assignor', async () => {
    const [topic, group] = [await newTopic(), uniqueName('g')]
    await holds(join([topic, '--group', group, ...property('partition.assignment.strategy=range')]), 2)
    const other = join([topic, '--group', group, ...property('partition.assignment.strategy=sticky')])
    expect(await other.closed).toBe(1)
    expect(other.said).toContain(`kt console-consumer: group "${group}": `)
    expect(other.said).toContain('share no assignor')
  })

  it('is told when the session timeout is not allowed', async () => {
    const member = join([
      await newTopic(),
      '--group',
      uniqueName('g'),
      ...property('session.timeout.ms=10'),
      ...property('heartbeat.interval.ms=5'),
    ])
    expect(await member.closed).toBe(1)
    expect(member.said).toContain('group.min.session.timeout.ms')
  })

  it('lets the newer of two members with one group.instance.id stay, and tells the other', async () => {
    const [topic, group] = [await newTopic(), uniqueName('g')]
    const args = [
      topic,
      '--group',
      group,
      ...property('group.instance.id=one'),
      ...property('heartbeat.interval.ms=300'),
    ]
    const older = join(args)
    await holds(older, 2)
    const newer = join(args)
    expect(await older.closed).toBe(1)
    expect(older.said).toContain('give each running member its own')
    await holds(newer, 2)
  })

  it('refuses a second member with one group.instance.id under the newer protocol', async () => {
    const [topic, group] = [await newTopic(), uniqueName('g')]
    const args = [
      topic,
      '--group',
      group,
      ...property('group.instance.id=one'),
      ...property('group.protocol=consumer'),
    ]
    const older = join(args)
    await holds(older, 2)
    const newer = join(args)
    expect(await newer.closed).toBe(1)
    expect(newer.said).toContain('another member uses this group.instance.id')
    await eventually(() => expect(older.code).toBeUndefined())
  })

  it('says that an older Kafka does not know group.protocol=consumer', async () => {
    const old = await startCluster({ version: '3.9.2' })
    try {
      const env = { KT_BOOTSTRAP_SERVER: old.bootstrap }
      await kt(['topics', 'create', 'any'], { env })
      const { code, stderr } = await kt(
        ['console-consumer', 'any', '--group', 'g', ...property('group.protocol=consumer')],
        { env },
      )
      expect(code, stderr).toBe(1)
      expect(stderr).toContain('the brokers do not know group.protocol=consumer (KIP-848)')
    } finally {
      await old.stop()
    }
  })
})

describe('--all-groups', () => {
  it.each(['describe', 'delete', 'reset-offsets'])(
    'beside a name is refused by %s: one is a slip',
    async (verb) => {
      const how = verb === 'reset-offsets' ? ['--to-earliest', '--all-topics'] : []
      const { code, stderr } = await kt(['groups', verb, uniqueName('named'), '--all-groups', ...how], {
        env,
      })
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `kt groups ${verb}: Option "[group]" can't be used with option "[all-groups]"\n`,
      })
    },
  )
})
