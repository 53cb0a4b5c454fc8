/** One process of several that share a run (workers.ts starts them): what happens is told in lines on stdout. */
import { createInterface } from 'node:readline'
import { type Interval, intervalToWire } from '../../core/perf/recorder.ts'
import type { Measured } from '../../core/perf/result.ts'
import type { Context } from '../context.ts'
import type { Sink } from '../output/sink.ts'
import type { LiveState } from './live-line.ts'
import type { Observer } from './observer.ts'
import type { Outcome } from './present.ts'
import { GO, type Message } from './worker-messages.ts'

/** This process's share of a run; the result is told instead of shown. */
export async function runAsWorker(
  context: Context,
  measure: (context: Context, observer: Observer) => Promise<Outcome>,
): Promise<void> {
  const stop = new AbortController()
  const observer = new WorkerObserver(context.out.sink, stop)
  const signal = AbortSignal.any([context.signal, stop.signal])
  const { measured, error, document } = await measure({ ...context, signal }, observer)
  observer.end(measured, error, document.details)
}

class WorkerObserver implements Observer {
  readonly #sink: Sink
  readonly #stop: AbortController
  #timer: NodeJS.Timeout | undefined

  /** `stop` is aborted when the process that started this one says so, or is gone. */
  constructor(sink: Sink, stop: AbortController) {
    this.#sink = sink
    this.#stop = stop
  }

  /** Resolves when all workers are ready. */
  ready(): Promise<void> {
    this.#say({ say: 'ready' })
    return new Promise((resolve) => {
      const lines = createInterface({ input: process.stdin })
      lines.on('line', (line) => {
        if (line !== GO) this.#stop.abort()
        resolve()
      })
      lines.on('close', () => {
        this.#stop.abort()
        resolve()
      })
    })
  }

  started(read: () => LiveState): void {
    this.#timer = setInterval(() => {
      const { records, failed } = read()
      this.#say({ say: 'state', records, failed })
    }, 50)
    this.#timer.unref()
  }

  interval(interval: Interval): void {
    this.#say({ say: 'interval', interval: intervalToWire(interval) })
  }

  warmedUp(): void {
    this.#say({ say: 'warm' })
  }

  ended(): void {
    clearInterval(this.#timer)
  }

  end(measured: Measured, error: unknown, details?: Record<string, number>): void {
    const { startedAtMs, elapsedMs, steadyFromMs, intervals, failures } = measured
    const wire = { startedAtMs, elapsedMs, steadyFromMs, intervals: intervals.map(intervalToWire) }
    const said = error === undefined ? undefined : (error as Error).message
    this.#say({ say: 'end', measured: { ...wire, failures: [...failures] }, error: said, details })
  }

  #say(message: Message): void {
    try {
      this.#sink.writeNow(`${JSON.stringify(message)}\n`)
    } catch (error) {
      this.#stop.abort(error)
    }
  }
}
