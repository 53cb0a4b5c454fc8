/** Takes records one by one: formats them into the output and counts them. */
import type { Receiver } from '../../core/consumer/read-records.ts'
import type { PartitionPosition } from '../../core/consumer/position.ts'
import { KtError } from '../../core/errors.ts'
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import type { Formatter } from './formatter.ts'
import type { OutputBuffer } from './output-buffer.ts'

export interface PrinterOptions {
  formatter: Formatter
  out: OutputBuffer
  maxMessages: number
  /** Go on with the next record when one cannot be printed. */
  skipsErrors: boolean
}

export class Printer implements Receiver {
  count = 0
  readonly #options: PrinterOptions

  constructor(options: PrinterOptions) {
    this.#options = options
  }

  record(cursor: RecordCursor, position: PartitionPosition): boolean {
    const { formatter, out, skipsErrors, maxMessages } = this.#options
    const { length } = out
    try {
      formatter.write(cursor, position.topic, position.partition, out)
    } catch (error) {
      // Nothing of a record that cannot be printed stays in the output.
      out.length = length
      if (skipsErrors) return true
      const message = `${position.name} at offset ${cursor.offset}: ${(error as Error).message}`
      throw new KtError(message, {
        cause: error,
        hint: '--skip-message-on-error goes on with the next record',
      })
    }
    this.count++
    return this.count < maxMessages
  }

  isFull(): boolean {
    return this.#options.out.isFull
  }

  flush(): Promise<void> {
    return this.#options.out.flush()
  }

  /** Resolves when all that was received is with the kernel. */
  flushAll(): Promise<void> {
    return this.#options.out.drain()
  }
}
