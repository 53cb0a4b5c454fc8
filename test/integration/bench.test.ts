/** The benchmarks run; what they measure, a quiet machine has to say. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, it } from 'vitest'

const run = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url))

it('npm run bench measures the short commands by every tool, and prints a table', async () => {
  const env = { ...process.env, KT_BOOTSTRAP_SERVER: inject('bootstrap') }
  const words = ['--quick', '--records', '100', '--only', 'list,help']
  const { stdout } = await promisify(execFile)(process.execPath, [run, ...words], { env })
  expect(stdout).toContain('Median of 1; 100 lines of 100 bytes.')
  const rows = stdout.split('\n').filter((line) => line.startsWith('| '))
  for (const work of ['topics list', '--help'])
    expect(rows.some((row) => row.startsWith(`| ${work} |`))).toBe(true)
  expect(stdout.match(/^\| +\| \*\*kt\*\* \| \d.*\| \d/gm)).toHaveLength(2)
})

it('npm run bench names its cases when one is not among them, and starts nothing', async () => {
  const [code, stderr] = await endOf(['nosuchcase'])
  expect({ code, lines: stderr.trim().split('\n') }).toEqual({
    code: 2,
    lines: [expect.stringMatching(/^bench: no case is called nosuchcase; there are producer, .*list/)],
  })
  expect(await endOf(['--nosuch'])).toEqual([2, expect.stringMatching(/^bench: .*--nosuch.*\n$/)])
})

async function endOf(words: string[]): Promise<[number, string]> {
  const index = fileURLToPath(new URL('../../bench/index.mjs', import.meta.url))
  const bench = spawn(process.execPath, [index, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  for await (const text of bench.stderr.setEncoding('utf8')) stderr += String(text)
  return [bench.exitCode ?? ((await once(bench, 'exit')) as [number])[0], stderr]
}

it('npm run bench leaves nothing behind when a signal ends it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kt-ended-bench-'))
  const index = fileURLToPath(new URL('../../bench/index.mjs', import.meta.url))
  const bench = spawn(process.execPath, [index, '--records', '100', 'list'], {
    env: { ...process.env, TMPDIR: dir },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // The sandbox runs, and the first case is being measured.
  for await (const text of bench.stderr.setEncoding('utf8')) if (String(text).includes('…')) break
  expect(processesNaming(dir)).not.toEqual([])
  bench.kill('SIGTERM')
  const [code] = (await once(bench, 'exit')) as [number]
  expect({ code, files: readdirSync(dir), processes: processesNaming(dir) }).toEqual({
    code: 143,
    files: [],
    processes: [],
  })
  rmSync(dir, { recursive: true })
})

function processesNaming(text: string): string[] {
  const all = execFileSync('ps', ['-axo', 'args='], { encoding: 'utf8' })
  return all.split('\n').filter((line) => line.includes(text))
}
