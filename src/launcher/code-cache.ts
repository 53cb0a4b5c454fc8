/**
 * Runs a CommonJS bundle with V8's cache of compiled code. V8 itself compares only the length of the source
 * and its own version: it runs the old code of another text of the same length, and damaged code too. So the
 * file is named by everything it depends on, carries its data twice to show damage, and must be ours.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'

export interface CachedRun {
  mainFile: string
  require: NodeJS.Require
  cacheDir: string
  /** The command line: each command has a cache of its own, with just the code that it runs. */
  words: readonly string[]
}

/** What stands around the bundle, as Node wraps any CommonJS module. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) { ', '\n})'] as const
type Wrapped = (
  exports: unknown,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void

/** A cache is not touched when it is used, so one that is still wanted is written again now and then. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000

/** Runs the bundle; whatever is wrong with the cache is no error. */
export function runCached({ mainFile, require, cacheDir, words }: CachedRun): void {
  const source = WRAPPER.join(readFileSync(mainFile, 'latin1'))
  const cacheFile = join(cacheDir, cacheName(mainFile, words))
  const cachedData = readCache(cacheFile)
  const script = new Script(source, { filename: mainFile, cachedData })
  if (cachedData === undefined || script.cachedDataRejected === true) {
    // A command line that was refused says nothing about which commands there are.
    process.once('exit', (exitCode) => exitCode === 0 && writeCache(cacheFile, script.createCachedData()))
  }
  const module = { exports: {} }
  const run = script.runInThisContext() as Wrapped
  run.call(module.exports, module.exports, require, module, mainFile, dirname(mainFile))
}

function cacheName(mainFile: string, words: readonly string[]): string {
  const { size, mtimeMs } = statSync(mainFile)
  const command = words.find((word) => /^[a-z][a-z.-]{0,40}$/.test(word)) ?? 'kt'
  return [command, KT_BUNDLE_HASH, size, mtimeMs, process.version, process.arch].join('_')
}

function readCache(cacheFile: string): Buffer | undefined {
  let file: number | undefined
  try {
    file = openSync(cacheFile, 'r')
    // Compiled code of somebody else would run with our rights.
    if (fstatSync(file).uid !== process.getuid?.()) return undefined
    const both = readFileSync(file)
    const data = both.subarray(0, both.length / 2)
    return data.length > 0 && data.equals(both.subarray(data.length)) ? data : undefined
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function writeCache(cacheFile: string, data: Buffer): void {
  const draft = `${cacheFile}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(cacheFile), { recursive: true, mode: 0o700 })
    writeFileSync(draft, Buffer.concat([data, data]), { mode: 0o600 })
    renameSync(draft, cacheFile)
    removeOld(dirname(cacheFile))
  } catch {
    removeQuietly(draft)
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // A folder that is no folder: nothing was written.
  }
}

/** Caches of bundles and Nodes that are gone. */
function removeOld(cacheDir: string): void {
  for (const name of readdirSync(cacheDir)) {
    const path = join(cacheDir, name)
    const stats = statSync(path)
    if (stats.isFile() && Date.now() - stats.mtimeMs > MAX_AGE_MS) rmSync(path, { force: true })
  }
}
