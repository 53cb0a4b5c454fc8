/** Fetch (API 1): what a session asks for → one request. */
import type { Input } from '../protocol/codec.ts'
import type { FetchRequest } from '../protocol/generated/apis/Fetch.ts'
import type { SessionRequest } from './fetch-session.ts'
import type { FetchOptions } from './options.ts'
import type { PartitionPosition } from './position.ts'

export function fetchRequest(
  { sessionId, sessionEpoch, changed, forgotten }: SessionRequest,
  { minBytes, maxPartitionBytes, isReadCommitted, rack }: FetchOptions,
  maxWaitMs: number,
  maxBytes: number,
): Input<FetchRequest> {
  const topics = byTopic(changed).map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(({ position, offset, currentLeaderEpoch, lastFetchedEpoch }) => ({
      partition: position.partition,
      currentLeaderEpoch,
      fetchOffset: BigInt(offset),
      lastFetchedEpoch,
      partitionMaxBytes: maxPartitionBytes,
    })),
  }))
  const forgottenTopicsData = byTopic(forgotten).map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(({ position }) => position.partition),
  }))
  return {
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel: isReadCommitted ? 1 : 0,
    sessionId,
    sessionEpoch,
    topics,
    forgottenTopicsData,
    rackId: rack,
  }
}

interface OfTopic {
  position: PartitionPosition
  topicId: string | undefined
}

function byTopic<One extends OfTopic>(
  list: readonly One[],
): { topic: string; topicId: string | undefined; partitions: One[] }[] {
  const topics = new Map<string, { topic: string; topicId: string | undefined; partitions: One[] }>()
  for (const one of list) {
    const { topic } = one.position
    const key = `${topic} ${one.topicId}`
    const known = topics.get(key)
    if (known) known.partitions.push(one)
    else topics.set(key, { topic, topicId: one.topicId, partitions: [one] })
  }
  return [...topics.values()]
}
