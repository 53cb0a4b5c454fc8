/** Tests wait for facts, never for a time to be over. */
import { setTimeout as sleep } from 'node:timers/promises'

/** What takes longer hangs. It says nothing of how long a thing may take: that is as long as the machine is busy. */
export const HANGS_AFTER_MS = 150_000

/** Waits for what must come true, and tells what stood instead when it never does. */
export async function eventually<T>(claim: () => T | Promise<T>): Promise<T> {
  const deadlineMs = Date.now() + HANGS_AFTER_MS
  for (;;) {
    try {
      return await claim()
    } catch (error) {
      if (Date.now() > deadlineMs) throw error
    }
    await sleep(20)
  }
}

/**
 * `claim` about something that ends after some milliseconds without news: on a slow machine it needs more of them to see
 * anything, so it gets twice as many each time.
 */
export function withPatience(firstMs: number, claim: (patienceMs: number) => Promise<void>): Promise<void> {
  let patienceMs = firstMs / 2
  return eventually(() => claim((patienceMs *= 2)))
}
