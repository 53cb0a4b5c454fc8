import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { liveBrokers } from '../../src/core/sandbox/probe.ts'
import { freePorts } from '../../src/core/sandbox/ports.ts'
import { findProcesses } from '../../src/core/sandbox/processes.ts'
import { registeredDirs } from '../../src/core/sandbox/state.ts'
import { cacheDir } from '../support/cache.ts'
import { kt, runtimes, spawnKt } from '../support/cli.ts'
import { startCluster, type Cluster } from '../support/cluster.ts'
import { eventually } from '../support/eventually.ts'
import { java } from '../support/java.ts'
import { uniqueName } from '../support/names.ts'

const TOPICS = 'org.apache.kafka.tools.TopicCommand'
const FEATURES = 'org.apache.kafka.tools.FeatureCommand'

async function topicNames(bootstrap: string, version?: string): Promise<string[]> {
  const { stdout } = await java(TOPICS, ['--bootstrap-server', bootstrap, '--list'], { version })
  return stdout.split('\n').filter(Boolean)
}

/** Feature → finalised level. */
async function features(bootstrap: string, version: string): Promise<Record<string, string>> {
  const args = ['--bootstrap-server', bootstrap, 'describe']
  const { stdout } = await java(FEATURES, args, { version })
  const lines = stdout.matchAll(/Feature: (\S+).*FinalizedVersionLevel: (\S+)/g)
  return Object.fromEntries([...lines].map(([, name, level]) => [name, level]))
}

describe('a cluster', () => {
  let cluster: Cluster | undefined
  afterEach(() => cluster?.stop())

  it('takes a topic from the Java tool and lists it', async () => {
    const topic = uniqueName('sandbox')
    const args = ['--bootstrap-server', inject('bootstrap'), '--create', '--topic', topic]
    expect(await java(TOPICS, args)).toMatchObject({ code: 0, stderr: '' })
    expect(await topicNames(inject('bootstrap'))).toContain(topic)
  })

  it('of 4.3.1 has the features a formatted folder has', async () => {
    expect(await features(inject('bootstrap'), '4.3.1')).toEqual({
      'eligible.leader.replicas.version': '1',
      'group.version': '1',
      'kraft.version': '0',
      'metadata.version': '4.3-IV0',
      'share.version': '1',
      'streams.version': '1',
      'transaction.version': '2',
    })
  })

  it('of 3.9.2 has the features a formatted folder has', async () => {
    cluster = await startCluster({ version: '3.9.2' })
    const finalised = await features(cluster.bootstrap, '3.9.2')
    expect(finalised).toEqual({ 'kraft.version': '0', 'metadata.version': '3.9-IV0' })
  })

  it('of three nodes knows a killed one as gone, and as back once it is started again', async () => {
    cluster = await startCluster({ nodes: 3 })
    const [first = 0, second = 0] = cluster.ports
    await eventually(async () => expect((await liveBrokers(first, 5000)).sort()).toEqual([1, 2, 3]))
    await cluster.kill(2)
    await eventually(async () => expect((await liveBrokers(first, 5000)).sort()).toEqual([1, 3]))
    await cluster.startNode(2)
    await eventually(async () => expect(await liveBrokers(second, 5000)).toContain(2))
  })

  it('has silent nodes while they are paused', async () => {
    cluster = await startCluster()
    const [port = 0] = cluster.ports
    await cluster.pause(1)
    expect(await liveBrokers(port, 500)).toEqual([])
    await cluster.resume(1)
    await eventually(async () => expect(await liveBrokers(port, 5000)).toEqual([1]))
  })

  it('that cannot start says why, and is forgotten', async () => {
    const dir = await realpath(await mkdtemp(join(tmpdir(), 'kt-test-')))
    const start = startCluster({ dir, config: { 'num.io.threads': 'many' } })
    await expect(start).rejects.toThrow(
      /node 1 died .* Invalid value many for configuration num\.io\.threads/,
    )
    expect(await registeredDirs(cacheDir)).not.toContain(dir)
  })
})

// Side by side, each step by step.
describe.concurrent.each(runtimes)('kt sandbox on %s', (runtime) => {
  let home: string
  let env: Record<string, string>

  // A cache of its own, so that the sandboxes of whoever runs the tests are left alone; the jars are shared.
  beforeAll(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'kt-test-')))
    await mkdir(join(home, 'kt'))
    await symlink(join(cacheDir, 'kafka'), join(home, 'kt', 'kafka'))
    env = { XDG_CACHE_HOME: home, TMPDIR: home }
  })

  afterAll(async () => {
    await sandbox('stop', '--delete')
    await rm(home, { recursive: true, force: true })
  })

  const sandbox = (...args: string[]) => kt(['sandbox', ...args], { runtime, env })
  const ownJvms = () => findProcesses(`@${home}/`)

  it.sequential('runs a command against a throw-away cluster and ends with its exit code', async () => {
    const result = await sandbox('run', '--', 'sh', '-c', 'echo "$KT_BOOTSTRAP_SERVER"; exit 7')
    expect(result).toMatchObject({
      code: 7,
      stderr: '',
      stdout: expect.stringMatching(/^127\.0\.0\.1:\d+\n$/),
    })
    expect(await ownJvms()).toEqual([])
  })

  it.sequential('leaves no JVM and no folder when it is killed', async () => {
    const child = spawnKt(['sandbox', 'run', '--', 'sh', '-c', 'echo up; exec 1>&-; read line'], {
      runtime,
      env,
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const [jvm] = await ownJvms()
    const dir = /@(\S+)\/node-1\//.exec(jvm?.commandLine ?? '')?.[1] ?? ''
    expect(existsSync(dir)).toBe(true)
    child.kill('SIGKILL')
    await eventually(async () => expect(await ownJvms()).toEqual([]))
    await eventually(() => expect(existsSync(dir)).toBe(false))
  })

  it.sequential('leaves no JVM when it is interrupted while a cluster starts', async () => {
    const child = spawnKt(['sandbox', 'start', '--nodes', '2'], { runtime, env })
    await eventually(async () => expect(await ownJvms()).toHaveLength(2))
    const code = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGINT')
    expect(await code).toBe(130)
    expect(await ownJvms()).toEqual([])
  })

  it.sequential('starts, stops and starts again with the topics of before', async () => {
    const [port = 0] = await freePorts(1)
    const bootstrap = `127.0.0.1:${port}`
    const started = await sandbox('start', '--port', String(port))
    expect(started).toMatchObject({ code: 0, stdout: `export KT_BOOTSTRAP_SERVER=${bootstrap}\n` })
    await java(TOPICS, ['--bootstrap-server', bootstrap, '--create', '--topic', 'kept'])

    const twice = await sandbox('start')
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining('already running') })
    const taken = await sandbox('start', '--dir', join(home, 'other'), '--port', String(port))
    expect(taken.stderr).toContain(`port ${port} is taken by the sandbox in ${home}/kt/sandbox`)
    expect(existsSync(join(home, 'other'))).toBe(false)

    expect((await sandbox('stop')).code).toBe(0)
    expect(await ownJvms()).toEqual([])
    expect((await sandbox('start')).stdout).toContain(bootstrap)
    expect(await topicNames(bootstrap)).toEqual(['kept'])
  })

  it.sequential('says what runs, node by node', async () => {
    const condition = async () => {
      const { stdout } = await sandbox('status', '--output', 'json')
      return (JSON.parse(stdout) as { nodes: { condition: string }[] }).nodes.map((node) => node.condition)
    }
    expect(await condition()).toEqual(['running'])
    await sandbox('pause', '1')
    expect(await condition()).toEqual(['paused'])
    await sandbox('resume', '1')
    expect(await condition()).toEqual(['running'])
    await sandbox('kill', '1')
    expect(await condition()).toEqual(['stopped'])
    expect((await sandbox('kill', '1')).stderr).toContain('node 1 is not running')
    expect((await sandbox('kill', '4')).stderr).toContain('the sandbox has no node 4: only node 1')
  })

  it.sequential('starts a killed node again and prints its log', async () => {
    expect(await sandbox('start', '1')).toMatchObject({ code: 0, stderr: 'node 1 runs again\n' })
    expect((await sandbox('logs', '1')).stdout).toMatch(/Kafka Server started[\s\S]*Kafka Server started/)
  })
})
