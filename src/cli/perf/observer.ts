/** Who looks at a run while it lasts: a person at a terminal, a log, or the process that started this one. */
import type { Interval } from '../../core/perf/recorder.ts'
import type { Context } from '../context.ts'
import { LiveLine, type LiveState } from './live-line.ts'

export interface Observer {
  /** Everything is ready for the first record. */
  ready(): Promise<void> | void
  /** `read` gives the state of the moment. */
  started(read: () => LiveState): void
  /** An interval is over. */
  interval(interval: Interval): void
  warmedUp(): void
  ended(): void
}

export interface ProgressLines {
  /** Kafka's line for an interval; undefined for none. */
  window(interval: Interval): string | undefined
  steadyState?: string
}

/** Runs `measure`. When stdout takes no more lines, the run ends as by an interrupt, and this throws why. */
export async function observed<Result>(
  context: Context,
  lines: ProgressLines,
  measure: (context: Context, observer: Observer) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  const result = await measure({ ...context, signal }, new ProgressObserver(context, lines, stop))
  stop.signal.throwIfAborted()
  return result
}

/** One live line on a terminal; elsewhere Kafka's lines: on stdout where its text is wanted, else on stderr. */
class ProgressObserver implements Observer {
  readonly #context: Context
  readonly #lines: ProgressLines
  readonly #stop: AbortController
  #live: LiveLine | undefined
  #isSteady = false
  #isSteadyTold = false

  constructor(context: Context, lines: ProgressLines, stop: AbortController) {
    this.#context = context
    this.#lines = lines
    this.#stop = stop
  }

  ready(): void {}

  started(read: () => LiveState): void {
    const { out, terminal } = this.#context
    if (out.style === 'java' || !terminal.stderr) return
    this.#live = new LiveLine(read, (text) => void process.stderr.write(text))
    this.#live.start()
  }

  interval(interval: Interval): void {
    if (this.#live !== undefined) return
    if (this.#isSteady && !this.#isSteadyTold && this.#lines.steadyState !== undefined) {
      this.#isSteadyTold = true
      this.#say(this.#lines.steadyState)
    }
    const line = this.#lines.window(interval)
    if (line !== undefined) this.#say(line)
  }

  warmedUp(): void {
    this.#isSteady = true
  }

  ended(): void {
    this.#live?.stop()
  }

  #say(line: string): void {
    const { out, note } = this.#context
    if (out.style !== 'java') return note(line)
    try {
      out.line(line)
      out.flush()
    } catch (error) {
      this.#stop.abort(error)
    }
  }
}
