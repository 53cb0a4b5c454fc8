/** Where groups are in their topics: what they have committed, where the logs end, and what lies between. */
import type { Cluster } from '../cluster/cluster.ts'
import { LATEST, listOffsets, type TopicPartition } from '../consumer/offsets.ts'
import { KtError } from '../errors.ts'
import {
  asOffset,
  BATCHED_VERSION,
  LAST_WITH_NAMES,
  type OffsetAndMetadata,
} from '../group/committed-offsets.ts'
import { nameOf } from '../group/topic-partitions.ts'
import { OffsetFetch, type OffsetFetchResponseTopics } from '../protocol/generated/apis/OffsetFetch.ts'
import { askCoordinators } from './ask-coordinators.ts'

/** By group id: everything it has committed, or why that cannot be told. OffsetFetch (9), one request for each coordinator. */
export async function committed(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, OffsetAndMetadata[] | KtError>> {
  const answers = await askCoordinators(cluster, groupIds, {
    api: OffsetFetch,
    what: 'offsets of',
    maxVersion: LAST_WITH_NAMES,
    batchedVersion: BATCHED_VERSION,
    request: (ids, version) =>
      version >= BATCHED_VERSION
        ? { groups: ids.map((groupId) => ({ groupId, topics: null })) }
        : { groupId: ids[0]!, topics: null },
    answers: (response, [groupId = '']) => {
      if (response.groups.length > 0) return response.groups.map((one) => ({ ...one, answer: one.topics }))
      const { errorCode, topics } = response
      const answer = topics.map((topic) => ({ ...topic, topicId: '' }))
      return [{ groupId, errorCode, answer }]
    },
  })
  return new Map([...answers].map(([groupId, answer]) => [groupId, asOffsets(groupId, answer)]))
}

function asOffsets(
  groupId: string,
  topics: OffsetFetchResponseTopics[] | KtError,
): OffsetAndMetadata[] | KtError {
  if (topics instanceof KtError) return topics
  return topics.flatMap(({ name, partitions }) => partitions.flatMap((one) => asOffset(groupId, name, one)))
}

/**
 * By `topic-partition`: the offset that the next record will get. Partitions without a leader, and those that are
 * not there any more, are missing. One request for each leader.
 */
export async function endOffsets(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
): Promise<Map<string, number>> {
  const wanted = new Map(partitions.map((one) => [nameOf(one), one]))
  const topics = new Set(partitions.map(({ topic }) => topic))
  if (topics.size > 0) await cluster.metadata.refresh([...topics])
  const led = [...wanted.values()].filter(
    ({ topic, partition }) => (cluster.metadata.leaderOf(topic, partition) ?? -1) >= 0,
  )
  const found = await listOffsets(
    cluster,
    led.map((one) => ({ ...one, timestamp: LATEST })),
  )
  return new Map(found.map((one) => [nameOf(one), one.offset]))
}
