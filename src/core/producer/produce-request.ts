/** Produce (API 0): batches → one request, and its answer → what became of each batch. */
import type { Metadata } from '../cluster/metadata.ts'
import type { Input } from '../protocol/codec.ts'
import type {
  PartitionProduceResponse,
  ProduceRequest,
  ProduceResponse,
} from '../protocol/generated/apis/Produce.ts'
import type { ProducerBatch } from './batch.ts'
import type { ProducerOptions } from './options.ts'

/** The batches are sealed, and of different partitions that one broker leads. */
export function produceRequest(
  batches: readonly ProducerBatch[],
  { acks, requestTimeoutMs, transactionalId }: ProducerOptions,
  metadata: Metadata,
): Input<ProduceRequest> {
  const byTopic = new Map<string, { index: number; records: Buffer }[]>()
  for (const { queue, sealed } of batches) {
    const partitions = byTopic.get(queue.topic) ?? []
    byTopic.set(queue.topic, partitions)
    partitions.push({ index: queue.partition, records: sealed! })
  }
  const topicData = [...byTopic].map(([name, partitionData]) => {
    return { name, topicId: metadata.topics.get(name)?.topicId, partitionData }
  })
  return { transactionalId: transactionalId ?? null, acks, timeoutMs: requestTimeoutMs, topicData }
}

/** By the name of the partition, `topic-0`. */
export function answersOf(
  response: ProduceResponse,
  metadata: Metadata,
): Map<string, PartitionProduceResponse> {
  const answers = new Map<string, PartitionProduceResponse>()
  for (const topic of response.responses) {
    const name = topic.name !== '' ? topic.name : metadata.topicById(topic.topicId)?.name
    for (const answer of topic.partitionResponses) answers.set(`${name}-${answer.index}`, answer)
  }
  return answers
}
