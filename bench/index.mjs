/**
 * npm run bench -- [NAME …] [--runs N] [--records N] [--quick] [--memory] [--write FILE]
 * NAME: producer, consumer, list, help; or delivery, keyed, codecs, streams, and the works in them (group, grep, copy …).
 *
 * The same work by Kafka's own tools, kcat and kt, in alternating runs on a throw-away broker.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readOptions } from './options.mjs'
import { kt } from './tools.mjs'

const words = process.argv.slice(2)
readOptions(words)

// The sandbox ends with the command in it, whatever happens to either.
const run = fileURLToPath(new URL('run.mjs', import.meta.url))
const args = ['sandbox', 'run', '--', process.execPath, run, ...words]
const { status } = spawnSync(kt[0], args, { stdio: 'inherit' })
process.exitCode = status ?? 1
