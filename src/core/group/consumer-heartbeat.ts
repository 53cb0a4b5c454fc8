/** What the protocol of KIP-848 says in a ConsumerGroupHeartbeat (68), and with which words it is refused. */
import { UnsupportedVersionError } from '../cluster/versions.ts'
import { KtError } from '../errors.ts'
import {
  ConsumerGroupHeartbeat,
  type ConsumerGroupHeartbeatRequest,
  type ConsumerGroupHeartbeatResponse,
} from '../protocol/generated/apis/ConsumerGroupHeartbeat.ts'
import type { CoordinatorLink } from './coordinator-link.ts'
import type { LeaveOperation } from './membership.ts'
import type { GroupOptions } from './options.ts'
import type { WireAssignment } from './topic-ids.ts'

/** The member epoch of one that joins. */
export const JOINING = 0
const LEAVING = -1
/** A static member that will come back. */
const LEAVING_FOR_NOW = -2

export interface Heartbeat {
  memberEpoch: number
  /** What the member has. Telling again what is known costs the coordinator nothing but bytes, and cannot be lost. */
  owned: WireAssignment
  /** Everything again, where the coordinator may have missed it; undefined: it knows. */
  subscribed: readonly string[] | undefined
}

export class ConsumerRequests {
  readonly #link: CoordinatorLink
  readonly #options: GroupOptions
  readonly #memberId: string

  constructor(link: CoordinatorLink, options: GroupOptions, memberId: string) {
    this.#link = link
    this.#options = options
    this.#memberId = memberId
  }

  heartbeat({ memberEpoch, owned, subscribed }: Heartbeat): Promise<ConsumerGroupHeartbeatResponse> {
    const { rackId, maxPollIntervalMs, remoteAssignor, requestTimeoutMs } = this.#options
    const everything = subscribed && {
      rackId,
      rebalanceTimeoutMs: maxPollIntervalMs,
      subscribedTopicNames: [...subscribed],
      serverAssignor: remoteAssignor,
    }
    const request = { ...this.#self, memberEpoch, ...everything, topicPartitions: owned }
    return this.#link.send(ConsumerGroupHeartbeat, request, {
      purpose: 'heartbeat',
      timeoutMs: requestTimeoutMs,
    })
  }

  /** What goes wrong changes nothing: the session ends by itself. */
  async leave(operation: LeaveOperation, timeoutMs: number): Promise<void> {
    const isStatic = this.#options.instanceId !== null
    const memberEpoch = isStatic && operation !== 'leave' ? LEAVING_FOR_NOW : LEAVING
    const request = { ...this.#self, memberEpoch }
    // Behind the last heartbeat: overtaken by this, one that joins would make a member that nobody is.
    await this.#link
      .send(ConsumerGroupHeartbeat, request, { purpose: 'heartbeat', timeoutMs })
      .catch(() => {})
  }

  get #self(): Pick<ConsumerGroupHeartbeatRequest, 'groupId' | 'memberId' | 'instanceId'> {
    const { groupId, instanceId } = this.#options
    return { groupId, memberId: this.#memberId, instanceId }
  }
}

/** An error, with a hint where the brokers are too old. */
export function explained(error: unknown): Error {
  const isTooOld =
    error instanceof UnsupportedVersionError ||
    (error as { codeName?: string }).codeName === 'UNSUPPORTED_VERSION'
  if (!isTooOld) return error as Error
  return new KtError('the brokers do not know group.protocol=consumer (KIP-848)', {
    hint: 'it needs Kafka 4.0, or group.coordinator.rebalance.protocols=classic,consumer before; or leave group.protocol=classic',
    cause: error,
  })
}
