import { interruption } from './interruption.ts'

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
