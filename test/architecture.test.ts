/** Who may import whom, and what is loaded before it is needed: the rules of docs/ARCHITECTURE.md, held by a scan. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { DEFAULT_KAFKA_VERSION } from '../src/core/sandbox/types.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Import {
  from: string
  /** A file of src, or a package. */
  to: string
  isPackage: boolean
  isDynamic: boolean
}

const sources = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('protocol/generated/'))
    .map((file) => {
      const path = join('src', file)
      const text = readFileSync(join(root, path), 'utf8')
      return [path, ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)]
    }),
)
const imports = [...sources].flatMap(([path, source]) => importsOf(path, source))

/** Small files that stand below everything. */
const EVERYONES = ['src/core/errors.ts', 'src/core/release.ts', 'src/core/state-file.ts']

/** Folder (or file) of src → the folders (or files) of src that it may import, besides itself. */
const MAY_IMPORT: [string, string[]][] = [
  ['src/main.ts', ['src/cli', 'src/core/errors.ts']],
  ['src/launcher', []],
  ['src/commands', ['src/cli', 'src/core', 'completions']],
  ['src/cli', ['src/core', 'src/commands/index.ts']],
  ['src/core/errors.ts', []],
  ['src/core/release.ts', []],
  ['src/core/state-file.ts', []],
  ['src/core/file-lock.ts', []],
  ['src/core/nearest.ts', []],
  ['src/core/settings', ['src/core/nearest.ts']],
  ['src/core/protocol', []],
  ['src/core/records', ['src/core/protocol']],
  ['src/core/log', ['src/core/records', 'src/core/protocol']],
  ['src/core/search', ['src/core/records', 'src/core/nearest.ts']],
  ['src/core/copy', ['src/core']],
  ['src/core/cluster', ['src/core/protocol', 'src/core/settings', 'src/core/nearest.ts']],
  ['src/core/sandbox', ['pom.xml']],
  ['src/core/perf', ['src/core/cluster', 'src/core/records', 'src/core/protocol', 'src/core/settings']],
]

/** The clients of a cluster stand beside each other; a consumer and its group know of each other, and admin of both. */
const CLIENTS = ['src/core/admin', 'src/core/producer', 'src/core/group', 'src/core/consumer']
const BELOW_CLIENTS = ['cluster', 'records', 'protocol', 'settings', 'nearest.ts'].map(
  (name) => `src/core/${name}`,
)

describe('the house', () => {
  it('lets each floor import only what stands below it', () => {
    const wrong = imports
      .filter(({ isPackage }) => !isPackage)
      .filter(({ from, to }) => !mayImport(from, to))
      .map(({ from, to }) => `${from} → ${to}`)
    expect(wrong).toEqual([])
  })

  it('has no circles, types included', () => {
    const edges = new Map<string, string[]>()
    for (const { from, to, isPackage, isDynamic } of imports) {
      if (isPackage || isDynamic) continue
      edges.set(from, [...(edges.get(from) ?? []), to])
    }
    expect(circles(edges)).toEqual([])
  })

  it('has one door for each package', () => {
    const doors = new Map<string, Set<string>>()
    for (const { from, to, isPackage } of imports) {
      if (!isPackage || to.startsWith('node:')) continue
      doors.set(to, (doors.get(to) ?? new Set()).add(from))
    }
    const many = [...doors].filter(([, files]) => files.size > 1).map(([name, files]) => [name, ...files])
    expect(many).toEqual([])
    const known = {
      commander: 'cli/program',
      chalk: 'cli/colors',
      'cli-table3': 'cli/output/table',
      ora: 'cli/progress',
      'hdr-histogram-js': 'core/perf/histogram',
    }
    for (const [name, file] of Object.entries(known))
      expect([...(doors.get(name) ?? [])]).toEqual([`src/${file}.ts`])
    expect([...doors.get('kafkajs')!]).toEqual(['src/core/cluster/kafkajs.ts'])
  })

  it('keeps core from printing, ending the process, and reading words or the environment', () => {
    const forbidden = ['exit', 'argv', 'env', 'stdout', 'stderr', 'stdin', 'exitCode']
    const wrong: string[] = []
    for (const [path, source] of sources) {
      if (!path.startsWith('src/core/')) continue
      visit(source, (node) => {
        if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return
        const { text: owner } = node.expression
        const isWrong = owner === 'console' || (owner === 'process' && forbidden.includes(node.name.text))
        if (isWrong) wrong.push(`${path}: ${node.getText()}`)
      })
    }
    expect(wrong).toEqual([])
  })

  it('starts the Kafka whose messages it was generated from', () => {
    const pinned = /<kafka\.version>(.*)<\/kafka\.version>/.exec(readFileSync(join(root, 'pom.xml'), 'utf8'))
    expect(pinned?.[1]).toBe(DEFAULT_KAFKA_VERSION)
  })

  it('ends the process in main.ts only', () => {
    const ending = [...sources].flatMap(([path, source]) => {
      let isEnding = false
      visit(source, (node) => {
        if (ts.isPropertyAccessExpression(node) && node.getText() === 'process.exit') isEnding = true
      })
      return isEnding ? [path] : []
    })
    expect(ending).toEqual(['src/main.ts'])
  })
})

describe('start-up', () => {
  it('loads no package but commander before a command is chosen', async () => {
    const texts = ['.xml', '.bash', '.zsh', '.fish'].map((extension) => [extension, 'text'] as const)
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['src/main.ts'],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'cjs',
      packages: 'bundle',
      external: ['@node-rs/crc32', 'snappy', 'lz4-napi', '@bokuweb/zstd-wasm'],
      loader: Object.fromEntries(texts),
      logLevel: 'silent',
    })
    const eager = reachable(metafile.inputs, 'src/main.ts')
    const packages = eager.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
    expect([...new Set(packages)]).toEqual(['commander'])
    const own = eager.filter((path) => path.startsWith('src/'))
    expect(
      own.filter((path) => !/^src\/(main\.ts|cli\/|commands\/index\.ts$|core\/errors\.ts$)/.test(path)),
    ).toEqual([])
    expect(own.length).toBeLessThan(30)
  })
})

function importsOf(path: string, source: ts.SourceFile): Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, isDynamic: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    const { text } = specifier
    if (text.startsWith('.')) {
      const to = relative(root, resolve(root, dirname(path), text))
      found.push({ from: path, to, isPackage: false, isDynamic })
    } else {
      const name = text.startsWith('node:')
        ? text
        : text
            .split('/')
            .slice(0, text.startsWith('@') ? 2 : 1)
            .join('/')
      found.push({ from: path, to: name, isPackage: true, isDynamic })
    }
  }
  visit(source, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier, false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, false)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], true)
  })
  return found
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}

function mayImport(from: string, to: string): boolean {
  if (EVERYONES.includes(to)) return true
  const client = CLIENTS.find((folder) => isIn(from, folder))
  if (client !== undefined) {
    const isAboutReading = isIn(to, 'src/core/consumer') || isIn(to, 'src/core/group')
    const isBeside = isAboutReading && !isIn(from, 'src/core/producer')
    return isBeside || isIn(to, client) || BELOW_CLIENTS.some((folder) => isIn(to, folder))
  }
  if (isIn(from, 'src/core/perf') && CLIENTS.some((folder) => isIn(to, folder))) return true
  const rule = MAY_IMPORT.find(([folder]) => isIn(from, folder))
  if (rule === undefined) return false
  const [home, allowed] = rule
  return isIn(to, home) || allowed.some((folder) => isIn(to, folder))
}

/** `src/core/settings` is the folder and the file of that name. */
function isIn(path: string, place: string): boolean {
  return path === place || path === `${place}.ts` || path.startsWith(`${place}/`)
}

/** Groups of files that import each other, by Tarjan's algorithm. */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const indexes = new Map<string, number>()
  const lows = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const walk = (file: string) => {
    indexes.set(file, indexes.size)
    lows.set(file, indexes.get(file)!)
    stack.push(file)
    for (const next of edges.get(file) ?? []) {
      if (!indexes.has(next)) walk(next)
      if (stack.includes(next)) lows.set(file, Math.min(lows.get(file)!, lows.get(next)!))
    }
    if (lows.get(file) !== indexes.get(file)) return
    const group = stack.splice(stack.indexOf(file))
    if (group.length > 1) found.push(group.sort())
  }
  for (const file of edges.keys()) if (!indexes.has(file)) walk(file)
  return found
}

type Inputs = Record<string, { imports: { path: string; kind: string; external?: boolean }[] }>

/** What is loaded without running an `import()`. */
function reachable(inputs: Inputs, entry: string): string[] {
  const seen = new Set<string>()
  const queue = [entry]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    for (const { path: next, kind, external } of inputs[path]?.imports ?? [])
      if (kind !== 'dynamic-import' && external !== true) queue.push(next)
  }
  return [...seen]
}
