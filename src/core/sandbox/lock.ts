import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SandboxError } from './errors.ts'
import { identify, isStillAlive } from './processes.ts'
import type { ProcessIdentity } from './types.ts'

const POLL_MS = 200
const MAX_WAIT_MS = 15 * 60_000

/**
 * Runs `work` while no other process holds the lock file; a dead holder's lock is taken over.
 * Saves work done twice, and no more: `work` must itself publish by an atomic rename.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await mkdir(dirname(path), { recursive: true })
  for (let waitedMs = 0; !(await tryLock(path)); waitedMs += POLL_MS) {
    if (waitedMs >= MAX_WAIT_MS) throw new SandboxError(`another kt has held ${path} for too long`)
    await sleep(POLL_MS, undefined, { signal })
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

async function tryLock(path: string): Promise<boolean> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (file === undefined) {
    await dropIfStale(path)
    return false
  }
  await file.writeFile(JSON.stringify(await identify(process.pid)))
  await file.close()
  return true
}

async function dropIfStale(path: string): Promise<void> {
  const holder = await readFile(path, 'utf8').catch(() => '')
  // Empty: its holder is just about to write its pid.
  if (holder === '' || (await isStillAlive(JSON.parse(holder) as ProcessIdentity))) return
  await rm(path, { force: true })
}
