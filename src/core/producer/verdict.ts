/** What a broker's error means for a batch (Java: Sender.completeBatch, TransactionManager.canRetry). */
import type { ApiError } from '../errors.ts'

export const Outcome = { stored: 0, retry: 1, renumber: 2, split: 3, fail: 4 } as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

export interface Circumstances {
  /** An idempotent producer may start over with a new epoch. */
  mayRenumber: boolean
  /** No earlier batch of the partition is unanswered or waits to be repeated. */
  isFirst: boolean
  /** Records in the batch. */
  count: number
}

export function judge(error: ApiError, { mayRenumber, isFirst, count }: Circumstances): Outcome {
  switch (error.codeName) {
    case 'DUPLICATE_SEQUENCE_NUMBER':
      // The broker has these records from an earlier try whose answer was lost.
      return Outcome.stored
    case 'MESSAGE_TOO_LARGE':
      return count > 1 ? Outcome.split : Outcome.fail
    case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
      // Behind a failed batch this is expected, and mends itself when that one is repeated.
      if (!isFirst) return Outcome.retry
      return mayRenumber ? Outcome.renumber : Outcome.fail
    case 'UNKNOWN_PRODUCER_ID':
    case 'INVALID_PRODUCER_EPOCH':
      return mayRenumber ? Outcome.renumber : Outcome.fail
    default:
      return error.isRetriable ? Outcome.retry : Outcome.fail
  }
}
