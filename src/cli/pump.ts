/** From the fetcher to whoever makes output of what it brings, until there is a reason to end. */
import type { Fetched } from '../core/consumer/fetched.ts'
import type { Fetcher } from '../core/consumer/fetcher.ts'
import { PartitionWorkers } from '../core/consumer/partition-workers.ts'
import type { PartitionPosition } from '../core/consumer/position.ts'

/** Who makes output of what was fetched: a group's session, or nobody but the reader. */
export interface Handling {
  /** False: no more is wanted. */
  read(fetched: Fetched): Promise<boolean>
  flush(): Promise<void>
  /** Aborted when reading cannot go on; `read` and `flush` then throw why. */
  ended?: AbortSignal
}

export interface PumpOptions {
  /** Ends when no record has come for so long. */
  timeoutMs: number
  /** Ends when no partition is left to read. */
  endsByOffset: boolean
  interrupted: AbortSignal
}

/** Also true without any partition (of --include): there is nothing to read up to. */
export function haveEnds(positions: readonly PartitionPosition[]): boolean {
  return positions.every(({ endOffset }) => endOffset !== Infinity)
}

const LONGEST_WAIT_MS = 60_000

/** Ends when interrupted, when enough was read, when nothing came for `timeoutMs`, or when all ends are reached. */
export async function pump(fetcher: Fetcher, handling: Handling, options: PumpOptions): Promise<void> {
  const { timeoutMs, interrupted } = options
  let lastRecordMs = Date.now()
  const signal = anyOf(interrupted, handling.ended)
  while (!interrupted.aborted) {
    if (options.endsByOffset && fetcher.positions.length === 0) return
    // With nothing else to read, what was read must not wait in a buffer.
    const flushedMs = Date.now()
    if (!fetcher.hasArrived) await handling.flush()
    // A slow reader of our output is not a silent topic: what came meanwhile is still to be read.
    lastRecordMs += Date.now() - flushedMs
    const leftMs = lastRecordMs + timeoutMs - Date.now()
    if (leftMs <= 0) return
    const answers = (await fetcher.next(Math.min(leftMs, LONGEST_WAIT_MS), signal)) ?? []
    for (const fetched of answers) {
      if (!(await handling.read(fetched))) return
      if (fetched.nextOffset >= fetched.position.endOffset) fetcher.remove(fetched.position)
    }
    if (answers.some(({ batches }) => batches.length > 0)) lastRecordMs = Date.now()
  }
}

/** As `pump`, with a worker for each partition (`--parallel`). What the fetcher gives must be there to keep. */
export async function pumpParallel(
  fetcher: Fetcher,
  handling: Handling,
  { timeoutMs, endsByOffset, interrupted }: PumpOptions,
): Promise<void> {
  const workers = new PartitionWorkers({
    fetcher,
    read: (fetched) => handling.read(fetched),
    flush: () => handling.flush(),
  })
  let lastRecordMs = Date.now()
  const signal = anyOf(interrupted, handling.ended, workers.over)
  while (!interrupted.aborted && !workers.over.aborted) {
    if (endsByOffset && fetcher.positions.length === 0) break
    // A slow module is not a silent topic.
    lastRecordMs = workers.isBusy ? Date.now() : Math.max(lastRecordMs, workers.lastDoneMs)
    const leftMs = lastRecordMs + timeoutMs - Date.now()
    if (leftMs <= 0) break
    const answers = (await fetcher.next(Math.min(leftMs, LONGEST_WAIT_MS), signal)) ?? []
    for (const fetched of answers) workers.add(fetched)
    if (handling.ended?.aborted === true) await handling.flush()
  }
  await workers.end()
}

function anyOf(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined))
}
