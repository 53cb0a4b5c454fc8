/** The real context: terminal, signals, environment, and the cluster behind them. */
import { isatty } from 'node:tty'
import type { Cluster } from '../core/cluster/cluster.ts'
import { UsageError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import type { Context } from './context.ts'
import { Out, type OutputStyle } from './output/index.ts'
import { Sink } from './output/sink.ts'
import { startProgress } from './progress.ts'

export interface RunContextOptions {
  values: Record<string, unknown>
  env: Record<string, string | undefined>
  signal: AbortSignal
  style: OutputStyle
  isVerbose: boolean
  isScript: boolean
}

export interface RunContext extends Context {
  /** Closes what the command opened. */
  end(): Promise<void>
}

export function createRunContext(options: RunContextOptions): RunContext {
  const { values, env, signal, style, isVerbose, isScript } = options
  const terminal = {
    stdin: isatty(0),
    stdout: isatty(1),
    stderr: isatty(2),
    columns: process.stdout.columns ?? 80,
  }
  const cleanups: (() => Promise<void> | void)[] = []
  const note = (text: string) => void process.stderr.write(`${text}\n`)
  let opened: Promise<Cluster> | undefined

  const context: RunContext = {
    out: new Out(style, new Sink(1, 'stdout'), terminal.stdout),
    note,
    env,
    signal,
    isVerbose,
    isScript,
    terminal,
    settings: (overrides = {}) => readSettings(values, env, overrides, note),
    cluster: (overrides = {}) => (opened ??= openIt(overrides)),
    confirm: (question) => ask(question, signal),
    progress: (text) => startProgress(text, terminal.stderr),
    onExit: (cleanup) => void cleanups.push(cleanup),
    end: async () => {
      for (const cleanup of cleanups.reverse()) await cleanup()
    },
  }
  return context

  async function openIt(overrides: Record<string, string>): Promise<Cluster> {
    const [settings, { openCluster }] = await Promise.all([
      context.settings(overrides),
      import('../core/cluster/cluster.ts'),
    ])
    const log = isVerbose ? (level: string, line: string) => note(`${level}: ${line}`) : undefined
    const cluster = await openCluster({ settings, signal, log })
    context.onExit(() => cluster.close())
    return cluster
  }
}

async function readSettings(
  values: Record<string, unknown>,
  env: Record<string, string | undefined>,
  overrides: Record<string, string>,
  note: (text: string) => void,
): Promise<Settings> {
  const { resolveSettings, parseProperties } = await import('../core/settings.ts')
  const fileName = values.commandConfig as string | undefined
  const file =
    fileName === undefined
      ? undefined
      : { name: fileName, properties: parseProperties(await readText(fileName)) }
  const commandLine = { ...(values.commandProperty as Record<string, string> | undefined), ...overrides }
  const bootstrap = (values.bootstrapServer as string | undefined) ?? env.KT_BOOTSTRAP_SERVER
  if (bootstrap !== undefined) commandLine['bootstrap.servers'] = bootstrap
  if (values.timeout !== undefined && commandLine['socket.connection.setup.timeout.ms'] === undefined)
    commandLine['socket.connection.setup.timeout.ms'] = String(values.timeout as number)
  const { settings, warnings } = resolveSettings({ commandLine, file })
  for (const warning of warnings) note(`warning: ${warning}`)
  if (settings['bootstrap.servers'].length === 0)
    throw new UsageError('no cluster given: --bootstrap-server must be specified', {
      hint: 'or set KT_BOOTSTRAP_SERVER (kt sandbox start gives you a cluster)',
    })
  return settings
}

async function readText(fileName: string): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  try {
    return await readFile(fileName, 'utf8')
  } catch (error) {
    throw new UsageError(`${fileName}: cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
