/** <dir>/state.json, and the registry below the cache folder that knows where sandboxes are. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SandboxError } from './errors.ts'
import { stateFile } from './layout.ts'
import type { State } from './types.ts'

/** undefined: no sandbox was ever started in `dir`. */
export async function readState(dir: string): Promise<State | undefined> {
  const text = await readIfThere(stateFile(dir))
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as State
  } catch (cause) {
    throw new SandboxError(`${stateFile(dir)} is damaged`, { hint: `delete ${dir} and start anew`, cause })
  }
}

export async function requireState(dir: string): Promise<State> {
  const state = await readState(dir)
  if (state !== undefined) return state
  throw new SandboxError(`there is no sandbox in ${dir}`, { hint: 'kt sandbox start' })
}

export async function writeState(dir: string, state: State): Promise<void> {
  await mkdir(dir, { recursive: true })
  await writeAtomically(stateFile(dir), JSON.stringify(state, null, 2) + '\n')
}

export async function register(cacheDir: string, dir: string): Promise<void> {
  await mkdir(registryDir(cacheDir), { recursive: true })
  await writeAtomically(registryEntry(cacheDir, dir), dir)
}

/** Held while a sandbox is started, so that two kt at once do not start the same one. */
export function startLock(cacheDir: string, dir: string): string {
  return registryEntry(cacheDir, dir).replace(/dir$/, 'lock')
}

export async function unregister(cacheDir: string, dir: string): Promise<void> {
  await rm(registryEntry(cacheDir, dir), { force: true })
}

/** The folders of all sandboxes that were started and not deleted. */
export async function registeredDirs(cacheDir: string): Promise<string[]> {
  const names = await readdir(registryDir(cacheDir)).catch(() => [])
  const entries = names.filter((name) => name.endsWith('.dir'))
  const dirs = await Promise.all(entries.map((name) => readIfThere(join(registryDir(cacheDir), name))))
  return dirs.filter((dir) => dir !== undefined)
}

function registryDir(cacheDir: string): string {
  return join(cacheDir, 'sandboxes')
}

function registryEntry(cacheDir: string, dir: string): string {
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16)
  return join(registryDir(cacheDir), `${name}.dir`)
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`
  await writeFile(draft, text)
  await rename(draft, path)
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
