/**
 * Whether a person looks at a stream, and how wide that person's window is. Asked of the descriptor first:
 * Bun takes 10 ms to make `process.stdout` or to load `node:tty`, twice what it takes to start, and most runs
 * write to a pipe or a file.
 */
import { fstatSync, statSync } from 'node:fs'

export interface Terminal {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  /** Of stdout; 80 where it is no terminal. */
  readonly columns: number
}

const NAMES = ['stdin', 'stdout', 'stderr'] as const
const DEFAULT_COLUMNS = 80

/** Looks when asked, not before. */
export const terminal: Terminal = {
  get stdin() {
    return isTerminal(0)
  },
  get stdout() {
    return isTerminal(1)
  },
  get stderr() {
    return isTerminal(2)
  },
  get columns() {
    return isTerminal(1) ? process.stdout.columns || DEFAULT_COLUMNS : DEFAULT_COLUMNS
  },
}

function isTerminal(fd: 0 | 1 | 2): boolean {
  return mayBeTerminal(fd) && process[NAMES[fd]!]!.isTTY === true
}

function mayBeTerminal(fd: number): boolean {
  try {
    const stats = fstatSync(fd)
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null').rdev
  } catch {
    // A descriptor that is closed is no terminal.
    return false
  }
}
