/** `--report`: a line on stdout for each acknowledged record, in the order of the acknowledgements. */
import type { Delivery } from '../core/producer/delivery.ts'
import { OutputBuffer } from './records/output-buffer.ts'
import type { Sink } from './output/sink.ts'

export type ReportStyle = 'text' | 'json'

export class AckReport {
  readonly #out: OutputBuffer
  readonly #isJson: boolean
  #flushing: Promise<void> | undefined
  #failure: unknown

  constructor(sink: Sink, style: ReportStyle) {
    this.#out = new OutputBuffer(sink)
    this.#isJson = style === 'json'
  }

  add({ topic, partition, baseOffset, logAppendTimeMs, records }: Delivery): void {
    if (this.#failure !== undefined) return
    const cursor = records()
    for (let index = 0; cursor.next(); index++) {
      const offset = baseOffset < 0 ? -1 : baseOffset + index
      const timestamp = logAppendTimeMs >= 0 ? logAppendTimeMs : cursor.timestamp
      this.#out.ascii(
        this.#isJson
          ? `{"topic":"${topic}","partition":${partition},"offset":${offset},"timestamp":${timestamp}}\n`
          : `${topic}\t${partition}\t${offset}\t${timestamp}\n`,
      )
    }
    // Told while they come: whoever waits for an acknowledgement does not wait for the end of the input.
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined))
  }

  /** Resolves when all lines are written. Rejects with OutputClosedError when nobody reads any more. */
  async drain(): Promise<void> {
    await this.#flushing
    if (this.#failure !== undefined) throw this.#failure as Error
    await this.#out.drain()
  }

  async #flush(): Promise<void> {
    try {
      // All that one turn acknowledges goes in one write.
      await new Promise((resolve) => setImmediate(resolve))
      while (this.#out.length > 0) await this.#out.flush()
    } catch (error) {
      this.#failure ??= error
    }
  }
}
