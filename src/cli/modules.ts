/** Modules of the person's own: partitioners, interceptors. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { KtError, UsageError } from '../core/errors.ts'

/** Whether an option's value is meant as a module rather than a name. */
export function isModulePath(value: string): boolean {
  return /^[./]/.test(value) || /\.[cm]?[jt]s$/.test(value)
}

/** The exports of a module. Throws UsageError when it is missing, cannot be loaded, or exports none of `wanted`. */
export async function loadModule<Exports extends object>(
  path: string,
  wanted: readonly (keyof Exports & string)[],
): Promise<Partial<Exports>> {
  const file = resolve(path)
  if (!existsSync(file)) throw new UsageError(`module ${path}: there is no such file`)
  const exports = await importFile(file, path)
  if (!wanted.some((name) => typeof exports[name] === 'function')) {
    const names = wanted.map((name) => (name === 'default' ? 'as its default' : name)).join(' or ')
    throw new UsageError(`module ${path}: exports no function ${names}`)
  }
  return exports as Partial<Exports>
}

/** Runs a function of a module; what it throws, at once or later, is told as the module's error. */
export function guarded<Args extends unknown[], Result>(
  path: string,
  name: string,
  run: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    try {
      const result = run(...args)
      if (!(result instanceof Promise)) return result
      return result.catch((error: unknown) => {
        throw moduleError(path, name, error)
      }) as Result
    } catch (error) {
      throw moduleError(path, name, error)
    }
  }
}

/** Lets each module that has a `close` end; what one throws is told as that module's error. */
export async function closeModules(
  modules: readonly { path: string; close?: (() => void | Promise<void>) | undefined }[],
): Promise<void> {
  for (const { path, close } of modules) {
    try {
      await close?.()
    } catch (error) {
      throw moduleError(path, 'close', error)
    }
  }
}

function moduleError(path: string, name: string, error: unknown): KtError {
  const message = error instanceof Error ? error.message : String(error)
  return new KtError(`module ${path}: ${name} threw: ${message}`, { cause: error })
}

/** Where the launcher of the Node bundle leaves a real import(). */
interface Importer {
  ktImportModule?: (url: string) => Promise<unknown>
}

async function importFile(file: string, path: string): Promise<Record<string, unknown>> {
  try {
    const { ktImportModule: importModule = (url: string) => import(url) } = globalThis as Importer
    return (await importModule(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    throw new UsageError(`module ${path} cannot be loaded: ${(error as Error).message}`, { cause: error })
  }
}
