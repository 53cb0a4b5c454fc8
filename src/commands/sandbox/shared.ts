import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { text, wholeNumber } from '../../cli/options.ts'
import type { Commands } from '../../core/sandbox/types.ts'

type Env = Readonly<Record<string, string | undefined>>

export const dirOption = text('where the sandbox lies', { placeholder: 'DIR' })

export const nodeOperand = { name: 'node', summary: 'the number of the node, from 1' }

/** Jars, and the registry of sandboxes. */
export function cacheDirOf(env: Env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kt')
}

export function sandboxDirOf(dir: string | undefined, env: Env): string {
  const path = dir === undefined ? join(cacheDirOf(env), 'sandbox') : resolve(dir)
  // Its JVMs carry the real path in their command lines.
  return existsSync(path) ? realpathSync(path) : path
}

export function commandsOf(env: Env): Commands {
  return env.JAVA_HOME ? { java: join(env.JAVA_HOME, 'bin', 'java') } : {}
}

export function nodeIdOf(raw: unknown): number {
  return wholeNumber(String(raw), 'node', { min: 1 })
}
