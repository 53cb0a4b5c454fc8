/**
 * Membership by the classic protocol: members join, a leader among them shares the partitions out, all hear
 * of it through the coordinator; heartbeats keep the session alive
 * (org.apache.kafka.clients.consumer.internals.AbstractCoordinator, ConsumerCoordinator; KIP-62, 345, 394, 429).
 */
import { isPassing } from '../cluster/failure.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import type { JoinGroupResponse } from '../protocol/generated/apis/JoinGroup.ts'
import { errorOf } from '../protocol/errors.ts'
import { ClassicHeartbeats } from './classic-heartbeats.ts'
import * as requests from './classic-requests.ts'
import { encodeSubscription } from './consumer-protocol.ts'
import type { CoordinatorLink } from './coordinator-link.ts'
import { basisOf, shareOut } from './leader.ts'
import { MemberTasks, stuckNote } from './member-tasks.ts'
import type { LeaveOperation, MemberIdentity, Membership, MembershipHooks } from './membership.ts'
import type { GroupOptions } from './options.ts'
import type { Subscription } from './subscription.ts'
import { difference } from './topic-partitions.ts'

const NO_GENERATION = -1

export class ClassicMembership implements Membership {
  readonly #link: CoordinatorLink
  readonly #options: GroupOptions
  readonly #subscription: Subscription
  readonly #hooks: MembershipHooks
  readonly #tasks = new MemberTasks()
  readonly #heartbeats: ClassicHeartbeats
  /** Until it is time to join again. */
  readonly #rest = this.#tasks.newPause()
  readonly #isCooperative: boolean
  #memberId = ''
  #generation = NO_GENERATION
  #owned: TopicPartition[] = []
  /** What the sticky assignors are told: the last assignment, even when it was given up since. */
  #remembered: { partitions: TopicPartition[] | undefined; generation: number } = {
    partitions: undefined,
    generation: NO_GENERATION,
  }
  /** The answer to JoinGroup is awaited: the coordinator counts that as life. */
  #isJoining = false
  #needsJoin = true
  /** As leader: what the last sharing out was based on. */
  #sharedOut: { topics: string[]; basedOn: string } | undefined
  #reason = ''

  constructor(
    link: CoordinatorLink,
    options: GroupOptions,
    subscription: Subscription,
    hooks: MembershipHooks,
  ) {
    this.#link = link
    this.#options = options
    this.#subscription = subscription
    this.#hooks = hooks
    this.#heartbeats = new ClassicHeartbeats(link, options, hooks, this.#tasks)
    // All assignors on offer must know the protocol that is used.
    this.#isCooperative = options.assignors.every(({ isCooperative }) => isCooperative)
  }

  get identity(): MemberIdentity | undefined {
    if (this.#generation === NO_GENERATION) return undefined
    return { ...this.#self, generation: this.#generation }
  }

  get assigned(): readonly TopicPartition[] {
    return this.#owned
  }

  get #self(): { memberId: string; instanceId: string | null } {
    return { memberId: this.#memberId, instanceId: this.#options.instanceId }
  }

  async run(): Promise<void> {
    void this.#tasks.run(() =>
      this.#heartbeats.run({
        identity: () => (this.#isJoining ? undefined : this.identity),
        refused: (code, name) => this.#refused(code, name),
        leaveStuck: () => this.#leaveStuck(),
      }),
    )
    void this.#tasks.run(() =>
      this.#tasks.watchTopics(this.#subscription, this.#options, (hasChanged) => this.#looked(hasChanged)),
    )
    await this.#tasks.run(async () => {
      while (!this.#tasks.isStopped) {
        if (this.#needsJoin) await this.#rejoin()
        else await this.#rest.wait()
      }
    })
    this.#tasks.throwFailure()
  }

  stop(): void {
    this.#tasks.stop()
  }

  async leave(operation: LeaveOperation, timeoutMs: number): Promise<void> {
    const isStatic = this.#options.instanceId !== null
    const leaves = operation === 'leave' || (operation === 'default' && !isStatic)
    if (!leaves || this.#memberId === '') return
    const self = this.#self
    this.#generation = NO_GENERATION
    await requests.leave(this.#link, self, 'the consumer is being closed', timeoutMs)
  }

  #requestJoin(reason: string): void {
    this.#needsJoin = true
    this.#reason = reason
    this.#rest.wake()
  }

  /** The coordinator does not know us as what we believed to be. */
  #forgetGeneration(forgetsMember: boolean, reason: string): void {
    this.#generation = NO_GENERATION
    if (forgetsMember) this.#memberId = ''
    this.#requestJoin(reason)
  }

  async #rejoin(): Promise<void> {
    await this.#prepare()
    for (let attempt = 1; this.#needsJoin && !this.#tasks.isStopped; attempt++) {
      try {
        if (await this.#joinOnce()) return
      } catch (error) {
        if (this.#tasks.isStopped) return
        if (!isPassing(error)) throw error
        this.#needsJoin = true
        if (attempt === 5) this.#hooks.note(`${error.message}; trying on`)
        await this.#backOff(attempt)
      } finally {
        this.#isJoining = false
      }
      // Something was lost on the way: what we hold may have become another's.
      if (this.#generation === NO_GENERATION && this.#owned.length > 0) await this.#prepare()
    }
  }

  /** Before joining: gives up what must not be held meanwhile. */
  async #prepare(): Promise<void> {
    const owned = this.#owned
    if (this.#generation === NO_GENERATION) {
      this.#owned = []
      if (owned.length > 0) await this.#hooks.onLost(owned)
      return
    }
    const subscribed = new Set(this.#subscription.topics)
    const given = this.#isCooperative ? owned.filter(({ topic }) => !subscribed.has(topic)) : owned
    if (given.length === 0) return
    await this.#hooks.onRevoked(given)
    this.#owned = difference(owned, given)
  }

  /** True when this member has its share; false to try once more. */
  async #joinOnce(): Promise<boolean> {
    this.#needsJoin = false
    if (this.#subscription.topics.length === 0) await this.#subscription.refresh()
    const joinedTopics = this.#subscription.topics
    this.#isJoining = true
    const joining = requests.join(this.#link, this.#options, this.#self, this.#protocols(), this.#reason)
    const joined = await this.#tasks.unlessStopped(joining)
    if (joined === undefined) return true
    if (joined.errorCode !== 0) return this.#refusedJoin(joined)
    this.#memberId = joined.memberId
    this.#generation = joined.generationId
    this.#isJoining = false
    this.#heartbeats.wake()
    const shares = await this.#sharesOf(joined)
    const sync = { generation: joined.generationId, protocolName: joined.protocolName, shares }
    const synced = await this.#tasks.unlessStopped(requests.sync(this.#link, this.#options, this.#self, sync))
    if (synced === undefined) return true
    if (synced.errorCode !== 0) return this.#refusedSync(synced.errorCode)
    await this.#take(requests.assignedBy(synced), joined.protocolName ?? '')
    if (joinedTopics.join() !== this.#subscription.topics.join())
      this.#requestJoin('the subscription has changed')
    // Whoever is to join once more first gives up what must not be held meanwhile.
    return true
  }

  #protocols(): { name: string; metadata: Buffer }[] {
    const { assignors, rackId } = this.#options
    const { topics } = this.#subscription
    const base = { topics, ownedPartitions: this.#owned, generation: this.#generation, rackId }
    return assignors.map((assignor) => ({
      name: assignor.name,
      metadata: encodeSubscription({ ...base, userData: assignor.userData(this.#remembered) }),
    }))
  }

  #refusedJoin({ errorCode, memberId }: JoinGroupResponse): false {
    const { name } = errorOf(errorCode)
    this.#needsJoin = true
    if (name === 'MEMBER_ID_REQUIRED') this.#memberId = memberId
    else if (name === 'UNKNOWN_MEMBER_ID') this.#forgetGeneration(true, name)
    else if (name === 'ILLEGAL_GENERATION') this.#forgetGeneration(false, name)
    else if (name !== 'REBALANCE_IN_PROGRESS') throw this.#link.error(errorCode)
    return false
  }

  #refusedSync(errorCode: number): false {
    this.#needsJoin = true
    this.#refused(errorCode, errorOf(errorCode).name)
    return false
  }

  /** What SyncGroup and Heartbeat are refused with. Throws what joining again does not mend. */
  #refused(code: number, name: string): void {
    if (name === 'REBALANCE_IN_PROGRESS') this.#requestJoin('the group rebalances')
    else if (name === 'UNKNOWN_MEMBER_ID' || name === 'ILLEGAL_GENERATION')
      this.#forgetGeneration(name === 'UNKNOWN_MEMBER_ID', name)
    else throw this.#link.error(code)
  }

  /** As leader: everybody's partitions; else nothing. */
  async #sharesOf(joined: JoinGroupResponse): Promise<Map<string, TopicPartition[]>> {
    this.#sharedOut = undefined
    // A static leader that came back finds the shares as they were, and is asked not to touch them (KIP-814).
    if (joined.leader !== joined.memberId) return new Map()
    const { assignors, rackId } = this.#options
    const { cluster } = this.#link
    const { shares, ...sharedOut } = await shareOut(joined, assignors, cluster, this.#subscription, rackId)
    this.#sharedOut = sharedOut
    return joined.skipAssignment ? new Map() : shares
  }

  async #take(assigned: TopicPartition[], protocolName: string): Promise<void> {
    const before = this.#owned
    const generation = this.#generation
    const lost = difference(before, assigned)
    const added = difference(assigned, before)
    if (lost.length > 0) {
      await this.#hooks.onRevoked(lost)
      this.#requestJoin(`partitions were given up for others (${protocolName})`)
    }
    // Not ours before the reader has them: after a failure they would not be handed out again.
    this.#owned = difference(before, lost)
    await this.#hooks.onAssigned(added)
    this.#owned = assigned
    this.#remembered = { partitions: assigned, generation }
  }

  async #leaveStuck(): Promise<void> {
    this.#hooks.note(stuckNote(this.#options))
    const self = this.#self
    this.#forgetGeneration(this.#options.instanceId === null, 'max.poll.interval.ms was over')
    if (self.instanceId !== null) return
    await requests.leave(this.#link, self, 'max.poll.interval.ms was over', this.#options.requestTimeoutMs)
  }

  /** New topics for a pattern, and new partitions, which only the leader looks after. */
  async #looked(hasChanged: boolean): Promise<void> {
    if (hasChanged) this.#requestJoin('the subscription has changed')
    else if (await this.#isOutdated()) this.#requestJoin('partitions of the topics have changed')
  }

  async #isOutdated(): Promise<boolean> {
    const before = this.#sharedOut
    if (before === undefined) return false
    const { cluster } = this.#link
    await cluster.metadata.refresh(before.topics)
    const now = basisOf(cluster, this.#subscription, before.topics, this.#options.rackId)
    return before === this.#sharedOut && now !== before.basedOn
  }

  #backOff(attempt: number): Promise<void> {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options
    return this.#link.backOff(attempt, retryBackoffMs, retryBackoffMaxMs, this.#tasks.signal)
  }
}
