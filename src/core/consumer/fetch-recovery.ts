/** After a fetch that went wrong: who is asked next, and when; or the error, when no repetition can mend it. */
import { backoffMs, sleep } from '../cluster/backoff.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isPassing } from '../cluster/failure.ts'
import { type KtError, RequestTimeoutError } from '../errors.ts'
import { apiError, errorOf, missingRight } from '../protocol/errors.ts'
import type { FetcherHooks } from './fetched.ts'
import type { FetchOptions } from './options.ts'
import type { PartitionPosition } from './position.ts'

const CODES = { offsetOutOfRange: 1, fencedLeaderEpoch: 74 } as const

export class FetchRecovery {
  readonly #cluster: Cluster
  readonly #options: FetchOptions
  readonly #hooks: FetcherHooks

  constructor(cluster: Cluster, options: FetchOptions, hooks: FetcherHooks) {
    this.#cluster = cluster
    this.#options = options
    this.#hooks = hooks
  }

  /** The connection is gone or the request timed out: new metadata, then again. */
  async request(error: KtError, asked: readonly PartitionPosition[]): Promise<void> {
    if (!isPassing(error)) throw error
    for (const position of asked) {
      position.attempts++
      position.preferredReplica = -1
      if (error instanceof RequestTimeoutError && position.attempts === 1) this.#hooks.note(error.message)
    }
    await sleep(this.#backoffMs(asked[0]!.attempts))
    await this.refreshTopics(asked)
  }

  /** The broker has refused one partition. */
  async partition(position: PartitionPosition, code: number): Promise<void> {
    position.attempts++
    if (code === CODES.offsetOutOfRange) {
      if (position.preferredReplica < 0) await this.#hooks.offsetOutOfRange(position)
      // A follower may lag behind: the leader knows (KIP-392).
      position.preferredReplica = -1
      return
    }
    const { isRetriable } = errorOf(code)
    if (!isRetriable && code !== CODES.fencedLeaderEpoch)
      throw apiError(code, `fetch from ${position.name}`, missingRight(code, 'READ', 'topic'))
    position.preferredReplica = -1
    position.retryAtMs = Date.now() + this.#backoffMs(position.attempts)
    await this.refreshTopics([position])
  }

  /**
   * What was read last is not in the log any more: an unclean election has cut it off (KIP-320, KIP-595).
   * Reading goes on where the logs part.
   */
  async truncation(position: PartitionPosition, endOffset: number): Promise<void> {
    const before = position.offset
    await this.#hooks.truncated(position, endOffset)
    position.seek(Math.min(endOffset, before))
  }

  async refreshTopics(positions: readonly PartitionPosition[]): Promise<void> {
    try {
      await this.#cluster.metadata.refresh([...new Set(positions.map(({ topic }) => topic))])
    } catch (error) {
      if (!isPassing(error)) throw error
    }
  }

  #backoffMs(attempts: number): number {
    return backoffMs(Math.max(attempts, 1), this.#options.retryBackoffMs, this.#options.retryBackoffMaxMs)
  }
}
