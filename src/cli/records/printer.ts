/** Takes records one by one: formats them into the output and counts them. */
import type { SessionReceiver } from '../../core/consumer/counting-receiver.ts'
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

export class Printer implements SessionReceiver {
  count = 0
  readonly #options: PrinterOptions
  /** Records that modules are looking at. */
  #claimed = 0
  #claimants: (() => void)[] = []

  constructor(options: PrinterOptions) {
    this.#options = options
  }

  /** All that was printed, written or not. */
  get totalBytes(): number {
    return this.#options.out.totalBytes
  }

  record(cursor: RecordCursor, position: PartitionPosition): boolean {
    if (!this.print(cursor, position)) return true
    this.count++
    return this.count < this.#options.maxMessages
  }

  many(cursor: RecordCursor, position: PartitionPosition): number {
    const { formatter, out, maxMessages } = this.#options
    if (formatter.writeMany === undefined) return 0
    const count = formatter.writeMany(cursor, maxMessages - this.count - 1, position.endOffset, out)
    this.count += count
    return count
  }

  /** Prints without counting; false where it could not be printed, and that is no error. */
  print(cursor: RecordCursor, position: PartitionPosition): boolean {
    const { formatter, out } = this.#options
    const { length } = out
    try {
      formatter.write(cursor, position.topic, position.partition, out)
    } catch (error) {
      // Nothing of a record that cannot be printed stays in the output.
      out.length = length
      this.refused(error, `${position.name} at offset ${cursor.offset}`)
      return false
    }
    return true
  }

  dropped(): boolean {
    this.count++
    return this.count < this.#options.maxMessages
  }

  refused(error: unknown, where: string): void {
    if (this.#options.skipsErrors) return
    throw new KtError(`${where}: ${(error as Error).message}`, {
      cause: error,
      hint: '--skip-message-on-error goes on with the next record',
    })
  }

  async claim(most: number): Promise<number> {
    const { maxMessages } = this.#options
    // What others have claimed may be refused yet.
    while (this.#claimed > 0 && this.count + this.#claimed >= maxMessages)
      await new Promise<void>((resolve) => this.#claimants.push(resolve))
    const claimed = Math.max(0, Math.min(most, maxMessages - this.count - this.#claimed))
    this.#claimed += claimed
    return claimed
  }

  settle(claimed: number): void {
    this.#claimed -= claimed
    for (const wake of this.#claimants.splice(0)) wake()
  }

  isFull(): boolean {
    return this.#options.out.isFull
  }

  flush(): Promise<void> {
    return this.#options.out.flush()
  }

  /** After the last record: what the formatter kept until now. */
  async end(): Promise<void> {
    await this.#options.formatter.end?.(this.#options.out)
  }

  /** Resolves when all that was received is with the kernel. */
  flushAll(): Promise<void> {
    return this.#options.out.drain()
  }
}
