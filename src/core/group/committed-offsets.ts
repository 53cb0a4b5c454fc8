/** What a group has committed: OffsetCommit (8) and OffsetFetch (9). */
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { ApiError } from '../errors.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { OffsetCommit, type OffsetCommitResponse } from '../protocol/generated/apis/OffsetCommit.ts'
import { OffsetFetch, type OffsetFetchResponse } from '../protocol/generated/apis/OffsetFetch.ts'
import type { MemberIdentity } from './membership.ts'
import { nameOf, toTopics } from './topic-partitions.ts'

export interface OffsetAndMetadata extends TopicPartition {
  /** The next one to read. */
  offset: number
  /** -1: not known. */
  leaderEpoch: number
  metadata: string | null
}

/** From this version on topics have ids instead of names; names are what a group is about. */
export const LAST_WITH_NAMES = 9
/** From this version on one request asks for several groups. */
export const BATCHED_VERSION = 8

const UNKNOWN_TOPIC_OR_PARTITION = 3

export interface CommitOptions {
  /** All tries together; default: default.api.timeout.ms. */
  timeoutMs?: number
}

/**
 * Commits as a member, or, without `identity`, from outside (only an empty group accepts that). Throws
 * ApiError with the first code that is not for trying again; partitions whose topic is gone are given back.
 */
export async function commitOffsets(
  cluster: Cluster,
  groupId: string,
  offsets: readonly OffsetAndMetadata[],
  identity?: MemberIdentity,
  options: CommitOptions = {},
): Promise<TopicPartition[]> {
  const byName = new Map(offsets.map((one) => [nameOf(one), one]))
  const request = {
    groupId,
    generationIdOrMemberEpoch: identity?.generation ?? -1,
    memberId: identity?.memberId ?? '',
    groupInstanceId: identity?.instanceId ?? null,
    topics: toTopics(offsets).map(({ topic, partitions }) => ({
      name: topic,
      partitions: partitions.map((partition) => asCommitted(byName.get(nameOf({ topic, partition }))!)),
    })),
  }
  const response = await cluster.call(
    OffsetCommit,
    request,
    { coordinator: 'group', key: groupId },
    {
      ...options,
      maxVersion: LAST_WITH_NAMES,
      errorsOf: (answer) => codesOf(answer).filter((code) => code !== UNKNOWN_TOPIC_OR_PARTITION),
    },
  )
  const code = codesOf(response).find((one) => one !== 0 && one !== UNKNOWN_TOPIC_OR_PARTITION)
  if (code !== undefined) throw apiError(code, `commit of group "${groupId}"`)
  return response.topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode }) => errorCode !== 0)
      .map(({ partitionIndex }) => ({ topic: name, partition: partitionIndex })),
  )
}

export interface FetchCommittedOptions extends CommitOptions {
  /** Waits for transactions that are about to commit offsets (KIP-447). Default: true. */
  requiresStable?: boolean
}

/** What the group has committed for `partitions` (null: for all); those without an offset are missing. Throws ApiError. */
export async function fetchCommitted(
  cluster: Cluster,
  groupId: string,
  partitions: readonly TopicPartition[] | null,
  identity?: MemberIdentity,
  { requiresStable = true, ...options }: FetchCommittedOptions = {},
): Promise<OffsetAndMetadata[]> {
  const topics =
    partitions === null
      ? null
      : toTopics(partitions).map(({ topic, partitions: numbers }) => ({
          name: topic,
          partitionIndexes: numbers,
        }))
  const group = {
    groupId,
    memberId: identity?.memberId ?? null,
    memberEpoch: identity?.generation ?? -1,
    topics,
  }
  const response = await cluster.call(
    OffsetFetch,
    (version) =>
      version >= BATCHED_VERSION
        ? { groups: [group], requireStable: requiresStable }
        : { groupId, topics, requireStable: version >= 7 && requiresStable },
    { coordinator: 'group', key: groupId },
    { ...options, maxVersion: LAST_WITH_NAMES, errorsOf: (answer) => fetchCodes(answer) },
  )
  const found = response.groups[0] ?? response
  if (found.errorCode !== 0) throw apiError(found.errorCode, `offsets of group "${groupId}"`)
  return found.topics.flatMap(({ name, partitions: answers }) =>
    answers.flatMap((one) => asOffset(groupId, name, one)),
  )
}

/** Whether a commit was refused because the group has moved on, or goes on without us. */
export function isFenced(error: unknown): error is ApiError {
  return error instanceof ApiError && FENCED.has(error.codeName)
}

const FENCED = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'STALE_MEMBER_EPOCH',
  'FENCED_MEMBER_EPOCH',
])

interface CommittedPartition {
  partitionIndex: number
  committedOffset: bigint
  committedLeaderEpoch: number
  metadata: string | null
  errorCode: number
}

/** Nothing where the group has committed none, or the topic is gone. Throws ApiError. */
export function asOffset(groupId: string, topic: string, answer: CommittedPartition): OffsetAndMetadata[] {
  const { partitionIndex: partition, committedOffset, committedLeaderEpoch, metadata, errorCode } = answer
  if (errorCode === UNKNOWN_TOPIC_OR_PARTITION) return []
  if (errorCode !== 0) throw apiError(errorCode, `offset of group "${groupId}" for ${topic}-${partition}`)
  if (committedOffset < 0n) return []
  return [{ topic, partition, offset: Number(committedOffset), leaderEpoch: committedLeaderEpoch, metadata }]
}

function asCommitted({ partition, offset, leaderEpoch, metadata }: OffsetAndMetadata) {
  return {
    partitionIndex: partition,
    committedOffset: BigInt(offset),
    committedLeaderEpoch: leaderEpoch,
    committedMetadata: metadata ?? '',
  }
}

function codesOf(response: OffsetCommitResponse): number[] {
  return response.topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
}

function fetchCodes(response: OffsetFetchResponse): number[] {
  const { errorCode, topics } = response.groups[0] ?? response
  const codes = topics.flatMap(({ partitions }) => partitions.map((one) => one.errorCode))
  return [errorCode, ...codes].filter(
    (code) => code !== 0 && errorOf(code).name !== 'UNKNOWN_TOPIC_OR_PARTITION',
  )
}
