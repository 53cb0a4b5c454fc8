/** `--report`: a line on stdout for each acknowledged record, in the order of the acknowledgements. */
import type { Delivery } from '../core/producer/producer.ts'
import { OutputBuffer } from './records/output-buffer.ts'
import type { Sink } from './output/sink.ts'

export type ReportStyle = 'text' | 'json'

export class AckReport {
  readonly #out: OutputBuffer
  readonly #isJson: boolean

  constructor(sink: Sink, style: ReportStyle) {
    this.#out = new OutputBuffer(sink)
    this.#isJson = style === 'json'
  }

  add({ topic, partition, baseOffset, logAppendTimeMs, records }: Delivery): void {
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
  }

  /** Resolves when all lines are written. */
  drain(): Promise<void> {
    return this.#out.drain()
  }
}
