import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { JoinGroup } from '../../src/core/protocol/generated/apis/JoinGroup.ts'
import { kt, runtimes, spawnKt } from '../support/cli.ts'
import { openClient, setRights } from '../support/client.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { consume, newTopic, produce, withBootstrap } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { uniqueName } from '../support/names.ts'

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'kt-odd-'))))
afterAll(() => rmSync(folder, { recursive: true }))

const reader = (...properties: string[]) => properties.flatMap((one) => ['--reader-property', one])
const json = async (topic: string) => {
  const { stdout } = await consume(topic, ['-e', '--output', 'json'])
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe.each(runtimes)('records, with %s', (runtime) => {
  it('of no byte, and with a null key and a null value, come back as what they are', async () => {
    const topic = await newTopic('odd')
    await produce(topic, '\n\n', [], { runtime })
    await produce(topic, 'NULL\tNULL\n\t\n', reader('parse.key=true', 'null.marker=NULL'), { runtime })
    expect(await json(topic)).toMatchObject([
      { key: null, value: '' },
      { key: null, value: '' },
      { key: null, value: null },
      { key: '', value: '' },
    ])
  })

  it('with 1,000 headers keep them all, in order', async () => {
    const topic = await newTopic('odd')
    const headers = Array.from({ length: 1000 }, (_, index) => `h${index % 10}:${index}`)
    await produce(topic, `${headers.join(',')}\tvalue\n`, reader('parse.headers=true'), { runtime })
    const [record] = await json(topic)
    const found = (record!['headers'] as { key: string; value: string }[]).map(
      (one) => `${one.key}:${one.value}`,
    )
    expect(found).toEqual(headers)
    const text = await consume(topic, ['-e', '--formatter-property', 'print.headers=true'], { runtime })
    expect(text.stdout).toBe(`${headers.join(',')}\tvalue\n`)
  })
})

describe('a clock that is wrong', () => {
  const stamped = (expression: string) => {
    const path = join(folder, `${uniqueName('clock')}.mjs`)
    writeFileSync(path, `export const onSend = (record) => ({ ...record, timestamp: ${expression} })`)
    return ['--interceptor', path]
  }

  it('is told by line where the topic does not take it, and the exit code is 1', async () => {
    const topic = await newTopic('clock', { config: { 'message.timestamp.before.max.ms': '3600000' } })
    const { code, stderr } = await produce(topic, 'a\n', stamped('Date.now() - 7_200_000'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/^line 1: .*timestamp/i)
  })

  it('of a day ahead or behind hides no record from those who look for a time', async () => {
    const topic = await newTopic('clock', {
      config: { 'message.timestamp.after.max.ms': '9223372036854775807' },
    })
    await produce(topic, 'ahead\n', stamped('Date.now() + 86_400_000'))
    await produce(topic, 'behind\n', stamped('Date.now() - 86_400_000'))
    await produce(topic, 'now\n')
    const from = async (offset: string) =>
      (await kt(withBootstrap(['console-consumer', topic, '--offset', offset, '-e']))).stdout
    expect(await from('@-2d')).toBe('ahead\nbehind\nnow\n')
    // The first record that is so young stands before those that are older than it.
    expect(await from('@-1h')).toBe('ahead\nbehind\nnow\n')
    expect(await from('@2100-01-01T00:00:00Z')).toBe('')
  })
})

describe('an offset file', () => {
  it('serves one kt at a time', async () => {
    const topic = await newTopic('locked')
    await produce(topic, 'a\n')
    const file = join(folder, 'locked.json')
    const args = withBootstrap(['console-consumer', topic, '--from-beginning', '--offset-file', file])
    const first = spawnKt(args)
    let heard = ''
    first.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()))
    await eventually(() => expect(heard).toBe('a\n'))
    const { code, stderr } = await kt([...args, '-e'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `kt console-consumer: ${file}: another kt is using it (process ${first.pid})`,
    ])
    const closed = new Promise((resolve) => first.once('close', resolve))
    first.kill('SIGKILL')
    await closed
    expect((await kt([...args, '-e'])).code).toBe(0)
  })
})

describe('a group', () => {
  it('of another protocol type is not joined', async () => {
    const [topic, groupId] = [await newTopic('typed'), uniqueName('typed')]
    const cluster = await openClient(inject('bootstrap'))
    try {
      const worker = {
        groupId,
        sessionTimeoutMs: 30_000,
        rebalanceTimeoutMs: 30_000,
        memberId: '',
        protocolType: 'connect',
        protocols: [{ name: 'default', metadata: Buffer.alloc(0) }],
      }
      // Before version 4 a member need not ask for an id first.
      await cluster.call(JoinGroup, worker, { coordinator: 'group', key: groupId }, { maxVersion: 3 })
      const { code, stderr } = await consume(topic, ['--group', groupId])
      expect(code).toBe(1)
      expect(stderr).toContain(`group "${groupId}": `)
      expect(stderr).toContain('or are no consumers')
    } finally {
      cluster.close()
    }
  })
})

describe('a cluster with an authorizer and an eager log cleaner', () => {
  let cluster: Cluster | undefined
  let bootstrap = ''
  beforeAll(async () => {
    cluster = await startCluster({
      config: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'allow.everyone.if.no.acl.found': 'true',
        'super.users': 'User:ANONYMOUS-nobody',
        'log.cleaner.backoff.ms': '50',
        'log.segment.delete.delay.ms': '0',
      },
    })
    ;({ bootstrap } = cluster)
  })
  afterAll(() => cluster?.stop())

  it.each(['classic', 'consumer'])('says which right is missing on a group (%s)', async (protocol) => {
    const topic = await newTopic('denied', { bootstrap })
    const group = uniqueName('denied')
    await setRights(bootstrap, [{ type: 'group', name: group, operation: 'READ', isAllowed: false }])
    const args = ['--group', group, '--command-property', `group.protocol=${protocol}`]
    const { code, stderr } = await consume(topic, args, { bootstrap })
    expect(code).toBe(1)
    expect(stderr).toContain('Group authorization failed')
    expect(stderr).toContain('the user needs READ on the group')
  })

  it('is read to its end though compaction has taken all that stood there', async () => {
    const config = {
      'cleanup.policy': 'compact',
      'segment.ms': '1',
      'min.cleanable.dirty.ratio': '0.001',
      'delete.retention.ms': '0',
    }
    const topic = await newTopic('hollow', { config, bootstrap })
    const keyed = reader('parse.key=true', 'null.marker=NULL')
    for (const value of ['1', '2', 'NULL']) await produce(topic, `k\t${value}\n`, keyed, { bootstrap })
    // An aborted transaction is all that the segment in use holds: nobody is to see it.
    const aborted = ['--transactional-id', uniqueName('aborts'), '--sync', ...keyed]
    expect((await produce(topic, 'k\t3\nno key\n', aborted, { bootstrap })).code).toBe(1)
    const args = ['-e', '--isolation-level', 'read_committed', '--output', 'json']
    await eventually(async () => {
      const { code, stdout } = await consume(topic, args, { bootstrap })
      expect([code, stdout]).toEqual([0, ''])
    })
    const end = await consume(
      topic,
      ['-e', '--isolation-level', 'read_committed', '--offset-file', join(folder, 'hollow.json')],
      { bootstrap },
    )
    expect(end.code).toBe(0)
  })
})
