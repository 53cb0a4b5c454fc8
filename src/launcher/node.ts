/**
 * What `node dist/kt.cjs` runs: the program beside it, through a cache of V8's compiled code, since reading
 * and compiling the bundle is most of what a short command costs. Without a cache (first run, read-only
 * home) everything works the same, only slower.
 */
import { mkdirSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { codeCacheDir } from './cache-dir.ts'
import { runCached } from './code-cache.ts'

/** Node >= 22.8 can keep such a cache itself, and checks it. Absent before. */
const { enableCompileCache } = nodeModule as { enableCompileCache?: (dir: string) => unknown }

/** The bundle runs as a script, which has no import() of its own; modules of the person's own need one. */
Object.assign(globalThis, { ktImportModule: (url: string) => import(url) })

launch(join(__dirname, 'main.cjs'))

function launch(mainFile: string): void {
  const require = nodeModule.createRequire(mainFile)
  const cacheDir = codeCacheDir(process.env)
  if (cacheDir !== undefined && enableCompileCache === undefined) {
    return runCached({ mainFile, require, cacheDir, words: process.argv.slice(2) })
  }
  if (cacheDir !== undefined && isPrivate(cacheDir)) enableCompileCache!(cacheDir)
  require(mainFile)
}

/** Node itself would make a folder that everybody may look into. */
function isPrivate(cacheDir: string): boolean {
  try {
    mkdirSync(cacheDir, { recursive: true, mode: 0o700 })
    return true
  } catch {
    return false
  }
}
