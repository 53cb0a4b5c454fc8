/** Changes where groups go on: commits from outside, offsets taken away, members sent away. */
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { type ApiError, KtError } from '../errors.ts'
import { commitOffsets } from '../group/committed-offsets.ts'
import { nameOf, toTopics } from '../group/topic-partitions.ts'
import { apiError } from '../protocol/errors.ts'
import { AlterShareGroupOffsets } from '../protocol/generated/apis/AlterShareGroupOffsets.ts'
import { DeleteShareGroupOffsets } from '../protocol/generated/apis/DeleteShareGroupOffsets.ts'
import { LeaveGroup } from '../protocol/generated/apis/LeaveGroup.ts'
import { OffsetDelete } from '../protocol/generated/apis/OffsetDelete.ts'
import { groupError } from './ask-coordinators.ts'
import type { GroupType } from './groups.ts'
import type { PlannedOffset } from './reset-offsets.ts'

/** OffsetCommit (8), of a share group AlterShareGroupOffsets (91). Throws ApiError, and KtError for partitions that are gone. */
export async function alter(
  cluster: Cluster,
  groupId: string,
  type: GroupType,
  offsets: readonly PlannedOffset[],
): Promise<void> {
  if (offsets.length === 0) return
  if (type === 'Share') return alterShare(cluster, groupId, offsets)
  const gone = await commitOffsets(
    cluster,
    groupId,
    offsets.map((one) => ({ ...one, leaderEpoch: -1, metadata: '' })),
  )
  if (gone.length > 0)
    throw new KtError(
      `group "${groupId}": nothing was committed for ${gone.map(nameOf).join(', ')}, which are gone`,
    )
}

async function alterShare(
  cluster: Cluster,
  groupId: string,
  offsets: readonly PlannedOffset[],
): Promise<void> {
  const byName = new Map(offsets.map((one) => [nameOf(one), one.offset]))
  const topics = toTopics(offsets).map(({ topic, partitions }) => ({
    topicName: topic,
    partitions: partitions.map((partition) => ({
      partitionIndex: partition,
      startOffset: BigInt(byName.get(nameOf({ topic, partition }))!),
    })),
  }))
  const target = { coordinator: 'group', key: groupId } as const
  const { errorCode, errorMessage, responses } = await cluster.call(
    AlterShareGroupOffsets,
    { groupId, topics },
    target,
  )
  if (errorCode !== 0)
    throw groupError(errorCode, `group "${groupId}"`, { right: 'READ', reason: errorMessage })
  for (const { topicName, partitions } of responses)
    for (const one of partitions)
      if (one.errorCode !== 0)
        throw apiError(
          one.errorCode,
          `group "${groupId}": ${topicName}-${one.partitionIndex}`,
          undefined,
          one.errorMessage,
        )
}

export interface DeletedOffset {
  topic: string
  /** Undefined: of a share group, all of the topic. */
  partition?: number
  error?: ApiError
}

/**
 * OffsetDelete (47), of a share group DeleteShareGroupOffsets (92), which takes whole topics. Throws ApiError when the
 * group is refused as a whole.
 */
export async function deleteOffsets(
  cluster: Cluster,
  groupId: string,
  type: GroupType,
  partitions: readonly TopicPartition[],
): Promise<DeletedOffset[]> {
  const target = { coordinator: 'group', key: groupId } as const
  if (type === 'Share') {
    const topics = toTopics(partitions).map(({ topic }) => ({ topicName: topic }))
    const answer = await cluster.call(DeleteShareGroupOffsets, { groupId, topics }, target)
    if (answer.errorCode !== 0)
      throw groupError(answer.errorCode, `group "${groupId}"`, {
        right: 'DELETE',
        reason: answer.errorMessage,
      })
    return answer.responses.map(({ topicName: topic, errorCode, errorMessage }) => ({
      topic,
      ...(errorCode === 0 ? {} : { error: apiError(errorCode, `topic "${topic}"`, undefined, errorMessage) }),
    }))
  }
  const topics = toTopics(partitions).map(({ topic, partitions: numbers }) => ({
    name: topic,
    partitions: numbers.map((partitionIndex) => ({ partitionIndex })),
  }))
  const { errorCode, topics: answers } = await cluster.call(OffsetDelete, { groupId, topics }, target)
  if (errorCode !== 0) throw groupError(errorCode, `group "${groupId}"`, { right: 'DELETE' })
  return answers.flatMap(({ name: topic, partitions: outcomes }) =>
    outcomes.map(({ partitionIndex: partition, errorCode: code }) => ({
      topic,
      partition,
      ...(code === 0 ? {} : { error: apiError(code, nameOf({ topic, partition })) }),
    })),
  )
}

export interface MemberToRemove {
  memberId: string
  instanceId: string | null
}

/** LeaveGroup (13) for others (KIP-345): one outcome for each member, in their order. Throws ApiError for the group. */
export async function removeMembers(
  cluster: Cluster,
  groupId: string,
  members: readonly MemberToRemove[],
  reason: string,
): Promise<(MemberToRemove & { error?: ApiError })[]> {
  const answer = await cluster.call(
    LeaveGroup,
    {
      groupId,
      members: members.map(({ memberId, instanceId }) => ({
        // A static member is known by its instance id alone.
        memberId: instanceId === null ? memberId : '',
        groupInstanceId: instanceId,
        reason,
      })),
    },
    { coordinator: 'group', key: groupId },
  )
  if (answer.errorCode !== 0) throw groupError(answer.errorCode, `group "${groupId}"`, { right: 'READ' })
  return members.map((member, index) => {
    const code = answer.members[index]?.errorCode ?? 0
    const name = member.instanceId ?? member.memberId
    return { ...member, ...(code === 0 ? {} : { error: apiError(code, `member "${name}"`) }) }
  })
}
