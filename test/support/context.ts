/** A command's context without a process: what it says is kept, what it asks is answered. */
import type { Context } from '../../src/cli/context.ts'
import { Out, type OutputStyle } from '../../src/cli/output/index.ts'
import { Sink } from '../../src/cli/output/sink.ts'
import { type Cluster, openCluster } from '../../src/core/cluster/cluster.ts'
import { type PropertiesFile, resolveSettings, type Settings } from '../../src/core/settings.ts'

export interface TestContextOptions {
  /** host:port of a fake broker. */
  bootstrap?: string
  style?: OutputStyle
  isScript?: boolean
  isTerminal?: boolean
  /** What the person answers. */
  isConfirmed?: boolean
  /** Client properties of the command line. */
  properties?: Record<string, string>
  /** What a profile or a file says. */
  file?: PropertiesFile
  /** How long whoever reads stdout takes for each write of records. */
  slowReaderMs?: number
}

export interface TestContext {
  context: Context
  stdout(): string
  stderr(): string
  /** What was asked. */
  questions: string[]
  end(): void
}

class MemorySink extends Sink {
  text = ''
  override writeNow(text: string): void {
    this.text += text
  }
  slowReaderMs = 0
  override async write(bytes: Uint8Array): Promise<void> {
    this.text += Buffer.from(bytes).toString()
    if (this.slowReaderMs > 0) await new Promise((resolve) => setTimeout(resolve, this.slowReaderMs))
  }
}

export function testContext(options: TestContextOptions = {}): TestContext {
  const { bootstrap, style = 'table', isScript = false, isTerminal = false, isConfirmed = false } = options
  const sink = new MemorySink(-1, 'stdout')
  sink.slowReaderMs = options.slowReaderMs ?? 0
  const out = new Out(style, sink, { stdout: isTerminal, columns: 80 })
  const notes: string[] = []
  const questions: string[] = []
  const cleanups: (() => Promise<void> | void)[] = []
  let cluster: Promise<Cluster> | undefined
  let resolved: Settings | undefined
  const settings: Context['settings'] = (overrides = {}, defaults = {}) => {
    const given: Record<string, string> = { ...overrides, ...options.properties }
    if (bootstrap !== undefined) given['bootstrap.servers'] = bootstrap
    resolved ??= resolveSettings({ commandLine: given, file: options.file, defaults }).settings
    return Promise.resolve(resolved)
  }
  const context: Context = {
    out,
    note: (text) => void notes.push(text),
    env: {},
    signal: new AbortController().signal,
    isVerbose: false,
    isScript,
    terminal: { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal, columns: 80 },
    settings,
    cluster: (overrides) =>
      (cluster ??= settings(overrides).then((ready) => openCluster({ settings: ready }))),
    furtherCluster: ({ bootstrapServer, commandProperty, defaults }) => {
      const given = { ...commandProperty, 'bootstrap.servers': bootstrapServer ?? bootstrap ?? '' }
      const opening = openCluster({ settings: resolveSettings({ commandLine: given, defaults }).settings })
      cleanups.push(async () => (await opening).close())
      return opening
    },
    confirm: (question) => {
      questions.push(question)
      return Promise.resolve(isConfirmed)
    },
    progress: () => Promise.resolve({ say: () => {}, done: () => {}, stop: () => {} }),
    onExit: (cleanup) => void cleanups.push(cleanup),
  }
  return {
    context,
    questions,
    stdout() {
      out.flush()
      return sink.text
    },
    stderr: () => notes.join('\n'),
    end() {
      for (const cleanup of cleanups.splice(0).reverse()) void Promise.resolve(cleanup()).catch(() => {})
      void cluster?.then((open) => open.close()).catch(() => {})
    },
  }
}
