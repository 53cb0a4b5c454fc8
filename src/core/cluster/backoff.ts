import { ApiError, type KtError } from '../errors.ts'
import { interruption } from './interruption.ts'

/**
 * How long the markers of the transaction before are given, while which CONCURRENT_TRANSACTIONS is answered: less than
 * any failure (Java: TransactionManager.ADD_PARTITIONS_RETRY_BACKOFF_MS).
 */
const UNFINISHED_BACKOFF_MS = 20

/** The wait before what failed is tried again, after `attempt` tries (from 1). */
export function retryWaitMs(error: KtError, attempt: number, baseMs: number, maxMs: number): number {
  return isUnfinished(error) ? Math.min(UNFINISHED_BACKOFF_MS, baseMs) : backoffMs(attempt, baseMs, maxMs)
}

/** Nothing has failed: the transaction before is still being ended. */
export function isUnfinished(error: KtError): boolean {
  return error instanceof ApiError && error.codeName === 'CONCURRENT_TRANSACTIONS'
}

/** Doubles with each attempt (from 1), up to `maxMs`, give or take a fifth so that clients do not come in step (KIP-580). */
export function backoffMs(
  attempt: number,
  baseMs: number,
  maxMs: number,
  random: () => number = Math.random,
): number {
  const exponential = baseMs * 2 ** Math.min(attempt - 1, 30)
  return Math.min(maxMs, exponential) * (0.8 + 0.4 * random())
}

/** Ends early, with the signal's reason, when the signal is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(interruption(signal))
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    const abort = () => {
      clearTimeout(timer)
      reject(interruption(signal))
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}
