// Runs the `$ …` lines of the ```console blocks of Markdown files and writes what they print below them:
//   npm run --silent build && node scripts/docs.mjs README.md docs/commands/*.md
// Each file has a throw-away cluster and an empty folder of its own; KT_BOOTSTRAP_SERVER is set.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const PATH = `${root}bin:${process.env.PATH}`
const SHOWN_FOLDER = '/home/ann/work'
const INSIDE = '--inside'

const words = process.argv.slice(2)
if (words[0] === INSIDE) rewrite(words[1])
else for (const file of words) inSandbox(file)

function inSandbox(file) {
  const self = [process.execPath, fileURLToPath(import.meta.url), INSIDE, file]
  const { status } = spawnSync(`${root}bin/kt`, ['sandbox', 'run', '--', ...self], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

function rewrite(file) {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'kt-docs-'))
  try {
    const text = readFileSync(file, 'utf8')
    const blocks = text.replace(
      /^```console\n([^]*?)^```$/gm,
      (_, block) => `\`\`\`console\n${redo(block, folder)}\`\`\``,
    )
    writeFileSync(file, blocks)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function redo(block, folder) {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '))
  return commands.map((line) => `${line}\n${run(line.slice(2), folder)}`).join('')
}

function run(command, cwd) {
  const env = { ...process.env, PATH, PWD: cwd, NO_COLOR: '1' }
  const argv = ['-c', `exec 2>&1; ${command}`]
  const { stdout, status } = spawnSync('bash', argv, { cwd, env, encoding: 'utf8', timeout: 60_000 })
  process.stderr.write(`${status} $ ${command}\n`)
  const shown = stdout.replaceAll(cwd, SHOWN_FOLDER).replace(/[ \t]+$/gm, '')
  return shown === '' || shown.endsWith('\n') ? shown : `${shown}\n`
}
