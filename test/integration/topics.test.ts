/** `kt topics` as a person calls it, on the shared broker, on both runtimes; and against an older Kafka. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { kt, type KtOptions, type KtResult, runtimes } from '../support/cli.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { uniqueName } from '../support/names.ts'

function topics(words: readonly string[], options: KtOptions = {}): Promise<KtResult> {
  const env = { KT_BOOTSTRAP_SERVER: inject('bootstrap'), ...options.env }
  return kt(['topics', ...words], { ...options, env })
}

describe.each(runtimes)('kt topics on %s', (runtime) => {
  const name = uniqueName('kt-topics')
  const run = (...words: string[]) => topics(words, { runtime })

  it('creates, shows, grows and deletes a topic', async () => {
    const created = await run('create', name, '--partitions', '2', '--config', 'retention.ms=60000')
    expect(created).toMatchObject({
      code: 0,
      stderr: '',
      stdout: `created topic ${name} (2 partitions, replication factor 1)\n`,
    })
    expect((await run('alter', name, '--partitions', '3')).stdout).toBe(
      `topic ${name} has 3 partitions now\n`,
    )
    await eventually(async () => {
      const described = await run('describe', name, '--output', 'json')
      expect(JSON.parse(described.stdout)).toMatchObject({
        topics: [{ name, partitionCount: 3, replicationFactor: 1, configs: { 'retention.ms': '60000' } }],
      })
    })
    expect((await run('list', `${name}.*`, '--output', 'java')).stdout).toBe(`${name}\n`)
    expect(await run('delete', name)).toMatchObject({ code: 0, stdout: `deleted topic ${name}\n` })
    await eventually(async () => expect((await run('list', name)).stdout).toBe(''))
  })

  it('says in one line what the broker refuses, and what to try', async () => {
    const other = uniqueName('refused')
    await run('create', other)
    const cases: [string[], number, RegExp][] = [
      [['create', other], 1, /^kt topics create: topic ".*" already exists\.\n {2}add --if-not-exists/],
      [
        ['create', 'wide', '--replication-factor', '3'],
        1,
        /only 1 broker\(s\).*\n {2}the cluster has one broker/,
      ],
      [
        ['create', 'x', '--config', 'retention.mss=1'],
        1,
        /Unknown topic config name: retention.mss\n.*"retention.ms"/,
      ],
      [
        ['create', 'x', '--config', 'retention.ms=soon'],
        1,
        /Invalid value soon for configuration retention.ms/,
      ],
      [
        ['alter', other, '--partitions', '1'],
        1,
        /already has 1 partition\(s\)\.\n {2}partitions can only be added/,
      ],
      [['describe', `${other}x`], 1, new RegExp(`does not exist\\n {2}did you mean "${other}"`)],
      [['create', 'a/b'], 2, /^kt topics create: Topic name is invalid/],
      [['creat', 'a'], 2, /^kt topics: unknown command 'creat'\n {2}did you mean create\?\n$/],
      [['list', '--partitons'], 2, /^kt topics list: unknown option '--partitons'/],
    ]
    for (const [words, code, text] of cases) {
      const result = await run(...words)
      expect(result).toMatchObject({ code, stdout: '' })
      expect(result.stderr.replace(`topic "${other}": Topic '${other}'`, 'topic "…"')).toMatch(text)
      expect(result.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
    }
  })

  it('puts an error into a document for programs', async () => {
    const { stdout, stderr } = await run('describe', uniqueName('none'), '--output', 'json')
    expect(stdout).toBe('')
    expect(JSON.parse(stderr)).toMatchObject({ error: { command: 'topics describe', exitCode: 1 } })
  })
})

describe('kt topics', () => {
  it('needs to be told a cluster, and says how', async () => {
    const { code, stderr } = await topics(['list'], { env: { KT_BOOTSTRAP_SERVER: undefined } })
    expect(code).toBe(2)
    expect(stderr).toMatch(/--bootstrap-server must be specified\n.*KT_BOOTSTRAP_SERVER/)
  })

  it('creates several topics, and tells of those that failed after those that did not', async () => {
    const [old, fresh] = [uniqueName('old'), uniqueName('fresh')]
    await topics(['create', old])
    const { code, stdout, stderr } = await topics(['create', old, fresh])
    expect(code).toBe(1)
    expect(stdout).toBe(`created topic ${fresh} (1 partition, replication factor 1)\n`)
    expect(stderr).toContain('1 of 2 topics were not created')
  })
})

describe('an older Kafka', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version: '3.9.2' })
  })
  afterAll(() => cluster.stop())

  it('takes all of kt topics', async () => {
    const run = (...words: string[]) => topics(words, { env: { KT_BOOTSTRAP_SERVER: cluster.bootstrap } })
    expect(await run('create', 'old', '--partitions', '2')).toMatchObject({ code: 0, stderr: '' })
    expect(await run('alter', 'old', '--partitions', '3')).toMatchObject({ code: 0, stderr: '' })
    const stdout = await eventually(async () => {
      const described = await run('describe', '--output', 'java')
      expect(described.stderr).toBe('')
      expect(described.stdout).toMatch(
        /^Topic: old\tTopicId: \S{22}\tPartitionCount: 3\tReplicationFactor: 1\tConfigs: .*\n/,
      )
      return described.stdout
    })
    expect(stdout.match(/\tLeader: 1\tReplicas: 1\tIsr: 1\t/g)).toHaveLength(3)
    const topicId = /TopicId: (\S+)/.exec(stdout)![1]!
    expect((await run('describe', '--topic-id', topicId)).stdout).toContain('old')
    expect(await run('delete', 'old')).toMatchObject({ code: 0, stdout: 'deleted topic old\n' })
  })
})
