/**
 * npm run bench -- [NAME …] [--runs N] [--records N] [--quick] [--memory] [--write FILE]
 * NAME: producer, consumer, list, help; or delivery, keyed, codecs, streams, and the works in them (group, grep, copy …).
 *
 * The same work by Kafka's own tools, kcat and kt, in alternating runs on a throw-away broker.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chosenCases } from './cases.mjs'
import { readOptions } from './options.mjs'
import { kt } from './tools.mjs'

const words = process.argv.slice(2)
try {
  const { only } = readOptions(words)
  chosenCases(only)
} catch (error) {
  process.stderr.write(`bench: ${error.message}\n`)
  process.exit(2)
}

// The sandbox and all files are in one folder, which is gone afterwards whoever ends the run.
const dir = mkdtempSync(join(tmpdir(), 'kt-bench-'))
const run = fileURLToPath(new URL('run.mjs', import.meta.url))
const args = ['sandbox', 'run', '--', process.execPath, run, ...words]
// A group of its own, so that a signal to this process can be passed on to whatever tool is being measured.
const child = spawn(kt[0], args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, TMPDIR: dir },
  detached: true,
})
const passOn = (name) => process.kill(-child.pid, name === 'SIGINT' ? name : 'SIGTERM')
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, passOn)
// npm passes a signal on to the shell between us, which ends without a word.
const parent = process.ppid
const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  passOn('SIGTERM')
}, 500)
child.once('exit', (code, name) => {
  clearInterval(watch)
  rmSync(dir, { recursive: true, force: true })
  process.exitCode = code ?? 128 + constants.signals[name]
})
