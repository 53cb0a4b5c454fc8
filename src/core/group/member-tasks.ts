/** What a member does side by side, by either protocol: it ends together, and what one task fails with ends all. */
import { sleep } from '../cluster/backoff.ts'
import { isPassing } from '../cluster/failure.ts'
import { Pause } from '../cluster/pause.ts'
import type { MembershipHooks } from './membership.ts'
import type { GroupOptions } from './options.ts'
import type { Subscription } from './subscription.ts'

/** A pattern is not looked after more often, whatever metadata.max.age.ms says. */
const LEAST_WATCH_MS = 100

export class MemberTasks {
  readonly #stopping = new AbortController()
  readonly #pauses: Pause[] = []
  #failure: Error | undefined

  /** Aborted when the tasks are to end. */
  get signal(): AbortSignal {
    return this.#stopping.signal
  }

  get isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  /** One that `stop` ends too. */
  newPause(): Pause {
    const pause = new Pause()
    this.#pauses.push(pause)
    return pause
  }

  /** Never rejects: see `throwFailure`. */
  async run(task: () => Promise<void>, explained: (error: unknown) => Error = asError): Promise<void> {
    try {
      await task()
    } catch (error) {
      if (this.isStopped) return
      this.#failure = explained(error)
      this.stop()
    }
  }

  stop(): void {
    this.#stopping.abort()
    for (const pause of this.#pauses) pause.wake()
  }

  /** Throws what the first task that failed has failed with, if any has. */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  /** What `promise` resolves to; undefined when the tasks are to end first. */
  async unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    const { signal } = this.#stopping
    if (signal.aborted) return undefined
    let stop: () => void = () => {}
    const stopped = new Promise<undefined>((resolve) => {
      stop = () => resolve(undefined)
      signal.addEventListener('abort', stop, { once: true })
    })
    try {
      return await Promise.race([promise, stopped])
    } finally {
      promise.catch(() => {})
      signal.removeEventListener('abort', stop)
    }
  }

  /** Tells `looked`, each metadata.max.age.ms, whether the topics of the subscription are others than before. */
  async watchTopics(
    subscription: Subscription,
    { metadataMaxAgeMs }: GroupOptions,
    looked: (hasChanged: boolean) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      await sleep(Math.max(metadataMaxAgeMs, LEAST_WATCH_MS), this.signal)
      try {
        await looked(await subscription.refresh())
      } catch (error) {
        if (!isPassing(error)) throw error
      }
    }
  }
}

/** Alive but not moving (max.poll.interval.ms): others should have the partitions. */
export function isStuck(hooks: MembershipHooks, { maxPollIntervalMs }: GroupOptions): boolean {
  const sinceMs = hooks.busySinceMs()
  return sinceMs !== undefined && Date.now() - sinceMs > maxPollIntervalMs
}

export function stuckNote({ groupId, maxPollIntervalMs }: GroupOptions): string {
  return `group "${groupId}": nothing could be written for ${maxPollIntervalMs} ms (max.poll.interval.ms), so this member leaves until it can`
}

function asError(error: unknown): Error {
  return error as Error
}
