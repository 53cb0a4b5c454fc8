import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { nodeLayout } from '../../src/core/sandbox/layout.ts'
import { describe, startNode } from '../../src/core/sandbox/nodes.ts'
import { start } from '../../src/core/sandbox/start.ts'
import { stop } from '../../src/core/sandbox/stop.ts'
import { cacheDir } from '../support/cache.ts'
import { kt } from '../support/cli.ts'
import { readBack } from './support/oracle.ts'
import { FaultProducer } from './support/producing.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const hasStrace = await run('strace', ['-V']).then(
  () => true,
  () => false,
)
const none = { lost: 0, duplicated: 0, outOfOrder: 0, longestGapMs: 0 }

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test('F10 a slow disk: later, and nothing else', async ({ task, skip }) => {
  if (!hasStrace) {
    task.meta.notRun = 'strace, which slows fsync down, is not installed'
    return skip(task.meta.notRun)
  }
  const { dir, bootstrap } = await startOne()
  await create(bootstrap, 'slow', ['--config', 'flush.messages=1'])
  const { nodes } = await describe(dir)
  const strace = spawn('strace', [
    '-f',
    '-qq',
    '-e',
    'trace=fsync,fdatasync',
    '-e',
    'inject=fsync,fdatasync:delay_enter=500000',
    '-o',
    '/dev/null',
    '-p',
    String(nodes[0]?.pid),
  ])
  const ended = new Promise((resolve) => strace.once('close', resolve))
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const producer = new FaultProducer({
    topic: 'slow',
    proxied: bootstrap,
    recordsPerSecond: 200,
    properties: { 'request.timeout.ms': '30000' },
  })
  await producer.untilAcked(600, 60_000)
  const code = await producer.finish()
  strace.kill('SIGTERM')
  await ended
  const result = await producer.verdict('F10 slow disk', bootstrap)
  task.meta.faultRuns = [result]
  expect(code, producer.stderr).toBe(0)
  expect(result).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 })
  // The fault was there.
  expect(result.longestGapMs).toBeGreaterThan(400)
})

test('F11 a full disk: an error, and what was acknowledged is stored', async ({ task, skip }) => {
  if (!isRoot) {
    task.meta.notRun = 'only root can mount a small disk'
    return skip(task.meta.notRun)
  }
  const { dir, bootstrap } = await startOne('40m')
  await create(bootstrap, 'full', [])
  const records = 80_000
  const stdin = Array.from({ length: records }, (_, id) => `full:${String(id).padEnd(1000, '.')}\n`).join('')
  const limits = ['delivery.timeout.ms=12000', 'request.timeout.ms=4000'].flatMap((one) => [
    '--command-property',
    one,
  ])
  const args = ['console-producer', 'full', '--bootstrap-server', bootstrap, '--report', ...limits]
  const { code, stdout, stderr } = await kt(args, { stdin, timeoutMs: 60_000 })
  expect(code, stderr).toBe(1)
  expect(stderr).toMatch(/of \d+ records (were not delivered|acknowledged)/)
  const acked = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t').slice(1, 3).join(' '))
  expect(acked.length).toBeGreaterThan(1000)
  expect(acked.length).toBeLessThan(records)

  await run('mount', ['-o', 'remount,size=200m', nodeLayout(dir, 1).dataDir])
  if ((await describe(dir)).nodes[0]?.pid === undefined) await startNode(dir, 1)
  const stored = await readBack(bootstrap, 'full')
  const places = new Set(stored.map(({ partition, offset }) => `${partition} ${offset}`))
  const lost = acked.filter((place) => !places.has(place)).length
  const duplicated = stored.length - new Set(stored.map(({ value }) => value)).size
  task.meta.faultRuns = [
    {
      ...none,
      fault: 'F11 full disk',
      records,
      acknowledged: acked.length,
      lost,
      duplicated,
      exitCode: code,
    },
  ]
  expect({ lost, duplicated }).toEqual({ lost: 0, duplicated: 0 })
})

/** One broker; with `diskSize` its data lie on a disk of that size. */
async function startOne(diskSize?: string): Promise<{ dir: string; bootstrap: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'kt-disk-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  cleanups.push(() => stop({ dir, cacheDir, isDeleted: true }))
  if (diskSize !== undefined) {
    const { dataDir } = nodeLayout(dir, 1)
    await mkdir(dataDir, { recursive: true })
    await run('mount', ['-t', 'tmpfs', '-o', `size=${diskSize}`, 'tmpfs', dataDir])
    cleanups.push(() => run('umount', [dataDir]))
  }
  const config = { 'log.segment.bytes': String(4 << 20), 'log.index.size.max.bytes': String(1 << 16) }
  const sandbox = await start({ dir, cacheDir, port: 'free', config, isOwned: true })
  cleanups.push(() => stop({ dir: sandbox.dir, cacheDir }))
  return { dir: sandbox.dir, bootstrap: sandbox.bootstrapServers }
}

async function create(bootstrap: string, topic: string, args: string[]): Promise<void> {
  const { code, stderr } = await kt([
    'topics',
    'create',
    topic,
    '--partitions',
    '1',
    ...args,
    '--bootstrap-server',
    bootstrap,
  ])
  if (code !== 0) throw new Error(stderr)
}
