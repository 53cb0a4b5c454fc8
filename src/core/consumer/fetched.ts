/** What a fetch brings, and whom the fetcher asks. */
import type { Batch } from '../records/batch-reader.ts'
import type { AbortedTransaction } from './aborted.ts'
import type { PartitionPosition } from './position.ts'

/** What one fetch brought for one partition. */
export interface Fetched {
  position: PartitionPosition
  /** Records before this offset belong to a batch that began earlier, and were not asked for. */
  fromOffset: number
  /** Where the partition stands when all of `batches` has been read. */
  nextOffset: number
  batches: Batch[]
  abortedTransactions: AbortedTransaction[]
  generation: number
}

export interface FetcherHooks {
  /** The position is not in the log any more (or not yet): seek, or throw to end. */
  offsetOutOfRange(position: PartitionPosition): Promise<void>
  /** Records that may have been read, from `endOffset` on, are not in the log any more: throw to end. */
  truncated(position: PartitionPosition, endOffset: number): Promise<void>
  /** Something worth a line on stderr. */
  note(text: string): void
}
