/** A lock beside a file that one process at a time may keep: it is over with the process, however that ends. */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { systemReason, UsageError } from './errors.ts'
import { readIfThere } from './state-file.ts'

/** Who holds a lock. */
interface Holder {
  pid: number
  host: string
  /** When the process began, as the system counts; a process id is given out again. '' where it does not tell. */
  started: string
}

export interface FileLock {
  release(): void
}

/** Throws UsageError, naming the process, when another one that lives holds the lock. */
export function lockFile(path: string): FileLock {
  const lockPath = `${path}.lock`
  const text = JSON.stringify({ pid: process.pid, host: hostname(), started: startOf(process.pid) })
  for (;;) {
    if (created(lockPath, text)) return { release: () => removed(lockPath) }
    const found = readIfThere(lockPath)
    if (found === undefined) continue
    const holder = parse(found)
    if (holder !== undefined && isAlive(holder)) throw inUse(path, lockPath, holder)
    takeAway(lockPath, found)
  }
}

function created(lockPath: string, text: string): boolean {
  try {
    writeFileSync(lockPath, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new UsageError(`${lockPath}: cannot be written: ${systemReason(error)}`, { cause: error })
  }
}

/** undefined: left behind half written. */
function parse(text: string): Holder | undefined {
  try {
    const raw = JSON.parse(text) as Partial<Holder> | null
    return Number.isSafeInteger(raw?.pid) ? (raw as Holder) : undefined
  } catch {
    return undefined
  }
}

/** Of a process on another machine (a shared disk, a container) nothing can be known: it counts as alive. */
function isAlive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return started === startOf(pid)
}

/** Removes a lock that nobody holds; somebody quicker may have put his own in its place, which is given back. */
function takeAway(lockPath: string, stale: string): void {
  const aside = `${lockPath}.${process.pid}`
  try {
    renameSync(lockPath, aside)
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, lockPath)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error
  }
  removed(aside)
}

function removed(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold anything. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function inUse(path: string, lockPath: string, { pid, host }: Holder): UsageError {
  const where = host === hostname() ? '' : ` on ${host}`
  return new UsageError(`${path}: another kt is using it (process ${pid}${where})`, {
    hint: `name another file, or wait until it has ended${where && ` (if it has, remove ${lockPath})`}`,
  })
}
