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

/** One live line on a terminal; elsewhere Kafka's lines: on stdout where its text is wanted, else on stderr. */
export class ProgressObserver implements Observer {
  readonly #context: Context
  readonly #lines: ProgressLines
  #live: LiveLine | undefined
  #isSteady = false
  #isSteadyTold = false

  constructor(context: Context, lines: ProgressLines) {
    this.#context = context
    this.#lines = lines
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
    out.line(line)
    out.flush()
  }
}
