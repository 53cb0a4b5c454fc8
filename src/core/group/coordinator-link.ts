/** One request to a group's coordinator, once: whoever belongs to a group decides for itself what an error means. */
import { backoffMs, sleep } from '../cluster/backoff.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Purpose } from '../cluster/connections.ts'
import { isWorthRetrying } from '../cluster/failure.ts'
import { ApiError } from '../errors.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import type { Api, Input } from '../protocol/schema.ts'

/** A JoinGroup is answered when all have joined, and commits must not wait behind it, nor heartbeats behind commits. */
export type LinkPurpose = Extract<Purpose, 'join' | 'heartbeat' | 'coordinator'>

export interface SendOptions {
  purpose: LinkPurpose
  timeoutMs: number
}

const MOVED = new Set([14, 15, 16])

export class CoordinatorLink {
  readonly cluster: Cluster
  readonly groupId: string

  constructor(cluster: Cluster, groupId: string) {
    this.cluster = cluster
    this.groupId = groupId
  }

  /** Throws what the connection threw; a code that says "not here" is thrown as ApiError, other codes are in the answer. */
  async send<Req, Res extends { errorCode: number }>(
    api: Api<Req, Res>,
    request: Input<Req>,
    { purpose, timeoutMs }: SendOptions,
  ): Promise<Res> {
    try {
      const node = await this.cluster.coordinator('group', this.groupId)
      const channel = await this.cluster.channel(node, purpose)
      const response = await channel.send(api, channel.version(api), request, { timeoutMs })
      if (MOVED.has(response.errorCode)) throw this.error(response.errorCode)
      return response
    } catch (error) {
      if (error instanceof ApiError ? MOVED.has(error.code) : isWorthRetrying(error))
        this.cluster.forgetCoordinator('group', this.groupId)
      throw error
    }
  }

  error(code: number, reason?: string | null): ApiError {
    return apiError(code, `group "${this.groupId}"`, HINTS[errorOf(code).name], reason)
  }

  /** Ends early, without an error, when `signal` aborts. */
  async backOff(attempt: number, baseMs: number, maxMs: number, signal: AbortSignal): Promise<void> {
    await sleep(backoffMs(Math.max(attempt, 1), baseMs, maxMs), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

const HINTS: Record<string, string | undefined> = {
  INCONSISTENT_GROUP_PROTOCOL:
    'its members share no assignor with this one, or are no consumers: set partition.assignment.strategy as theirs, or use another group',
  FENCED_INSTANCE_ID:
    'another member has joined with this group.instance.id: give each running member its own',
  UNRELEASED_INSTANCE_ID:
    'another member uses this group.instance.id: give each running member its own, or wait until its session has ended',
  INVALID_SESSION_TIMEOUT:
    'the broker allows session.timeout.ms from group.min.session.timeout.ms to group.max.session.timeout.ms',
  GROUP_AUTHORIZATION_FAILED: 'the user needs READ on the group',
  TOPIC_AUTHORIZATION_FAILED: 'the user needs READ on the topics',
  GROUP_MAX_SIZE_REACHED: 'the broker allows group.max.size (or group.consumer.max.size) members',
  UNSUPPORTED_ASSIGNOR:
    'leave group.remote.assignor out, or name one of group.consumer.assignors of the broker',
  GROUP_ID_NOT_FOUND: 'there is a group of another type with this id: use another group id',
  INVALID_GROUP_ID: 'use another group id',
}
