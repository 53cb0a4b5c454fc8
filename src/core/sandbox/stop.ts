import { existsSync } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { clusterToken, nodeLayout, stateFile } from './layout.ts'
import { findProcesses, isStillAlive, signalProcess, waitUntilGone } from './processes.ts'
import { readState, registeredDirs, unregister, writeState } from './state.ts'
import { disarm } from './watchdog.ts'

export interface StopSpec {
  dir: string
  cacheDir: string
  /** Deletes the folder, topics and all; no time is then spent on a clean shutdown. */
  isDeleted?: boolean
}

const GRACE_MS = 10_000
// Nodes that stop together lose their quorum: those left wait for it, in vain.
const GRACE_WITHOUT_QUORUM_MS = 1_000
const KILL_TIMEOUT_MS = 10_000

/** Stops all nodes of a sandbox. Resolves to how many ran. */
export async function stop({ dir, cacheDir, isDeleted = false }: StopSpec): Promise<number> {
  const running = isDeleted ? await killAll(dir) : await shutDown(dir)
  disarm(dir)
  if (isDeleted) await forget(dir, cacheDir)
  return running
}

/**
 * Ends clusters whose kt died without ending them (kill -9, power button on the terminal). Resolves to
 * their folders.
 */
export async function cleanOrphans(cacheDir: string): Promise<string[]> {
  const cleaned: string[] = []
  for (const dir of await registeredDirs(cacheDir)) {
    if (await cleanIfOrphan(dir, cacheDir)) cleaned.push(dir)
  }
  return cleaned
}

async function cleanIfOrphan(dir: string, cacheDir: string): Promise<boolean> {
  const state = await readState(dir)
  if (state === undefined) {
    const killed = await killAll(dir)
    await unregister(cacheDir, dir)
    return killed > 0
  }
  if (state.owner === undefined || (await isStillAlive(state.owner))) return false
  await killAll(dir)
  if (state.isThrowAway) await forget(dir, cacheDir)
  else await writeState(dir, { ...state, owner: undefined })
  return true
}

async function shutDown(dir: string): Promise<number> {
  const processes = await findProcesses(clusterToken(dir))
  for (const { pid } of processes) {
    signalProcess(pid, 'SIGTERM')
    // A paused node would keep the signal until it is resumed.
    signalProcess(pid, 'SIGCONT')
  }
  const isQuorumLost = await waitUntilGone(clusterToken(dir), GRACE_MS, Math.floor(processes.length / 2))
  const graceMs = isQuorumLost ? GRACE_WITHOUT_QUORUM_MS : 0
  if (!(await waitUntilGone(clusterToken(dir), graceMs))) await killAll(dir)
  return processes.length
}

/** Without notice; resolves to how many there were. */
export async function killAll(dir: string): Promise<number> {
  const processes = await findProcesses(clusterToken(dir))
  for (const { pid } of processes) signalProcess(pid, 'SIGKILL')
  await waitUntilGone(clusterToken(dir), KILL_TIMEOUT_MS)
  return processes.length
}

/** Deletes what the sandbox wrote, and the folder itself only if nothing else is in it: it may be anybody's. */
export async function forget(dir: string, cacheDir: string, areLogsKept = false): Promise<void> {
  const names = await readdir(dir).catch(() => [])
  const ids = names.map((name) => Number(/^node-(\d+)$/.exec(name)?.[1])).filter((id) => id > 0)
  const layouts = ids.map((id) => nodeLayout(dir, id)).filter(({ jvmArgsFile }) => existsSync(jvmArgsFile))
  const ours = layouts.map((layout) => (areLogsKept ? layout.dataDir : layout.dir))
  await Promise.all([...ours, stateFile(dir)].map((path) => rm(path, { recursive: true, force: true })))
  await unregister(cacheDir, dir)
  await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error
  })
}
