// Builds both artefacts from one source: dist/kt.cjs for Node, a launcher of dist/main.cjs (one CommonJS bundle
// whose commands run when asked for), and dist/kt, a single executable with the Bun runtime and the native
// add-ons inside. `--node-only` leaves the executable out; `--stages DIR` puts both there instead, with a clock
// between the stages of a start (bench/stages.mjs).
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { pageTexts } from './page-texts.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))

/** Packages that load native code or wasm: left to Node's own resolution, and never loaded before they are needed. */
const EXTERNAL = ['@node-rs/crc32', 'snappy', 'lz4-napi', '@bokuweb/zstd-wasm']

/** What is imported as text. */
const TEXTS = ['.xml', '.bash', '.zsh', '.fish']

const stagesAt = process.argv.indexOf('--stages')
const out = stagesAt < 0 ? 'dist' : process.argv[stagesAt + 1]
const clocks = stagesAt < 0 ? [] : [(await import('../bench/stage-marks.mjs')).stageMarks]
const inRoot = (path) => resolve(root, path)
mkdirSync(inRoot(out), { recursive: true })

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Names stay as they are, for traces: `keepNames` would have every start define thousands of them.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
}

/**
 * What few commands want, and what is large beside the rest: files of their own, loaded when asked for. Else every
 * start on Node would read them.
 */
const APART = [
  '@marcbachmann/cel-js',
  'csv-parse',
  'csv-stringify',
  'hdr-histogram-js',
  'jks-js',
  'lossless-json',
  're2js',
  'yaml',
]
/** `csv-parse/sync` → `./csv-parse-sync.cjs`. */
const fileOf = (path) => `./${path.replace(/\W+/g, '-').replace(/^-/, '')}.cjs`
const partedOff = new Set()
const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${APART.join('|')})(/|$)`) }, ({ path }) => {
      partedOff.add(path)
      return { path: fileOf(path), external: true }
    })
  },
}
/** commander loads it for subcommands that are programs of their own: kt has none, and it is 5 % of a bare start. */
const withoutChildProcess = {
  name: 'commander-without-child-process',
  setup({ onResolve, onLoad }) {
    const ofCommander = ({ importer }) =>
      /\/commander\//.test(importer) ? { path: 'none', namespace: 'none' } : undefined
    onResolve({ filter: /^node:child_process$/ }, ofCommander)
    onLoad({ filter: /^none$/, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }))
  },
}
/** kafkajs loads every way to log in, and `node:crypto` with them, for connections that do not: here when one is made. */
const saslWhenWanted = {
  name: 'sasl-when-wanted',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/broker\/saslAuthenticator$/ }, ({ importer, resolveDir }) =>
      /kafkajs\/src\/network\/connection\.js$/.test(importer)
        ? { path: 'saslAuthenticator', namespace: 'wanted', pluginData: `${resolveDir}/../broker` }
        : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'wanted' }, ({ pluginData: resolveDir }) => ({
      contents: `module.exports = function (...args) { return new (require('./saslAuthenticator'))(...args) }`,
      resolveDir,
    }))
  },
}

const program = {
  ...common,
  entryPoints: ['src/main.ts'],
  external: EXTERNAL,
  loader: Object.fromEntries(TEXTS.map((extension) => [extension, 'text'])),
  define: { KT_VERSION: JSON.stringify(version), ...pageTexts() },
}

const { metafile } = await build({
  ...program,
  plugins: [apart, withoutChildProcess, saslWhenWanted, ...clocks],
  outfile: `${out}/main.cjs`,
  metafile: true,
  // The launcher runs the bundle as a script, where a real import() has no module to start from.
  supported: { 'dynamic-import': false },
})
for (const path of partedOff)
  await build({ ...common, entryPoints: [path], outfile: `${out}/${fileOf(path)}` })
writeFileSync(inRoot(`${out}/meta.json`), JSON.stringify(metafile))

const bundleHash = createHash('sha256')
  .update(readFileSync(inRoot(`${out}/main.cjs`)))
  .digest('hex')
await build({
  ...common,
  entryPoints: ['src/launcher/node.ts'],
  outfile: `${out}/kt.cjs`,
  define: { KT_BUNDLE_HASH: JSON.stringify(bundleHash.slice(0, 16)) },
})

if (!process.argv.includes('--node-only')) await compile()

/**
 * Bun compiles a bundle that esbuild has made: Bun's own bundler moves every import of a built-in module to the
 * top, where `node:http` or `node:crypto` cost milliseconds that most commands have no use for; esbuild leaves
 * them in the modules that want them. The executable appears under its name only when it is whole.
 */
async function compile() {
  const bundle = `${out}/executable.cjs`
  await build({ ...program, plugins: [withoutChildProcess, saslWhenWanted, ...clocks], outfile: bundle })
  const bun = createRequire(import.meta.url)
    .resolve('bun/package.json')
    .replace('package.json', 'bin/bun.exe')
  const args = [
    'build',
    '--compile',
    '--minify-whitespace',
    '--minify-syntax',
    '--bytecode',
    bundle,
    '--outfile',
    `${out}/kt.new`,
  ]
  const { status, stderr, stdout } = spawnSync(bun, args, { cwd: root, encoding: 'utf8' })
  rmSync(inRoot(bundle), { force: true })
  if (status === 0) return renameSync(inRoot(`${out}/kt.new`), inRoot(`${out}/kt`))
  process.stderr.write(`${stdout}${stderr}`)
  process.exitCode = 1
}
