/** Where share groups are (KIP-932): DescribeShareGroupOffsets (90). */
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import type { KtError } from '../errors.ts'
import { apiError } from '../protocol/errors.ts'
import { DescribeShareGroupOffsets } from '../protocol/generated/apis/DescribeShareGroupOffsets.ts'
import { askCoordinators } from './ask-coordinators.ts'

export interface ShareOffset extends TopicPartition {
  /** The first record that is not done with; undefined: nobody has read yet. */
  startOffset: number | undefined
  /** Undefined where it is not known. */
  leaderEpoch: number | undefined
  /** Undefined before Kafka 4.2 (KIP-1226), and where it is not known. */
  lag: number | undefined
}

/** By group id: its partitions, or why they cannot be told. */
export function shareOffsets(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, ShareOffset[] | KtError>> {
  return askCoordinators(cluster, groupIds, {
    api: DescribeShareGroupOffsets,
    what: 'offsets of',
    request: (ids) => ({ groups: ids.map((groupId) => ({ groupId, topics: null })) }),
    answers: ({ groups }) =>
      groups.map((group) => ({
        ...group,
        answer: group.topics.flatMap(({ topicName: topic, partitions }) =>
          partitions.map((one) => {
            const { partitionIndex: partition, startOffset, leaderEpoch, lag, errorCode, errorMessage } = one
            if (errorCode !== 0)
              throw apiError(errorCode, `offset of ${topic}-${partition}`, undefined, errorMessage)
            return {
              topic,
              partition,
              startOffset: startOffset < 0n ? undefined : Number(startOffset),
              leaderEpoch: startOffset < 0n || leaderEpoch < 0 ? undefined : leaderEpoch,
              lag: startOffset < 0n || lag < 0n ? undefined : Number(lag),
            }
          }),
        ),
      })),
  })
}
