/**
 * Membership by the classic protocol: members join, a leader among them shares the partitions out, all hear
 * of it through the coordinator; heartbeats keep the session alive
 * (org.apache.kafka.clients.consumer.internals.AbstractCoordinator, ConsumerCoordinator; KIP-62, 345, 394, 429).
 */
import { sleep } from '../cluster/backoff.ts'
import { isPassing } from '../cluster/failure.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import type { JoinGroupResponse } from '../protocol/generated/apis/JoinGroup.ts'
import { errorOf } from '../protocol/errors.ts'
import { encodeSubscription } from './consumer-protocol.ts'
import type { CoordinatorLink } from './coordinator-link.ts'
import { basisOf, shareOut } from './leader.ts'
import type { LeaveOperation, MemberIdentity, Membership, MembershipHooks } from './membership.ts'
import type { GroupOptions } from './options.ts'
import type { Subscription } from './subscription.ts'
import { difference } from './topic-partitions.ts'
import * as requests from './classic-requests.ts'

const NO_GENERATION = -1

export class ClassicMembership implements Membership {
  readonly #link: CoordinatorLink
  readonly #options: GroupOptions
  readonly #subscription: Subscription
  readonly #hooks: MembershipHooks
  readonly #stopping = new AbortController()
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
  #wake: (() => void) | undefined
  #failure: Error | undefined
  #beatsAtMs = 0
  #wakeBeats: (() => void) | undefined
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

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  async run(): Promise<void> {
    void this.#guarded(() => this.#heartbeats())
    void this.#guarded(() => this.#watchTopics())
    await this.#guarded(async () => {
      while (!this.#isStopped) {
        if (this.#needsJoin) await this.#rejoin()
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    })
    if (this.#failure !== undefined) throw this.#failure
  }

  stop(): void {
    this.#stopping.abort()
    this.#wake?.()
    this.#wakeBeats?.()
  }

  async leave(operation: LeaveOperation, timeoutMs: number): Promise<void> {
    const isStatic = this.#options.instanceId !== null
    const leaves = operation === 'leave' || (operation === 'default' && !isStatic)
    if (!leaves || this.#memberId === '') return
    const self = this.#self
    this.#generation = NO_GENERATION
    await requests.leave(this.#link, self, 'the consumer is being closed', timeoutMs)
  }

  /** Errors of any of the loops end them all. */
  async #guarded(loop: () => Promise<void>): Promise<void> {
    try {
      await loop()
    } catch (error) {
      if (this.#isStopped) return
      this.#failure = error as Error
      this.stop()
    }
  }

  #requestJoin(reason: string): void {
    this.#needsJoin = true
    this.#reason = reason
    this.#wake?.()
  }

  /** The coordinator does not know us as what we believed to be. */
  #forgetGeneration(forgetsMember: boolean, reason: string): void {
    this.#generation = NO_GENERATION
    if (forgetsMember) this.#memberId = ''
    this.#requestJoin(reason)
  }

  async #rejoin(): Promise<void> {
    await this.#prepare()
    for (let attempt = 1; this.#needsJoin && !this.#isStopped; attempt++) {
      try {
        if (await this.#joinOnce()) return
      } catch (error) {
        if (this.#isStopped) return
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

  /** True when the group is stable again; false to try once more. */
  async #joinOnce(): Promise<boolean> {
    this.#needsJoin = false
    if (this.#subscription.topics.length === 0) await this.#subscription.refresh()
    const joinedTopics = this.#subscription.topics
    this.#isJoining = true
    const joining = requests.join(this.#link, this.#options, this.#self, this.#protocols(), this.#reason)
    const joined = await this.#unlessStopped(joining)
    if (joined === undefined) return true
    if (joined.errorCode !== 0) return this.#refusedJoin(joined)
    this.#memberId = joined.memberId
    this.#generation = joined.generationId
    this.#isJoining = false
    this.#wakeBeats?.()
    const shares = await this.#sharesOf(joined)
    const sync = { generation: joined.generationId, protocolName: joined.protocolName, shares }
    const synced = await this.#unlessStopped(requests.sync(this.#link, this.#options, this.#self, sync))
    if (synced === undefined) return true
    if (synced.errorCode !== 0) return this.#refusedSync(synced.errorCode)
    await this.#take(requests.assignedBy(synced), joined.protocolName ?? '')
    if (joinedTopics.join() !== this.#subscription.topics.join())
      this.#requestJoin('the subscription has changed')
    return !this.#needsJoin
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
    const { name } = errorOf(errorCode)
    if (name === 'REBALANCE_IN_PROGRESS') this.#requestJoin('the group rebalanced while it synced')
    else if (name === 'UNKNOWN_MEMBER_ID' || name === 'ILLEGAL_GENERATION')
      this.#forgetGeneration(name === 'UNKNOWN_MEMBER_ID', name)
    else {
      this.#needsJoin = true
      throw this.#link.error(errorCode)
    }
    return false
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
    this.#owned = assigned
    this.#remembered = { partitions: assigned, generation }
    await this.#hooks.onAssigned(added)
  }

  /** In a rhythm of its own, on a connection of its own, whatever else goes on. */
  async #heartbeats(): Promise<void> {
    const { heartbeatIntervalMs, retryBackoffMs } = this.#options
    while (!this.#isStopped) {
      const waitMs = this.#beatsAtMs - Date.now()
      if (this.#identityToBeat() === undefined || waitMs > 0) {
        await this.#pauseBeats(waitMs > 0 ? waitMs : heartbeatIntervalMs)
        continue
      }
      this.#beatsAtMs = Date.now() + heartbeatIntervalMs
      if (this.#isStuck()) await this.#leaveStuck()
      else if (!(await this.#beat()))
        this.#beatsAtMs = Date.now() + Math.min(heartbeatIntervalMs, retryBackoffMs)
    }
  }

  #identityToBeat(): MemberIdentity | undefined {
    return this.#isJoining ? undefined : this.identity
  }

  async #pauseBeats(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wakeBeats = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wakeBeats = undefined
  }

  /** False: the coordinator was not reached. */
  async #beat(): Promise<boolean> {
    const identity = this.identity!
    let errorCode: number
    try {
      ;({ errorCode } = await requests.heartbeat(this.#link, this.#options, identity))
    } catch (error) {
      if (!isPassing(error)) throw error
      return false
    }
    if (errorCode === 0 || this.#isStopped) return true
    // The answer is about who we were when we asked.
    if (identity.generation !== this.#generation || this.#isJoining) return true
    const { name } = errorOf(errorCode)
    if (name === 'REBALANCE_IN_PROGRESS') this.#requestJoin('the group rebalances')
    else if (name === 'UNKNOWN_MEMBER_ID' || name === 'ILLEGAL_GENERATION')
      this.#forgetGeneration(name === 'UNKNOWN_MEMBER_ID', name)
    else throw this.#link.error(errorCode)
    return true
  }

  #isStuck(): boolean {
    const sinceMs = this.#hooks.busySinceMs()
    return sinceMs !== undefined && Date.now() - sinceMs > this.#options.maxPollIntervalMs
  }

  /** Alive but not moving: others should have the partitions. */
  async #leaveStuck(): Promise<void> {
    this.#hooks.note(
      `group "${this.#options.groupId}": nothing could be written for ${this.#options.maxPollIntervalMs} ms (max.poll.interval.ms), so this member leaves until it can`,
    )
    const self = this.#self
    this.#forgetGeneration(this.#options.instanceId === null, 'max.poll.interval.ms was over')
    if (self.instanceId !== null) return
    await requests.leave(this.#link, self, 'max.poll.interval.ms was over', this.#options.requestTimeoutMs)
  }

  /** New topics for a pattern, and new partitions, which only the leader looks after. */
  async #watchTopics(): Promise<void> {
    const { signal } = this.#stopping
    while (!this.#isStopped) {
      await sleep(Math.max(this.#options.metadataMaxAgeMs, 100), signal)
      try {
        const hasChanged = await this.#subscription.refresh()
        if (hasChanged) this.#requestJoin('the subscription has changed')
        else if (await this.#isOutdated()) this.#requestJoin('partitions of the topics have changed')
      } catch (error) {
        if (!isPassing(error)) throw error
      }
    }
  }

  async #isOutdated(): Promise<boolean> {
    const before = this.#sharedOut
    if (before === undefined) return false
    const { cluster } = this.#link
    await cluster.metadata.refresh(before.topics)
    const now = basisOf(cluster, this.#subscription, before.topics, this.#options.rackId)
    return before === this.#sharedOut && now !== before.basedOn
  }

  async #unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
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

  #backOff(attempt: number): Promise<void> {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options
    return this.#link.backOff(attempt, retryBackoffMs, retryBackoffMaxMs, this.#stopping.signal)
  }
}
