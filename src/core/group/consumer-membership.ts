/**
 * Membership by the protocol of KIP-848: one heartbeat carries what the member has, the answer what it shall
 * have; the coordinator shares out. A partition is given up, then the next heartbeat says so, and only then
 * the coordinator gives it to another (org.apache.kafka.clients.consumer.internals.ConsumerMembershipManager).
 */
import { randomUUID } from 'node:crypto'
import { sleep } from '../cluster/backoff.ts'
import { isPassing } from '../cluster/failure.ts'
import { UnsupportedVersionError } from '../cluster/versions.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { KtError } from '../errors.ts'
import { errorOf } from '../protocol/errors.ts'
import {
  ConsumerGroupHeartbeat,
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
} from '../protocol/generated/apis/ConsumerGroupHeartbeat.ts'
import type { CoordinatorLink } from './coordinator-link.ts'
import type { LeaveOperation, MemberIdentity, Membership, MembershipHooks } from './membership.ts'
import type { GroupOptions } from './options.ts'
import type { Subscription } from './subscription.ts'
import { difference, toTopics } from './topic-partitions.ts'

/** Member epochs that mean something of their own. */
const JOINING = 0
const LEAVING = -1
/** A static member that will come back. */
const LEAVING_FOR_NOW = -2

/** Until the coordinator has said how often it wants to hear from us. */
const FIRST_HEARTBEAT_INTERVAL_MS = 1000
const UNRESOLVED_RETRY_MS = 100

type WireAssignment = { topicId: string; partitions: number[] }[]

export class ConsumerMembership implements Membership {
  readonly #link: CoordinatorLink
  readonly #options: GroupOptions
  readonly #subscription: Subscription
  readonly #hooks: MembershipHooks
  readonly #stopping = new AbortController()
  /** Chosen here and kept over every rejoin (KIP-1082). */
  readonly #memberId = randomUUID()
  #epoch = JOINING
  #isMember = false
  #owned: TopicPartition[] = []
  #topicIds = new Map<string, string>()
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
  #failure: Error | undefined
  #beatsAtMs = 0
  #intervalMs = FIRST_HEARTBEAT_INTERVAL_MS
  #wakeBeats: (() => void) | undefined
  #wakeWork: (() => void) | undefined

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
  }

  get identity(): MemberIdentity | undefined {
    if (!this.#isMember) return undefined
    return { memberId: this.#memberId, generation: this.#epoch, instanceId: this.#options.instanceId }
  }

  get assigned(): readonly TopicPartition[] {
    return this.#owned
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  async run(): Promise<void> {
    await this.#guarded(async () => void (await this.#subscription.refresh()))
    void this.#guarded(() => this.#heartbeats())
    void this.#guarded(() => this.#watchTopics())
    await this.#guarded(() => this.#reconciles())
    if (this.#failure !== undefined) throw this.#failure
  }

  stop(): void {
    this.#stopping.abort()
    this.#wakeBeats?.()
    this.#wakeWork?.()
  }

  async leave(operation: LeaveOperation, timeoutMs: number): Promise<void> {
    if (!this.#isMember || (operation === 'remain' && this.#options.instanceId === null)) return
    this.#isMember = false
    await this.#sendLeave(operation, timeoutMs)
  }

  /** What goes wrong changes nothing: the session ends by itself. */
  async #sendLeave(operation: LeaveOperation, timeoutMs: number): Promise<void> {
    const isStatic = this.#options.instanceId !== null
    const memberEpoch = isStatic && operation !== 'leave' ? LEAVING_FOR_NOW : LEAVING
    await this.#send({ ...this.#self, memberEpoch }, 'coordinator', timeoutMs).catch(() => {})
  }

  async #guarded(loop: () => Promise<void>): Promise<void> {
    try {
      await loop()
    } catch (error) {
      if (this.#isStopped) return
      this.#failure = explained(error)
      this.stop()
    }
  }

  async #heartbeats(): Promise<void> {
    while (!this.#isStopped) {
      const waitMs = this.#beatsAtMs - Date.now()
      if (waitMs > 0 && !this.#hasNews) {
        await this.#pauseBeats(waitMs)
        continue
      }
      if (this.#leftStuck()) continue
      this.#beatsAtMs = Date.now() + this.#intervalMs
      try {
        await this.#beat()
        this.#attempts = 0
      } catch (error) {
        if (this.#isStopped) return
        if (!isPassing(error)) throw error
        this.#saysAll = true
        if (++this.#attempts === 5) this.#hooks.note(`${error.message}; trying on`)
        const { retryBackoffMs, retryBackoffMaxMs } = this.#options
        await this.#link.backOff(this.#attempts, retryBackoffMs, retryBackoffMaxMs, this.#stopping.signal)
        this.#beatsAtMs = 0
      }
    }
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

  get #self(): Pick<ConsumerGroupHeartbeatRequest, 'groupId' | 'memberId' | 'instanceId'> {
    const { groupId, instanceId } = this.#options
    return { groupId, memberId: this.#memberId, instanceId }
  }

  async #beat(): Promise<void> {
    const epoch = this.#epoch
    const saysAll = this.#saysAll || epoch === JOINING
    this.#hasNews = false
    this.#saysAll = false
    const { requestTimeoutMs } = this.#options
    const request = { ...this.#self, memberEpoch: epoch, ...(saysAll ? this.#everything() : this.#news()) }
    const answer = await this.#send(request, 'heartbeat', requestTimeoutMs)
    // What was asked before the member was fenced or left says nothing about now.
    if (this.#isStopped || epoch !== this.#epoch) return
    if (answer.errorCode !== 0) return this.#refused(answer)
    this.#epoch = answer.memberEpoch
    this.#isMember = true
    this.#intervalMs = answer.heartbeatIntervalMs
    this.#beatsAtMs = Math.min(this.#beatsAtMs, Date.now() + this.#intervalMs)
    if (answer.assignment !== null) {
      this.#target = answer.assignment.topicPartitions
      this.#wakeWork?.()
    }
  }

  #everything(): Partial<ConsumerGroupHeartbeatRequest> {
    const { rackId, maxPollIntervalMs, remoteAssignor } = this.#options
    return {
      rackId,
      rebalanceTimeoutMs: maxPollIntervalMs,
      subscribedTopicNames: this.#subscription.topics,
      serverAssignor: remoteAssignor,
      topicPartitions: this.#ownedOnWire(),
    }
  }

  // Telling again what is known costs the coordinator nothing but bytes, and cannot be lost.
  #news(): Partial<ConsumerGroupHeartbeatRequest> {
    return { topicPartitions: this.#ownedOnWire() }
  }

  #ownedOnWire(): WireAssignment {
    return toTopics(this.#owned).flatMap(({ topic, partitions }) => {
      const topicId = this.#topicIds.get(topic)
      return topicId === undefined ? [] : [{ topicId, partitions }]
    })
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
    this.#isMember = false
    this.#target = undefined
    this.#lost.push(...this.#owned)
    this.#owned = []
    this.#beatsAtMs = 0
    this.#wakeWork?.()
  }

  /** True while the member is out because nothing could be written for too long. */
  #leftStuck(): boolean {
    const sinceMs = this.#hooks.busySinceMs()
    const isStuck = sinceMs !== undefined && Date.now() - sinceMs > this.#options.maxPollIntervalMs
    if (isStuck && !this.#isStuck && this.#isMember) {
      this.#hooks.note(
        `group "${this.#options.groupId}": nothing could be written for ${this.#options.maxPollIntervalMs} ms (max.poll.interval.ms), so this member leaves until it can`,
      )
      void this.#sendLeave('default', this.#options.requestTimeoutMs)
      this.#startOver()
    }
    this.#isStuck = isStuck
    if (isStuck) this.#beatsAtMs = Date.now() + UNRESOLVED_RETRY_MS
    return isStuck
  }

  /** Brings what we have to what we shall have; heartbeats go on meanwhile. */
  async #reconciles(): Promise<void> {
    while (!this.#isStopped) {
      if (this.#lost.length > 0) await this.#hooks.onLost(this.#lost.splice(0))
      else if (this.#target !== undefined) await this.#reconcile(this.#target)
      else await new Promise<void>((resolve) => (this.#wakeWork = resolve))
    }
  }

  async #reconcile(target: WireAssignment): Promise<void> {
    const lives = this.#lives
    const resolved = await this.#resolve(target)
    if (this.#target !== target) return
    if (resolved === undefined) return void (await this.#pause(UNRESOLVED_RETRY_MS))
    this.#target = undefined
    const given = difference(this.#owned, resolved)
    if (given.length > 0) {
      await this.#hooks.onRevoked(given)
      this.#owned = difference(this.#owned, given)
    }
    // Fenced in the meantime: what was promised is not ours any more.
    if (lives !== this.#lives || this.#isStopped) return
    const added = difference(resolved, this.#owned)
    this.#owned = resolved
    // Acknowledged before it is read, so that others need not wait for our look-ups.
    this.#hasNews = true
    this.#wakeBeats?.()
    await this.#hooks.onAssigned(added)
  }

  /** Topic ids → names; undefined while the cluster does not name all of them. */
  async #resolve(target: WireAssignment): Promise<TopicPartition[] | undefined> {
    const { metadata } = this.#link.cluster
    const unknown = target.filter(({ topicId }) => metadata.topicById(topicId) === undefined)
    try {
      if (unknown.length > 0) await metadata.refresh(unknown.map(({ topicId }) => ({ topicId })))
      // An id alone names a topic only to those who know it already.
      if (unknown.some(({ topicId }) => metadata.topicById(topicId) === undefined))
        await metadata.refresh(this.#subscription.topics)
    } catch (error) {
      if (!isPassing(error)) throw error
    }
    const partitions: TopicPartition[] = []
    for (const { topicId, partitions: numbers } of target) {
      const topic = metadata.topicById(topicId)?.name
      if (topic === undefined) return undefined
      this.#topicIds.set(topic, topicId)
      partitions.push(...numbers.map((partition) => ({ topic, partition })))
    }
    return partitions
  }

  async #watchTopics(): Promise<void> {
    while (!this.#isStopped) {
      await this.#pause(Math.max(this.#options.metadataMaxAgeMs, 100))
      try {
        if (!(await this.#subscription.refresh())) continue
        this.#saysAll = true
        this.#hasNews = true
        this.#wakeBeats?.()
      } catch (error) {
        if (!isPassing(error)) throw error
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, this.#stopping.signal).catch(() => {})
  }

  #send(
    request: Partial<ConsumerGroupHeartbeatRequest>,
    purpose: 'heartbeat' | 'coordinator',
    timeoutMs: number,
  ): Promise<ConsumerGroupHeartbeatResponse> {
    const { groupId = this.#options.groupId, memberId = this.#memberId, memberEpoch = this.#epoch } = request
    const whole = { ...request, groupId, memberId, memberEpoch }
    return this.#link.send(ConsumerGroupHeartbeat, whole, { purpose, timeoutMs })
  }
}

function explained(error: unknown): Error {
  const isTooOld =
    error instanceof UnsupportedVersionError ||
    (error as { codeName?: string }).codeName === 'UNSUPPORTED_VERSION'
  if (!isTooOld) return error as Error
  return new KtError('the brokers do not know group.protocol=consumer (KIP-848)', {
    hint: 'it needs Kafka 4.0, or group.coordinator.rebalance.protocols=classic,consumer before; or leave group.protocol=classic',
    cause: error,
  })
}
