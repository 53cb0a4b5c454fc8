/**
 * A consumer in a group: what the group assigns is fetched, what was written is committed, and what is to be
 * given up is first written out and committed. Reading and rebalancing take turns: what a partition has
 * written is known for sure when it goes.
 */
import type { Cluster } from '../cluster/cluster.ts'
import { ClassicMembership } from '../group/classic-membership.ts'
import { ConsumerMembership } from '../group/consumer-membership.ts'
import type { CommitPolicy } from '../group/commit-policy.ts'
import { CoordinatorLink } from '../group/coordinator-link.ts'
import type { GroupEvent } from '../group/events.ts'
import type { LeaveOperation, Membership, MembershipHooks } from '../group/membership.ts'
import { OffsetCommitter, type Written } from '../group/offset-committer.ts'
import type { OffsetReset } from '../group/offset-reset.ts'
import type { GroupOptions } from '../group/options.ts'
import { Subscription, type Wanted } from '../group/subscription.ts'
import { nameOf } from '../group/topic-partitions.ts'
import { untilInterrupted } from '../cluster/interruption.ts'
import { countingReceiver, type SessionReceiver } from './counting-receiver.ts'
import type { Fetched } from './fetched.ts'
import type { Fetcher } from './fetcher.ts'
import { startOffsets } from './group-starts.ts'
import type { TopicPartition } from './offsets.ts'
import { PartitionPosition } from './position.ts'
import type { Reader } from './read-records.ts'
import { Turns } from './turns.ts'

export interface GroupSessionOptions {
  cluster: Cluster
  fetcher: Fetcher
  reader: Reader<SessionReceiver>
  group: GroupOptions
  wanted: Wanted
  reset: OffsetReset
  commit: CommitPolicy
  /** Whether reading goes on before a commit is answered (`--commit-async`). */
  isAsync: boolean
  /** Each partition is read on its own: several `read` at a time. */
  isParallel: boolean
  receiver: SessionReceiver
  note(text: string): void
  event?: (event: GroupEvent) => void
}

export class GroupSession {
  readonly #options: GroupSessionOptions
  readonly #membership: Membership
  readonly #committer: OffsetCommitter
  readonly #turns: Turns
  readonly #positions = new Map<string, PartitionPosition>()
  /** What is with the kernel, and so may be committed. */
  readonly #written = new Map<PartitionPosition, Written>()
  readonly #ended = new AbortController()
  readonly #receiver: SessionReceiver
  /** No record of these is begun any more. */
  readonly #given = new WeakSet<PartitionPosition>()
  #failure: Error | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: GroupSessionOptions) {
    this.#options = options
    this.#turns = new Turns(options.isParallel)
    const { cluster, group, wanted, commit, receiver, note } = options
    const link = new CoordinatorLink(cluster, group.groupId)
    const subscription = new Subscription(cluster, wanted)
    const Member = group.protocol === 'consumer' ? ConsumerMembership : ClassicMembership
    this.#membership = new Member(link, group, subscription, this.#hooks())
    this.#committer = new OffsetCommitter({
      cluster,
      groupId: group.groupId,
      membership: this.#membership,
      isOurs: (position) => this.#positions.get(position.name) === position,
      note,
      event: options.event ?? (() => {}),
    })
    this.#receiver =
      commit.when === 'every'
        ? countingReceiver(receiver, commit.records, () => this.#commitCounted())
        : receiver
  }

  /** Aborted when the session cannot go on: then `read` and `flush` throw why. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** Joins in the background. */
  start(): void {
    this.#membership.run().catch((error: unknown) => this.#fail(error as Error))
    const { commit } = this.#options
    if (commit.when === 'interval') this.#scheduleCommit(Math.max(commit.intervalMs, 1))
  }

  /** Hands the records of `fetched` out, unless the partition went in the meantime; false when no more are wanted. */
  async read(fetched: Fetched): Promise<boolean> {
    const { position, generation } = fetched
    if (position.generation !== generation) return true
    const steps = this.#options.reader.steps(fetched, this.#receiver, () => this.#given.has(position))
    for (;;) {
      const { done, value } = await this.#turns.run(position, () => {
        if (this.#failure !== undefined) throw this.#failure
        return this.#given.has(position) ? steps.return(true) : steps.next()
      })
      if (done === true) return value
    }
  }

  /** Writes out what was read. */
  flush(): Promise<void> {
    return this.#turns.exclude([], async () => {
      if (this.#failure !== undefined) throw this.#failure
      await this.#writeOut()
    })
  }

  /** Writes out what was read, and commits it. */
  async commit(): Promise<void> {
    await this.flush()
    await this.#commitWritten()
  }

  /**
   * Writes out and commits what was read, and leaves. An interrupt (`signal`) gives a blocked output only a moment.
   * Throws what the output or the session failed with.
   */
  async end(signal: AbortSignal): Promise<void> {
    try {
      await untilInterrupted(this.flush(), signal)
    } finally {
      await this.close()
    }
  }

  /**
   * Commits what was written and leaves, within `timeoutMs`. What stdout does not take is not waited for, and
   * not committed. Never throws: there is nobody left to mend anything.
   */
  async close(operation: LeaveOperation = 'default', timeoutMs = 5000): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#membership.stop()
    const { commit, note } = this.#options
    if (commit.when !== 'none' && this.#failure === undefined)
      await this.#committer
        .commit([...this.#written.values()], timeoutMs)
        .then((isDone) => {
          if (!isDone) note('the last offsets could not be committed: their records will come again')
        })
        .catch((error: unknown) => note((error as Error).message))
    await this.#membership.leave(operation, Math.min(timeoutMs, 1000))
    this.#options.event?.({ name: 'partitions_revoked', partitions: this.#membership.assigned })
  }

  #hooks(): MembershipHooks {
    return {
      onAssigned: (partitions) => this.#assigned(partitions),
      onRevoked: (partitions) => this.#revoked(partitions),
      onLost: (partitions) => this.#lost(partitions),
      busySinceMs: () => this.#turns.busySinceMs,
      note: (text) => this.#options.note(text),
    }
  }

  async #assigned(partitions: TopicPartition[]): Promise<void> {
    const { cluster, fetcher, event, group, reset } = this.#options
    const isClosed = () => this.#isClosed
    const membership = this.#membership
    const starts = await startOffsets(partitions, { cluster, group, reset, membership, isClosed })
    if (starts === undefined) return
    await Promise.all(
      [...new Set(partitions.map(({ topic }) => topic))].map((topic) => cluster.metadata.topic(topic)),
    )
    if (this.#isClosed) return
    event?.({ name: 'partitions_assigned', partitions })
    for (const { topic, partition, offset, leaderEpoch, isCommitted } of starts) {
      const position = new PartitionPosition(topic, partition, offset)
      position.leaderEpoch = position.readLeaderEpoch = leaderEpoch
      // Where nothing was read yet the start is committed, as in Kafka: it must not be looked up again later.
      position.readOffset = offset
      this.#written.set(position, { position, offset, leaderEpoch })
      if (isCommitted) this.#committer.startsAt(position, offset)
      this.#positions.set(position.name, position)
      fetcher.add(position)
    }
  }

  #revoked(partitions: TopicPartition[]): Promise<void> {
    const given = this.#stopReading(partitions)
    return this.#turns.exclude(given, async () => {
      const { commit, group, event, note, cluster } = this.#options
      await this.#writeOut()
      const written = given.flatMap((position) => this.#written.get(position) ?? [])
      // The others wait for us, and not longer than this.
      const timeoutMs = Math.min(
        cluster.settings['default.api.timeout.ms'],
        Math.max(1000, group.maxPollIntervalMs / 2),
      )
      if (commit.when !== 'none' && !(await this.#committer.commit(written, timeoutMs)))
        note(
          `group "${group.groupId}" took no last commit for ${given.map(({ name }) => name).join(', ')}: some records will come again`,
        )
      this.#forget(given)
      event?.({ name: 'partitions_revoked', partitions })
    })
  }

  #lost(partitions: TopicPartition[]): Promise<void> {
    const given = this.#stopReading(partitions)
    return this.#turns.exclude(given, () => {
      this.#forget(given)
      this.#options.event?.({ name: 'partitions_lost', partitions })
      return Promise.resolve()
    })
  }

  #stopReading(partitions: readonly TopicPartition[]): PartitionPosition[] {
    const positions = partitions.flatMap((one) => this.#positions.get(nameOf(one)) ?? [])
    for (const position of positions) {
      this.#given.add(position)
      this.#options.fetcher.remove(position)
    }
    return positions
  }

  #forget(positions: readonly PartitionPosition[]): void {
    for (const position of positions) {
      this.#positions.delete(position.name)
      this.#written.delete(position)
    }
  }

  async #writeOut(): Promise<void> {
    const read = [...this.#positions.values()].map((position) => ({
      position,
      offset: position.readOffset,
      leaderEpoch: position.readLeaderEpoch,
    }))
    await this.#options.receiver.flushAll()
    for (const one of read) this.#written.set(one.position, one)
  }

  async #commitWritten(): Promise<void> {
    await this.#committer.commit(
      [...this.#written.values()],
      this.#options.cluster.settings['default.api.timeout.ms'],
    )
  }

  #scheduleCommit(intervalMs: number): void {
    this.#timer = setTimeout(() => {
      this.flush()
        .then(() => this.#commitWritten())
        .catch((error: unknown) => this.#fail(error as Error))
        .finally(() => {
          if (!this.#isClosed) this.#scheduleCommit(intervalMs)
        })
    }, intervalMs)
  }

  async #commitCounted(): Promise<void> {
    await this.#writeOut()
    const committing = this.#commitWritten()
    if (this.#options.isAsync) committing.catch((error: unknown) => this.#fail(error as Error))
    else await committing
  }

  #fail(error: Error): void {
    if (this.#isClosed) return
    this.#failure ??= error
    this.#ended.abort(error)
  }
}
