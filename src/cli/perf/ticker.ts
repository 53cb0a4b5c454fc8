/** Ends the interval of a run every so often and tells its observer. */
import type { Recorder } from '../../core/perf/recorder.ts'
import type { Observer } from './observer.ts'

export class Ticker {
  readonly #recorder: Recorder
  readonly #observer: Observer
  readonly #intervalMs: number
  #timer: NodeJS.Timeout | undefined

  constructor(recorder: Recorder, observer: Observer, intervalMs: number) {
    this.#recorder = recorder
    this.#observer = observer
    this.#intervalMs = intervalMs
  }

  start(): void {
    this.#timer = setInterval(() => this.#observer.interval(this.#recorder.roll()), this.#intervalMs)
  }

  /** The intervals count anew from here; the one that was cut off is kept, and not told. */
  restart(): void {
    this.stop()
    this.#recorder.roll()
    this.start()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
