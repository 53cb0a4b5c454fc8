/** The benchmarks run; what they measure, a quiet machine has to say. */
import { execFile } from 'node:child_process'
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
