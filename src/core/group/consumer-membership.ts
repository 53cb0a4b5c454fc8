/**
 * Membership by the protocol of KIP-848: one heartbeat carries what the member has, the answer what it shall
 * have; the coordinator shares out. A partition is given up, then the next heartbeat says so, and only then
 * the coordinator gives it to another (org.apache.kafka.clients.consumer.internals.ConsumerMembershipManager).
 */
import { randomUUID } from 'node:crypto'
import { sleep } from '../cluster/backoff.ts'
import { isPassing } from '../cluster/failure.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { errorOf } from '../protocol/errors.ts'
import type { ConsumerGroupHeartbeatResponse } from '../protocol/generated/apis/ConsumerGroupHeartbeat.ts'
import { ConsumerRequests, explained, JOINING } from './consumer-heartbeat.ts'
import type { CoordinatorLink } from './coordinator-link.ts'
import { isStuck, MemberTasks, stuckNote } from './member-tasks.ts'
import type { LeaveOperation, MemberIdentity, Membership, MembershipHooks } from './membership.ts'
import type { GroupOptions } from './options.ts'
import type { Subscription } from './subscription.ts'
import { TopicIds, type WireAssignment } from './topic-ids.ts'
import { difference } from './topic-partitions.ts'

/** Until the coordinator has said how often it wants to hear from us. */
const FIRST_HEARTBEAT_INTERVAL_MS = 1000
const UNRESOLVED_RETRY_MS = 100

export class ConsumerMembership implements Membership {
  readonly #link: CoordinatorLink
  readonly #options: GroupOptions
  readonly #subscription: Subscription
  readonly #hooks: MembershipHooks
  readonly #tasks = new MemberTasks()
  readonly #requests: ConsumerRequests
  readonly #topicIds: TopicIds
  /** Until the next heartbeat. */
  readonly #rest = this.#tasks.newPause()
  /** Until there is something to reconcile. */
  readonly #idle = this.#tasks.newPause()
  /** Chosen here and kept over every rejoin (KIP-1082). */
  readonly #memberId = randomUUID()
  #epoch = JOINING
  #isMember = false
  /** A heartbeat has left: the coordinator may count us in, whether we have heard so or not. */
  #mayBeMember = false
  #owned: TopicPartition[] = []
  /** What the coordinator last said we shall have. */
  #target: WireAssignment | undefined
  /** Says everything again, as the coordinator may have missed it. */
  #saysAll = true
  /** What we have has changed since the last heartbeat. */
  #hasNews = false
  /** How often we have started over. */
  #lives = 0
  #attempts = 0
  #isStuck = false
  #lost: TopicPartition[] = []
  #beatsAtMs = 0
  #intervalMs = FIRST_HEARTBEAT_INTERVAL_MS

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
    this.#requests = new ConsumerRequests(link, options, this.#memberId)
    this.#topicIds = new TopicIds(link.cluster)
  }

  get identity(): MemberIdentity | undefined {
    if (!this.#isMember) return undefined
    return { memberId: this.#memberId, generation: this.#epoch, instanceId: this.#options.instanceId }
  }

  get assigned(): readonly TopicPartition[] {
    return this.#owned
  }

  async run(): Promise<void> {
    await this.#run(async () => void (await this.#subscription.refresh()))
    void this.#run(() => this.#heartbeats())
    void this.#run(() =>
      this.#tasks.watchTopics(this.#subscription, this.#options, async (hasChanged) => {
        if (hasChanged) this.#tellNews(true)
      }),
    )
    await this.#run(() => this.#reconciles())
    this.#tasks.throwFailure()
  }

  stop(): void {
    this.#tasks.stop()
  }

  async leave(operation: LeaveOperation, timeoutMs: number): Promise<void> {
    if (!this.#mayBeMember || (operation === 'remain' && this.#options.instanceId === null)) return
    this.#isMember = this.#mayBeMember = false
    await this.#requests.leave(operation, timeoutMs)
  }

  #run(task: () => Promise<void>): Promise<void> {
    return this.#tasks.run(task, explained)
  }

  async #heartbeats(): Promise<void> {
    while (!this.#tasks.isStopped) {
      const waitMs = this.#beatsAtMs - Date.now()
      if (waitMs > 0 && !this.#hasNews) {
        await this.#rest.wait(waitMs)
        continue
      }
      if (this.#leftStuck()) continue
      this.#beatsAtMs = Date.now() + this.#intervalMs
      try {
        await this.#beat()
        this.#attempts = 0
      } catch (error) {
        if (this.#tasks.isStopped) return
        if (!isPassing(error)) throw error
        this.#saysAll = true
        if (++this.#attempts === 5) this.#hooks.note(`${error.message}; trying on`)
        const { retryBackoffMs, retryBackoffMaxMs } = this.#options
        await this.#link.backOff(this.#attempts, retryBackoffMs, retryBackoffMaxMs, this.#tasks.signal)
        this.#beatsAtMs = 0
      }
    }
  }

  async #beat(): Promise<void> {
    const epoch = this.#epoch
    const saysAll = this.#saysAll || epoch === JOINING
    this.#hasNews = false
    this.#saysAll = false
    this.#mayBeMember = true
    const answer = await this.#requests.heartbeat({
      memberEpoch: epoch,
      owned: this.#topicIds.onWire(this.#owned),
      subscribed: saysAll ? this.#subscription.topics : undefined,
    })
    // What was asked before the member was fenced or left says nothing about now.
    if (this.#tasks.isStopped || epoch !== this.#epoch) return
    if (answer.errorCode !== 0) return this.#refused(answer)
    this.#epoch = answer.memberEpoch
    this.#isMember = true
    this.#intervalMs = answer.heartbeatIntervalMs
    this.#beatsAtMs = Math.min(this.#beatsAtMs, Date.now() + this.#intervalMs)
    if (answer.assignment !== null) {
      this.#target = answer.assignment.topicPartitions
      this.#idle.wake()
    }
  }

  #refused({ errorCode, errorMessage }: ConsumerGroupHeartbeatResponse): void {
    const { name } = errorOf(errorCode)
    const isFenced = name === 'FENCED_MEMBER_EPOCH' || name === 'UNKNOWN_MEMBER_ID'
    if (!isFenced) throw this.#link.error(errorCode, errorMessage)
    this.#startOver()
  }

  /** Others may have our partitions by now; what we held is handed back before the new assignment is taken. */
  #startOver(): void {
    this.#lives++
    this.#epoch = JOINING
    this.#isMember = this.#mayBeMember = false
    this.#target = undefined
    this.#lost.push(...this.#owned)
    this.#owned = []
    this.#beatsAtMs = 0
    this.#idle.wake()
  }

  /** True while the member is out because nothing could be written for too long. */
  #leftStuck(): boolean {
    const isStuckNow = isStuck(this.#hooks, this.#options)
    if (isStuckNow && !this.#isStuck && this.#isMember) {
      this.#hooks.note(stuckNote(this.#options))
      void this.#requests.leave('default', this.#options.requestTimeoutMs)
      this.#startOver()
    }
    this.#isStuck = isStuckNow
    if (isStuckNow) {
      // Who is out says everything when it comes back.
      this.#hasNews = false
      this.#beatsAtMs = Date.now() + UNRESOLVED_RETRY_MS
    }
    return isStuckNow
  }

  /** Brings what we have to what we shall have; heartbeats go on meanwhile. */
  async #reconciles(): Promise<void> {
    while (!this.#tasks.isStopped) {
      if (this.#lost.length > 0) await this.#hooks.onLost(this.#lost.splice(0))
      else if (this.#target !== undefined) await this.#reconcile(this.#target)
      else await this.#idle.wait()
    }
  }

  async #reconcile(target: WireAssignment): Promise<void> {
    const lives = this.#lives
    const resolved = await this.#topicIds.resolve(target, this.#subscription.topics)
    if (this.#target !== target) return
    if (resolved === undefined) return sleep(UNRESOLVED_RETRY_MS, this.#tasks.signal)
    this.#target = undefined
    const given = difference(this.#owned, resolved)
    if (given.length > 0) {
      await this.#hooks.onRevoked(given)
      this.#owned = difference(this.#owned, given)
    }
    // Fenced in the meantime: what was promised is not ours any more.
    if (lives !== this.#lives || this.#tasks.isStopped) return
    const added = difference(resolved, this.#owned)
    this.#owned = resolved
    // Acknowledged before it is read, so that others need not wait for our look-ups.
    this.#tellNews(false)
    await this.#hooks.onAssigned(added)
  }

  #tellNews(saysAll: boolean): void {
    if (saysAll) this.#saysAll = true
    this.#hasNews = true
    this.#rest.wake()
  }
}
