// Builds both artefacts from one source: dist/kt.cjs for Node (one CommonJS bundle whose commands run when
// asked for) and dist/kt, a single executable with the Bun runtime and the native add-ons inside.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))

/** Packages that load native code or wasm: left to Node's own resolution, and never loaded before they are needed. */
const EXTERNAL = ['@node-rs/crc32', 'snappy', 'lz4-napi', '@bokuweb/zstd-wasm']

mkdirSync(`${root}/dist`, { recursive: true })

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/kt.cjs',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: true,
  metafile: true,
  legalComments: 'none',
  external: EXTERNAL,
  loader: { '.xml': 'text' },
  define: { KT_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
})
writeFileSync(`${root}/dist/meta.json`, JSON.stringify(metafile))

if (!process.argv.includes('--node-only')) compile()

/** Bun writes next to its output while it works, so the executable is made under another name and moved. */
function compile() {
  const bun = createRequire(import.meta.url).resolve('bun/package.json').replace('package.json', 'bin/bun.exe')
  const args = ['build', '--compile', '--minify', '--bytecode', '--loader', '.xml:text']
  args.push('--define', `KT_VERSION=${JSON.stringify(version)}`, 'src/main.ts', '--outfile', 'dist/kt')
  rmSync(`${root}/dist/kt`, { force: true })
  const { status, stderr, stdout } = spawnSync(bun, args, { cwd: root, encoding: 'utf8' })
  if (status === 0) return
  process.stderr.write(`${stdout}${stderr}`)
  process.exitCode = 1
}
