import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'kt-launcher-'))
const mainFile = join(dir, 'main.cjs')
const cacheHome = join(dir, 'cache')
const A_TIME = new Date('2026-01-01T00:00:00Z')

/** A program long enough that Node thinks its code worth keeping. */
function program(says: string, exitCode = 0): string {
  const filler = Array.from({ length: 200 }, (_, index) => `function unused${index}() { return ${index} }\n`)
  return `${filler.join('')}function main() { console.log('${says}') }\nmain()\nprocess.exitCode = ${exitCode}\n`
}

function install(text: string, time = new Date()): void {
  writeFileSync(mainFile, text)
  utimesSync(mainFile, time, time)
}

function launch(words: string[] = [], env: Record<string, string> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(dir, 'kt.cjs'), ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: dir, XDG_CACHE_HOME: cacheHome, ...env },
  })
  return { stdout, stderr, status }
}

function cacheFiles(): string[] {
  try {
    const names = readdirSync(join(cacheHome, 'kt', 'code'), { recursive: true, encoding: 'utf8' })
    const paths = names.map((name) => join(cacheHome, 'kt', 'code', name))
    return paths.filter((path) => statSync(path).isFile())
  } catch {
    return []
  }
}

function damage(change: (bytes: Buffer) => Buffer): void {
  for (const path of cacheFiles()) writeFileSync(path, change(readFileSync(path)))
}

const saysOne = { stdout: 'one\n', stderr: '', status: 0 }

describe('the launcher for Node', () => {
  beforeAll(async () => {
    await build({
      absWorkingDir: root,
      entryPoints: ['src/launcher/node.ts'],
      outfile: join(dir, 'kt.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      define: { KT_BUNDLE_HASH: '"hash"' },
    })
  })
  beforeEach(() => rmSync(cacheHome, { recursive: true, force: true }))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  it('keeps compiled code in a private folder, and uses what it kept', () => {
    install(program('one'))
    expect(launch()).toEqual(saysOne)
    const [file] = cacheFiles()
    expect(statSync(join(cacheHome, 'kt')).mode & 0o077).toBe(0)
    const { ino } = statSync(file!)
    expect(launch()).toEqual(saysOne)
    expect(statSync(file!).ino).toBe(ino)
    expect(cacheFiles()).toHaveLength(1)
  })

  it('runs the new code after an update to a bundle of the same length', () => {
    install(program('one'), A_TIME)
    launch()
    install(program('two'))
    expect(launch()).toEqual({ ...saysOne, stdout: 'two\n' })
  })

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('hello hello ')],
    ['damaged in one bit', flipBit],
  ])('runs the right code when the cache is %s', (_, change) => {
    const says = { ...saysOne, stdout: 'oneone\n' }
    install(program('oneone'))
    launch()
    damage(change)
    expect(launch()).toEqual(says)
    expect(launch()).toEqual(says)
  })

  it('runs where no cache can be kept', () => {
    install(program('one'))
    expect(launch([], { XDG_CACHE_HOME: '/dev/null' })).toEqual(saysOne)
    expect(launch([], { XDG_CACHE_HOME: '', HOME: '' })).toEqual(saysOne)
    expect(launch([], { NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual(saysOne)
    expect(cacheFiles()).toEqual([])
  })

  it('hands on the exit code and the words', () => {
    install(`process.stdout.write(process.argv.slice(2).join()); process.exit(3)`)
    expect(launch(['topics', '--list'])).toEqual({ stdout: 'topics,--list', stderr: '', status: 3 })
  })

  it('clears away what bundles that are gone have left', () => {
    install(program('one'))
    launch()
    const old = join(cacheFiles()[0]!, '..', 'topics_old')
    writeFileSync(old, 'old')
    utimesSync(old, A_TIME, A_TIME)
    install(program('two'))
    launch()
    // Node's own cache, from 22.8 on, clears nothing away.
    expect(cacheFiles().includes(old)).toBe('enableCompileCache' in nodeModule)
  })

  it('gives the program its own require and file name', () => {
    writeFileSync(join(dir, 'beside.cjs'), `module.exports = 'beside'`)
    install(`console.log(require('./beside.cjs'), __filename === ${JSON.stringify(mainFile)})`)
    expect(launch()).toEqual({ ...saysOne, stdout: 'beside true\n' })
    expect(launch()).toEqual({ ...saysOne, stdout: 'beside true\n' })
  })
})

/** A bit of a text that the program prints: V8 would not mind. */
function flipBit(bytes: Buffer): Buffer {
  const at = bytes.indexOf('oneone')
  bytes[at] = bytes[at]! ^ 2
  return bytes
}
