/**
 * Runs every generator: `bun scripts/generate/index.ts` writes what changed; with `--check` it writes
 * nothing and fails when a file would change.
 */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { completions } from './completions.ts'
import { helpTexts } from './help-texts.ts'
import { kernels } from './kernels.ts'
import { protocol } from './protocol.ts'
import { scriptNames } from './script-names.ts'

export interface Generator {
  name: string
  /** Folders (relative to the repository) that hold generated files only: what is not generated is removed. */
  folders: string[]
  isExecutable?: boolean
  /** Path relative to the repository -> content. */
  run(): Promise<Map<string, string>>
}

const generators: Generator[] = [protocol, kernels, completions, scriptNames, helpTexts]

const root = resolve(import.meta.dirname, '../..')

async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check')
  let changes = 0
  for (const generator of generators) {
    const files = await generator.run()
    changes += await apply(generator, files, isCheck)
    say(`${generator.name}: ${files.size} files`)
  }
  if (changes === 0) return say('generated files are current')
  if (!isCheck) return say(`${changes} files changed`)
  say(`${changes} generated files are out of date: run \`npm run generate\``)
  process.exitCode = 1
}

async function apply(generator: Generator, files: Map<string, string>, isCheck: boolean): Promise<number> {
  let changes = 0
  for (const [path, text] of files) {
    const old = await readFile(join(root, path), 'utf8').catch(() => undefined)
    if (old === text) continue
    changes++
    say(`${old === undefined ? 'new' : 'changed'}: ${path}`)
    if (isCheck) continue
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
    if (generator.isExecutable === true) await chmod(join(root, path), 0o755)
  }
  for (const path of await listFiles(generator.folders)) {
    if (files.has(path)) continue
    changes++
    say(`no longer generated: ${path}`)
    if (!isCheck) await rm(join(root, path))
  }
  return changes
}

async function listFiles(folders: string[]): Promise<string[]> {
  const paths: string[] = []
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    )
    for (const entry of entries) {
      if (entry.isFile()) paths.push(relative(root, join(entry.parentPath, entry.name)))
    }
  }
  return paths.sort()
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

await main()
