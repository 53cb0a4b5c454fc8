/**
 * One run of copying: from what is fetched to what is acknowledged, and, with a group, what is committed of the source.
 * A checkpoint waits for all that was handed to the producer; nothing is committed before.
 */
import type { Cluster } from '../cluster/cluster.ts'
import type { Fetched } from '../consumer/fetched.ts'
import { Fetcher } from '../consumer/fetcher.ts'
import type { FetchOptions } from '../consumer/options.ts'
import type { PartitionPosition } from '../consumer/position.ts'
import { KtError } from '../errors.ts'
import { commitOffsets } from '../group/committed-offsets.ts'
import type { Delivery } from '../producer/delivery.ts'
import type { Producer } from '../producer/producer.ts'
import type { Copier } from './copier.ts'
import { skipTrimmed } from './source.ts'

export interface CopyRunOptions {
  from: Cluster
  to: Cluster
  fetching: FetchOptions
  positions: readonly PartitionPosition[]
  producer: Producer
  copier: Copier
  /** Undefined: nothing is committed. */
  groupId: string | undefined
  /** How often offsets are committed; with a transactional producer, how long a transaction lasts. */
  checkpointMs: number
  /** Aborted by an interrupt, or because a delivery has failed. */
  signal: AbortSignal
  note(text: string): void
}

const LONGEST_WAIT_MS = 1000
/** An outside committer has neither a generation nor a member id. */
const OUTSIDE = { generationId: -1, memberId: '', groupInstanceId: null }

export class CopyRun {
  /** Offsets that were gone from the source before they could be copied. */
  trimmed = 0
  readonly #options: CopyRunOptions
  readonly #fetcher: Fetcher
  readonly #positions: PartitionPosition[] = []
  readonly #committed = new Map<PartitionPosition, number>()
  #checkpointAtMs = 0

  constructor(options: CopyRunOptions) {
    this.#options = options
    this.#fetcher = new Fetcher(options.from, options.fetching, {
      offsetOutOfRange: (position) => this.#trimmed(position),
      truncated: ({ name, offset }, endOffset) => {
        const what = `${name}: the log was truncated from offset ${offset} to ${endOffset} by an unclean election`
        return Promise.reject(
          new KtError(what, { hint: 'what was copied from there on is not in the source any more' }),
        )
      },
      note: options.note,
    })
    for (const position of options.positions) this.add(position)
  }

  /** Copies one partition more. */
  add(position: PartitionPosition): void {
    this.#positions.push(position)
    position.readOffset = position.offset
    if (position.offset < position.endOffset) this.#fetcher.add(position)
  }

  close(): void {
    this.#fetcher.close()
  }

  /** Resolves when every partition has reached its end, or `signal` is aborted: then call `finish`. */
  async copy(): Promise<void> {
    const { producer, signal, checkpointMs } = this.#options
    const fetcher = this.#fetcher
    producer.transaction?.begin()
    this.#checkpointAtMs = Date.now() + checkpointMs
    while (!signal.aborted && fetcher.positions.length > 0) {
      if (Date.now() >= this.#checkpointAtMs) await this.#checkpoint()
      const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(1, this.#checkpointAtMs - Date.now()))
      const answers = await fetcher.next(waitMs, signal)
      if (answers !== undefined) await this.#take(answers)
    }
  }

  /** Waits for what is under way, and commits. Throws where a transaction cannot be ended. */
  async finish(): Promise<void> {
    await this.#commit()
  }

  async #take(answers: readonly Fetched[]): Promise<void> {
    const { copier, producer, signal } = this.#options
    copier.refresh()
    const lease = new Lease(this.#fetcher.keep())
    const keep = () => lease.take()
    const done = lease.take()
    try {
      for (const fetched of answers) {
        if (signal.aborted) return
        await copier.copy(fetched, keep)
        if (fetched.nextOffset >= fetched.position.endOffset) this.#fetcher.remove(fetched.position)
      }
    } catch (error) {
      // Waiting for room ends with the signal, whose reason is told by whoever has aborted it.
      if (!signal.aborted) throw error
    } finally {
      done()
      producer.poke()
    }
  }

  async #checkpoint(): Promise<void> {
    await this.#commit()
    this.#options.producer.transaction?.begin()
    this.#checkpointAtMs = Date.now() + this.#options.checkpointMs
  }

  async #commit(): Promise<void> {
    const { producer, groupId, from } = this.#options
    const { transaction } = producer
    if (transaction === undefined && groupId === undefined) return producer.flush()
    const offsets = this.#dueOffsets()
    await producer.flush()
    if (producer.counts.failed > 0) return
    if (transaction !== undefined) {
      if (groupId !== undefined && offsets.length > 0)
        await transaction.sendOffsets(offsets, { groupId, ...OUTSIDE })
      await producer.commitTransaction()
    } else if (groupId !== undefined && offsets.length > 0) {
      await commitOffsets(from, groupId, offsets)
    }
    for (const { position, offset } of offsets) this.#committed.set(position, offset)
  }

  #dueOffsets() {
    return this.#positions
      .filter((position) => position.readOffset !== this.#committed.get(position))
      .map((position) => {
        const { topic, partition, readOffset: offset, readLeaderEpoch: leaderEpoch } = position
        return { position, topic, partition, offset, leaderEpoch, metadata: '' }
      })
  }

  async #trimmed(position: PartitionPosition): Promise<void> {
    const { from, note } = this.#options
    const before = position.offset
    const skipped = await skipTrimmed(from, position)
    this.trimmed += skipped
    note(
      `${position.name}: offsets ${before} to ${before + skipped - 1} were deleted before they were copied`,
    )
    position.readOffset = Math.min(position.offset, position.endOffset)
    if (position.offset >= position.endOffset) this.#fetcher.remove(position)
  }
}

/** Gives something back when the last of those who hold it lets go. */
class Lease {
  readonly #release: () => void
  #holders = 0

  constructor(release: () => void) {
    this.#release = release
  }

  /** One holder more; it lets go by calling what it gets. */
  take(): () => void {
    this.#holders++
    return () => {
      this.#holders--
      if (this.#holders === 0) this.#release()
    }
  }
}

/** What a failed delivery is told as: where in the source its first record stands. */
export function failureOf({ error, positionOf }: Delivery, sourceTopic: string): KtError {
  const message = `offset ${positionOf(0)} of ${sourceTopic}: ${error!.message}`
  return new KtError(message, { hint: error!.hint, cause: error })
}
