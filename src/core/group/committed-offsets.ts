/** What a group has committed: OffsetCommit (8) and OffsetFetch (9). */
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { ApiError } from '../errors.ts'
import { apiError, missingRight } from '../protocol/errors.ts'
import { OffsetCommit, type OffsetCommitResponse } from '../protocol/generated/apis/OffsetCommit.ts'
import { OffsetFetch, type OffsetFetchResponse } from '../protocol/generated/apis/OffsetFetch.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { MemberIdentity } from './membership.ts'
import { nameOf, toTopics } from './topic-partitions.ts'

export interface OffsetAndMetadata extends TopicPartition {
  /** The next one to read. */
  offset: number
  /** -1: not known. */
  leaderEpoch: number
  metadata: string | null
}

/** From this version on topics have ids instead of names, so that no offset of a deleted topic is taken for the new one's. */
export const LAST_WITH_NAMES = 9
/** From this version on one request asks for several groups. */
export const BATCHED_VERSION = 8

/** By name (UNKNOWN_TOPIC_OR_PARTITION) and by id (UNKNOWN_TOPIC_ID). */
const UNKNOWN_TOPIC = new Set([3, 100])
const UNKNOWN_TOPIC_ID = 100

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
  const topics = toTopics(offsets).map(({ topic, partitions }) => ({
    name: topic,
    topicId: idOf(cluster, topic),
    partitions: partitions.map((partition) => asCommitted(byName.get(nameOf({ topic, partition }))!)),
  }))
  const names = namesOf(topics)
  const request = {
    groupId,
    generationIdOrMemberEpoch: identity?.generation ?? -1,
    memberId: identity?.memberId ?? '',
    groupInstanceId: identity?.instanceId ?? null,
    topics,
  }
  const response = await cluster.call(
    OffsetCommit,
    request,
    { coordinator: 'group', key: groupId },
    {
      ...options,
      maxVersion: hasIds(cluster, offsets) ? undefined : LAST_WITH_NAMES,
      errorsOf: (answer) => codesOf(answer).filter((code) => !UNKNOWN_TOPIC.has(code)),
    },
  )
  const code = codesOf(response).find((one) => one !== 0 && !UNKNOWN_TOPIC.has(one))
  if (code !== undefined) throw apiError(code, `commit of group "${groupId}"`, rightToCommit(code))
  return response.topics.flatMap(({ name, topicId, partitions }) =>
    partitions
      .filter(({ errorCode }) => errorCode !== 0)
      .map(({ partitionIndex }) => ({ topic: names.get(topicId) ?? name, partition: partitionIndex })),
  )
}

function rightToCommit(code: number): string | undefined {
  return missingRight(code, 'READ', 'group') ?? missingRight(code, 'READ', 'topic')
}

export interface FetchCommittedOptions extends CommitOptions {
  /** Waits for transactions that are about to commit offsets (KIP-447). Default: true. */
  requiresStable?: boolean
  /** Not newer than this version. */
  maxVersion?: number
}

/** What the group has committed for `partitions` (null: for all); those without an offset are missing. Throws ApiError. */
export async function fetchCommitted(
  cluster: Cluster,
  groupId: string,
  partitions: readonly TopicPartition[] | null,
  identity?: MemberIdentity,
  { requiresStable = true, maxVersion = LAST_WITH_NAMES + 1, ...options }: FetchCommittedOptions = {},
): Promise<OffsetAndMetadata[]> {
  const topics =
    partitions === null
      ? null
      : toTopics(partitions).map(({ topic, partitions: numbers }) => ({
          name: topic,
          topicId: idOf(cluster, topic),
          partitionIndexes: numbers,
        }))
  const names = namesOf(topics ?? [])
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
    {
      ...options,
      maxVersion: partitions !== null && hasIds(cluster, partitions) ? maxVersion : LAST_WITH_NAMES,
      errorsOf: (answer) => fetchCodes(answer).filter((code) => !UNKNOWN_TOPIC.has(code)),
    },
  )
  if (fetchCodes(response).includes(UNKNOWN_TOPIC_ID)) {
    // The topic was made anew, or the coordinator has not heard of it yet: names say which.
    const byName = { ...options, requiresStable, maxVersion: LAST_WITH_NAMES }
    return fetchCommitted(cluster, groupId, partitions, identity, byName)
  }
  const found = response.groups[0] ?? response
  if (found.errorCode !== 0) throw apiError(found.errorCode, `offsets of group "${groupId}"`)
  return found.topics.flatMap(({ name, partitions: answers, ...topic }) => {
    const known = 'topicId' in topic ? names.get(topic.topicId) : undefined
    return answers.flatMap((one) => asOffset(groupId, known ?? name, one))
  })
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
  if (UNKNOWN_TOPIC.has(errorCode)) return []
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
  return [errorCode, ...codes].filter((code) => code !== 0)
}

function idOf(cluster: Cluster, topic: string): string {
  return cluster.metadata.topics.get(topic)?.topicId ?? ZERO_UUID
}

function hasIds(cluster: Cluster, partitions: readonly TopicPartition[]): boolean {
  return partitions.every(({ topic }) => idOf(cluster, topic) !== ZERO_UUID)
}

/** By id, as they were asked about; an answer to an older version has no ids. */
function namesOf(topics: readonly { name: string; topicId: string }[]): Map<string, string> {
  return new Map(topics.filter(({ topicId }) => topicId !== ZERO_UUID).map((one) => [one.topicId, one.name]))
}
