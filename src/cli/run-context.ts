/** The real context: terminal, signals, environment, and the cluster behind them. */
import type { Cluster } from '../core/cluster/cluster.ts'
import type { Settings } from '../core/settings.ts'
import { readSettings } from './client-settings.ts'
import type { Context } from './context.ts'
import { Out, type OutputStyle } from './output/index.ts'
import { Sink } from './output/sink.ts'
import { startProgress } from './progress.ts'
import { tell } from './tell.ts'
import { terminal } from './terminal.ts'

export interface RunContextOptions {
  values: Record<string, unknown>
  clientProperties: Record<string, string>
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
  const { values, clientProperties, env, signal, style, isVerbose, isScript } = options
  const cleanups: (() => Promise<void> | void)[] = []
  const note = (text: string) => tell(`${text}\n`)
  let opened: Promise<Cluster> | undefined
  let resolved: Promise<Settings> | undefined

  const context: RunContext = {
    out: new Out(style, new Sink(1, 'stdout'), terminal),
    note,
    env,
    signal,
    isVerbose,
    isScript,
    terminal,
    settings: (overrides = {}, defaults = {}) =>
      (resolved ??= readSettings({
        values,
        env,
        overrides: { ...overrides, ...clientProperties },
        defaults,
        note,
      })),
    cluster: (overrides = {}, options = {}) => (opened ??= openIt(context.settings(overrides), options)),
    furtherCluster: ({ defaults, ...choice }, options = {}) =>
      openIt(readSettings({ values: choice, env, overrides: clientProperties, defaults, note }), options),
    confirm: (question) => ask(question, signal),
    progress: (text) => startProgress(text, terminal.stderr),
    onExit: (cleanup) => void cleanups.push(cleanup),
    end: async () => {
      for (const cleanup of cleanups.reverse()) await cleanup()
    },
  }
  return context

  async function openIt(
    resolving: Promise<Settings>,
    { outlivesInterrupt = false, wantsListing = false },
  ): Promise<Cluster> {
    const [settings, { openCluster }] = await Promise.all([resolving, import('../core/cluster/cluster.ts')])
    const log = isVerbose ? (level: string, line: string) => note(`${level}: ${line}`) : undefined
    const opening = new AbortController()
    const stop = () => opening.abort(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    const cluster = await openCluster({ settings, signal: opening.signal, log, wantsListing })
    if (outlivesInterrupt) signal.removeEventListener('abort', stop)
    context.onExit(() => cluster.close())
    return cluster
  }
}

async function ask(question: string, signal: AbortSignal): Promise<boolean> {
  const { createInterface } = await import('node:readline')
  // No line editor of readline's own: it takes Ctrl-C for itself, and no signal would come.
  const lines = createInterface({ input: process.stdin, terminal: false })
  process.stderr.write(`${question} [y/N] `)
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', (answer) => resolve(/^y(es)?$/i.test(answer.trim())))
      lines.once('close', () => resolve(unanswered(false)))
      signal.addEventListener('abort', () => reject(unanswered(signal.reason as Error)))
    })
  } finally {
    lines.removeAllListeners('close').close()
  }
}

/** Ends the line that the question stands on. */
function unanswered<T>(outcome: T): T {
  process.stderr.write('\n')
  return outcome
}
