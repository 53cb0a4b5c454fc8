import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from '../../cli/options.ts'
import { UsageError } from '../../core/errors.ts'
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

/** Nodes run in folders of their own, and later starts perhaps elsewhere. */
export function kafkaHomeOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path)
}

export function nodeIdOf(raw: unknown): number {
  if (/^0*[1-9]\d*$/.test(String(raw))) return Number(raw)
  throw new UsageError(`NODE is the number of a node, from 1, not "${String(raw)}"`, {
    hint: 'kt sandbox status shows them',
  })
}
