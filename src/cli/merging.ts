/** Reading with `--merge` or `--tail`: records go through a merger on their way to the printer. */
import type { Fetcher } from '../core/consumer/fetcher.ts'
import type { PartitionPosition } from '../core/consumer/position.ts'
import type { Reader } from '../core/consumer/read-records.ts'
import type { Handling } from './pump.ts'
import { Merger } from './records/merger.ts'
import type { Printer } from './records/printer.ts'

export interface MergingOptions {
  fetcher: Fetcher
  reader: Reader
  printer: Printer
  positions: readonly PartitionPosition[]
  isReadCommitted: boolean
  last: number | undefined
}

/** How often what waits is looked at while nothing arrives: a partition may have turned out to be at its end. */
const LOOK_AGAIN_AFTER_MS = 200

export interface Merging extends Handling {
  /** Prints all that is left. */
  end(): Promise<void>
}

export function merging({ reader, printer, ...options }: MergingOptions): Merging {
  const merger = new Merger({ ...options, receiver: printer })
  const timer = setInterval(() => options.fetcher.wake(), LOOK_AGAIN_AFTER_MS)
  timer.unref()
  return {
    read: async (fetched) => {
      const steps = reader.steps(fetched, merger)
      while ((await steps.next()).done !== true);
      return merger.settle(fetched)
    },
    flush: async () => {
      await merger.giveOut()
      await printer.flushAll()
    },
    end: async () => {
      clearInterval(timer)
      await merger.end()
      await printer.flushAll()
    },
  }
}
