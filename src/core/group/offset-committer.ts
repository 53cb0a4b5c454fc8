/** Commits positions, one request at a time: a later offset is never overtaken by an earlier one. */
import { sleep } from '../cluster/backoff.ts'
import { isPassing } from '../cluster/failure.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { PartitionPosition } from '../consumer/position.ts'
import { commitOffsets, isFenced, type OffsetAndMetadata } from './committed-offsets.ts'
import type { GroupEvent } from './events.ts'
import type { Membership } from './membership.ts'
import { Mutex } from './mutex.ts'
import { nameOf } from './topic-partitions.ts'

export interface CommitterOptions {
  cluster: Cluster
  groupId: string
  membership: Membership
  /** Whether this very position is still ours. */
  isOurs(position: PartitionPosition): boolean
  note(text: string): void
  event(event: GroupEvent): void
}

/** What stood written at one moment. */
export interface Written {
  position: PartitionPosition
  offset: number
  leaderEpoch: number
}

const LOOK_AGAIN_AFTER_MS = 50

export class OffsetCommitter {
  readonly #options: CommitterOptions
  readonly #turns = new Mutex()
  readonly #committed = new WeakMap<PartitionPosition, number>()

  constructor(options: CommitterOptions) {
    this.#options = options
  }

  /** `offset` is what the group has already, so that it is not sent again. */
  startsAt(position: PartitionPosition, offset: number): void {
    this.#committed.set(position, offset)
  }

  /**
   * True when all is committed. False when the group does not take it now: it rebalances, has given us up, or cannot be
   * reached; the offsets then belong to a later commit, or the records come again. Throws what no repetition can mend.
   */
  commit(written: readonly Written[], timeoutMs: number): Promise<boolean> {
    return this.#turns.run(() => this.#commit(written, Date.now() + timeoutMs))
  }

  async #commit(written: readonly Written[], deadlineMs: number): Promise<boolean> {
    const { cluster, groupId, membership, isOurs, event, note } = this.#options
    for (;;) {
      const due = written.filter(
        ({ position, offset }) => isOurs(position) && offset !== this.#committed.get(position),
      )
      if (due.length === 0) return true
      const { identity } = membership
      if (identity === undefined) return false
      const offsets = due.map(asOffset)
      try {
        const timeoutMs = Math.max(1, deadlineMs - Date.now())
        const gone = (await commitOffsets(cluster, groupId, offsets, identity, { timeoutMs })).map(nameOf)
        for (const { position, offset } of due) this.#committed.set(position, offset)
        event({ name: 'offsets_committed', offsets: offsets.filter((one) => !gone.includes(nameOf(one))) })
        return true
      } catch (error) {
        const { message } = error as Error
        event({ name: 'offsets_committed', offsets, error: message })
        if (!isFenced(error)) {
          if (!isPassing(error)) throw error
          note(`${message}: the offsets wait for the next commit`)
          return false
        }
        const isRenewed =
          membership.identity !== undefined && membership.identity.generation !== identity.generation
        // The next heartbeat brings the epoch that the coordinator has gone on to.
        const isBehind = error.codeName === 'STALE_MEMBER_EPOCH'
        if (!isRenewed && !isBehind) return false
        if (Date.now() + LOOK_AGAIN_AFTER_MS >= deadlineMs) return false
        if (!isRenewed) await sleep(LOOK_AGAIN_AFTER_MS)
      }
    }
  }
}

function asOffset({ position, offset, leaderEpoch }: Written): OffsetAndMetadata {
  const { topic, partition } = position
  return { topic, partition, offset, leaderEpoch, metadata: '' }
}
