/** Streams groups: our script beside Kafka's own tool, on the same cluster. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster as Client } from '../../src/core/cluster/cluster.ts'
import { openClient } from '../support/client.ts'
import { kt, type KtResult } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { java, type JavaResult } from '../support/java.ts'
import { script, type ScriptResult } from '../support/script.ts'
import { StreamsMember } from '../support/streams-member.ts'

const NAME = 'kafka-streams-groups'
const TOOL = 'org.apache.kafka.tools.streams.StreamsGroupCommand'

let cluster: Cluster
let client: Client
let busy: StreamsMember

beforeAll(async () => {
  // The member says nothing any more once it has joined.
  const sessions = ['group.streams.session.timeout.ms', 'group.streams.max.session.timeout.ms']
  const config = Object.fromEntries(sessions.map((name) => [name, '900000']))
  cluster = await startCluster({ config: { ...config, 'streams.group.initial.rebalance.delay.ms': '0' } })
  client = await openClient(cluster.bootstrap)
  await run('topics', 'create', 'orders', '--partitions', '2')
  const stdin = Array.from({ length: 20 }, (_, line) => `${line}\n`).join('')
  await kt(['console-producer', 'orders', '--partitioner', 'round-robin', ...server()], { stdin })
  busy = new StreamsMember(client, 'busy', 'orders')
  await busy.join(2)
  for (const groupId of ['ours', 'theirs']) {
    const member = new StreamsMember(client, groupId, 'orders')
    await member.join(2)
    await member.leave()
  }
})
afterAll(async () => {
  client?.close()
  await cluster?.stop()
})

const server = () => ['--bootstrap-server', cluster.bootstrap]

function run(...words: string[]): Promise<KtResult> {
  return kt([...words, ...server()])
}

async function both(line: string): Promise<{ ours: ScriptResult; theirs: JavaResult }> {
  const words = [...server(), ...line.split(' ')]
  const [ours, theirs] = await Promise.all([script(`${NAME}.sh`, words), java(TOOL, words)])
  return { ours, theirs }
}

async function expectSame(line: string): Promise<string> {
  const { ours, theirs } = await both(line)
  expect(theirs.code, theirs.stdout + theirs.stderr).toBe(0)
  expect(ours.stdout, `${line}\n${ours.stderr}`).toBe(theirs.stdout)
  expect(ours.code, ours.stderr).toBe(0)
  return ours.stdout
}

describe(NAME, () => {
  it('lists and describes as Kafka’s does', async () => {
    expect(await expectSame('--list')).toContain('busy\n')
    for (const line of ['--list --state', '--list --state stable']) await expectSame(line)
    for (const view of ['', ' --members', ' --state'])
      for (const verbose of ['', ' --verbose']) await expectSame(`--describe --group busy${view}${verbose}`)
    expect(await expectSame('--describe --all-groups --state')).toContain("'ours' has no active members")
    await expectSame('--describe --group ours')
  })

  it('plans and makes resets as Kafka’s does', async () => {
    const ours = '--reset-offsets --group ours'
    await expectSame(`${ours} --to-earliest --all-input-topics --dry-run`)
    // Kafka's takes a topic only once the group has committed for it: the others are as the group committed 3.
    await run('groups', 'reset-offsets', 'ours', '--to-offset', '3', '--topic', 'orders', '--execute')
    await expectSame(`${ours} --to-offset 4 --input-topic orders:1 --execute`)
    const current = await expectSame(`${ours} --to-current --all-input-topics --export --dry-run`)
    expect(current).toBe('orders,0,3\norders,1,4\n\n')
    for (const plan of [
      '--shift-by 2',
      '--to-offset 700',
      '--by-duration P1D',
      '--to-datetime 2099-01-01T00:00:00.000',
    ])
      await expectSame(`${ours} ${plan} --all-input-topics --dry-run`)
    await expectSame('--describe --group ours --verbose')
  })

  it('refuses to move what is no input, or a group in use, with exit code 1 and who holds it', async () => {
    const refused: [line: string, said: RegExp][] = [
      [
        '--reset-offsets --group ours --to-earliest --input-topic ours-store-changelog --dry-run',
        /not part of the group 'ours': "ours-store-changelog"\n +it reads orders/,
      ],
      [
        '--reset-offsets --group busy --to-earliest --all-input-topics --dry-run',
        /inactive, but the current state is Stable\.\n.*\/127\.0\.0\.1/,
      ],
      [
        '--reset-offsets --group nobody --to-earliest --all-input-topics --dry-run',
        /group "nobody" does not exist/,
      ],
      ['--delete-offsets --group busy --input-topic orders', /actively subscribed to it\.\n.*\/127\.0\.0\.1/],
      ['--delete --group busy', /group "busy": .*not empty\.\n.*\/127\.0\.0\.1/],
      ['--delete --group nobody', /group "nobody" does not exist/],
    ]
    for (const [line, said] of refused) {
      const { stderr, code } = await script(`${NAME}.sh`, [...server(), ...line.split(' ')])
      expect(stderr).toMatch(said)
      expect(code, line).toBe(1)
    }
    const { stderr, code } = await script(`${NAME}.sh`, [
      ...server(),
      ...'--reset-offsets --group ours --to-latest --all-input-topics'.split(' '),
    ])
    expect([code, stderr]).toEqual([2, expect.stringContaining('takes the option: [execute] or [dry-run]')])
  })

  it('deletes offsets, groups and their internal topics as Kafka’s does', async () => {
    await expectSame('--delete-offsets --group ours --input-topic orders:0')
    const words = [...server(), '--delete', '--delete-all-internal-topics', '--group']
    const theirs = await java(TOOL, [...words, 'theirs'])
    const ours = await script(`${NAME}.sh`, [...words, 'ours'])
    expect(ours).toMatchObject({ code: 0, stderr: '', stdout: theirs.stdout.replaceAll('theirs', 'ours') })
    const left = (await run('topics', 'list', '--output', 'java')).stdout.split('\n')
    expect(left.filter((name) => name.endsWith('-changelog'))).toEqual(['busy-store-changelog'])
  })
})
