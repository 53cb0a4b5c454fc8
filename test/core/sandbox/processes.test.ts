import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { clusterToken, nodeToken } from '../../../src/core/sandbox/layout.ts'
import { pauseNode, resumeNode } from '../../../src/core/sandbox/nodes.ts'
import { portHolder } from '../../../src/core/sandbox/port-holder.ts'
import { freePorts, isFree } from '../../../src/core/sandbox/ports.ts'
import * as processes from '../../../src/core/sandbox/processes.ts'
import { readState, register, registeredDirs, writeState } from '../../../src/core/sandbox/state.ts'
import { cleanOrphans, stop } from '../../../src/core/sandbox/stop.ts'
import type { State } from '../../../src/core/sandbox/types.ts'
import { eventually } from '../../support/eventually.ts'
import { uniqueName } from '../../support/names.ts'

let root: string
beforeAll(async () => void (root = await realpath(await mkdtemp(join(tmpdir(), 'kt-unit-')))))
afterAll(() => rm(root, { recursive: true }))

const children: ChildProcess[] = []
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))

/** Something that looks like a node in the process table and does nothing. */
async function fakeNode(dir: string, id: number): Promise<number> {
  // One process all its life: a shell that starts others is two of the same command line for a moment.
  const script = 'echo up; exec tail -f /dev/null -- "$0" >/dev/null 2>&1'
  const child = spawn('sh', ['-c', script, nodeToken(dir, id)])
  children.push(child)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child.pid ?? -1
}

async function sandboxWith(state: Partial<State>): Promise<{ dir: string; cacheDir: string }> {
  const [dir, cacheDir] = [join(root, uniqueName('dir')), join(root, uniqueName('cache'))]
  const nodes = [{ id: 1, port: 1, controllerPort: 2 }]
  const rest = { config: {}, javaCommand: 'java', isThrowAway: false, startedAt: '' }
  await writeState(dir, { kafkaVersion: '4.3.1', clusterId: 'c', nodes, ...rest, ...state })
  await register(cacheDir, dir)
  return { dir, cacheDir }
}

const DEAD = { pid: 1, startedAt: 'never' }

describe('the process table', () => {
  it('finds the nodes of one sandbox and not of another', async () => {
    const dir = join(root, uniqueName('dir'))
    const pids = [await fakeNode(dir, 1), await fakeNode(dir, 2)]
    await fakeNode(`${dir}-b`, 1)
    const found = await processes.findProcesses(clusterToken(dir))
    expect(found.map(({ pid }) => pid).sort()).toEqual(pids.sort())
  })

  it('tells a paused process from a running one', async () => {
    const pid = await fakeNode(join(root, uniqueName('dir')), 1)
    expect(await processes.isPaused(pid)).toBe(false)
    process.kill(pid, 'SIGSTOP')
    await eventually(async () => expect(await processes.isPaused(pid)).toBe(true))
  })

  it('does not take a later process for an earlier one with the same pid', async () => {
    const me = await processes.identify(process.pid)
    expect(await processes.isStillAlive(me)).toBe(true)
    expect(await processes.isStillAlive({ ...me, startedAt: `${me.startedAt}0` })).toBe(false)
  })

  it('does not mind that a process to signal is gone', async () => {
    const child = spawn('true')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(() => processes.signalProcess(child.pid ?? 0, 'SIGTERM')).not.toThrow()
  })
})

describe('a node', () => {
  it('stands still when it has been paused, and runs when it has been resumed, however late the signal acts', async () => {
    const { dir } = await sandboxWith({})
    const pid = await fakeNode(dir, 1)
    const kill = process.kill.bind(process)
    vi.spyOn(process, 'kill').mockImplementation((to, signal) => {
      if (signal === 0) return kill(to, signal)
      setTimeout(() => kill(to, signal), 100)
      return true
    })
    await pauseNode(dir, 1)
    expect(await processes.isPaused(pid)).toBe(true)
    await resumeNode(dir, 1)
    expect(await processes.isPaused(pid)).toBe(false)
    vi.restoreAllMocks()
  })
})

describe('cleanOrphans', () => {
  it('kills the nodes of a dead owner and keeps the folder', async () => {
    const { dir, cacheDir } = await sandboxWith({ owner: DEAD })
    await fakeNode(dir, 1)
    expect(await cleanOrphans(cacheDir)).toEqual([dir])
    expect(await processes.findProcesses(clusterToken(dir))).toEqual([])
    expect((await readState(dir))?.owner).toBeUndefined()
    expect(await cleanOrphans(cacheDir)).toEqual([])
  })

  it('deletes a throw-away sandbox of a dead owner', async () => {
    const { dir, cacheDir } = await sandboxWith({ owner: DEAD, isThrowAway: true })
    expect(await cleanOrphans(cacheDir)).toEqual([dir])
    expect(existsSync(dir)).toBe(false)
    expect(await registeredDirs(cacheDir)).toEqual([])
  })

  it('leaves alone what has a living owner, and what has none', async () => {
    for (const owner of [await processes.identify(process.pid), undefined]) {
      const { dir, cacheDir } = await sandboxWith({ owner })
      const pid = await fakeNode(dir, 1)
      expect(await cleanOrphans(cacheDir)).toEqual([])
      expect(await processes.findProcesses(clusterToken(dir))).toMatchObject([{ pid }])
    }
  })

  it('kills nodes whose folder was deleted under them', async () => {
    const { dir, cacheDir } = await sandboxWith({})
    await fakeNode(dir, 1)
    await rm(dir, { recursive: true })
    expect(await cleanOrphans(cacheDir)).toEqual([dir])
    expect(await processes.findProcesses(clusterToken(dir))).toEqual([])
  })
})

describe('stop', () => {
  it('deletes only what the sandbox wrote', async () => {
    const { dir, cacheDir } = await sandboxWith({})
    await writeFile(join(dir, 'mine.txt'), 'precious')
    await stop({ dir, cacheDir, isDeleted: true })
    expect(existsSync(join(dir, 'mine.txt'))).toBe(true)
    expect(await readState(dir)).toBeUndefined()
  })

  it('ends a paused node too', async () => {
    const { dir, cacheDir } = await sandboxWith({})
    process.kill(await fakeNode(dir, 1), 'SIGSTOP')
    expect(await stop({ dir, cacheDir })).toBe(1)
    expect(await processes.findProcesses(clusterToken(dir))).toEqual([])
  })
})

describe('ports', () => {
  it('are free and different', async () => {
    const ports = await freePorts(5)
    expect(new Set(ports).size).toBe(5)
    expect(await Promise.all(ports.map(isFree))).toEqual(Array(5).fill(true))
  })

  it('that are taken are known with who holds them', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await isFree(port)).toBe(false)
    if (existsSync('/proc/net/tcp')) expect(await portHolder(port)).toContain(`(pid ${process.pid})`)
    server.close()
  })
})
