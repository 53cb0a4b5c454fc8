/** What the process table knows: /proc where there is one, else ps. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { ProcessIdentity } from './types.ts'

export interface FoundProcess {
  pid: number
  commandLine: string
}

const HAS_PROC = existsSync('/proc/self/cmdline')

/** All processes whose command line contains `token`. */
export async function findProcesses(token: string): Promise<FoundProcess[]> {
  const all = HAS_PROC ? await listFromProc() : await listFromPs()
  return all.filter(({ commandLine }) => commandLine.includes(token))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether all of it stands still: after a SIGSTOP its threads stop one by one, each when it has a processor. */
export async function isPaused(pid: number): Promise<boolean> {
  if (!(await stateLetter(pid)).startsWith('T')) return false
  if (!HAS_PROC) return true
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const states = await Promise.all(threads.map((thread) => statFields(`${pid}/task/${thread}`)))
  // A thread that ended in between has no file.
  return states.every(([letter = '']) => letter === '' || letter === 'T')
}

/** Resolves once `isPaused` says what `wanted` is, or the process is gone; at the latest after `timeoutMs`. */
export async function waitUntilPaused(pid: number, wanted: boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while ((await isPaused(pid)) !== wanted && isAlive(pid) && Date.now() < deadline) await sleep(5)
}

/** Names this process so that no later one with the same pid is mistaken for it. */
export async function identify(pid: number): Promise<ProcessIdentity> {
  return { pid, startedAt: await startTime(pid) }
}

export async function isStillAlive(identity: ProcessIdentity): Promise<boolean> {
  return isAlive(identity.pid) && (await startTime(identity.pid)) === identity.startedAt
}

/** Signals a process that may be gone by now. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** True once at most `left` processes have `token` in their command line; false if more do after `timeoutMs`. */
export async function waitUntilGone(token: string, timeoutMs: number, left = 0): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while ((await findProcesses(token)).length > left) {
    if (Date.now() >= deadline) return false
    await sleep(20)
  }
  return true
}

async function listFromProc(): Promise<FoundProcess[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = names.map(async (name) => {
    // A process that ended in between has no file, a zombie an empty one.
    const raw = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    return { pid: Number(name), commandLine: raw.replaceAll('\0', ' ') }
  })
  return Promise.all(found)
}

async function listFromPs(): Promise<FoundProcess[]> {
  const lines = (await ps(['-axo', 'pid=,args='])).split('\n')
  return lines.map((line) => {
    const [, pid, commandLine] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    return { pid: Number(pid), commandLine: commandLine ?? '' }
  })
}

async function startTime(pid: number): Promise<string> {
  if (!HAS_PROC) return (await ps(['-o', 'lstart=', '-p', String(pid)])).trim()
  return (await statFields(pid))[19] ?? ''
}

async function stateLetter(pid: number): Promise<string> {
  if (!HAS_PROC) return (await ps(['-o', 'stat=', '-p', String(pid)])).trim()
  return (await statFields(pid))[0] ?? ''
}

/** /proc/<of>/stat from its third field on; the second, a name in parentheses, may hold spaces. */
async function statFields(of: number | string): Promise<string[]> {
  const raw = await readFile(`/proc/${of}/stat`, 'utf8').catch(() => '')
  return raw.slice(raw.lastIndexOf(')') + 2).split(' ')
}

async function ps(args: string[]): Promise<string> {
  // ps exits 1 when no process matches, which is an answer.
  const { stdout } = await promisify(execFile)('ps', args).catch(() => ({ stdout: '' }))
  return stdout
}
