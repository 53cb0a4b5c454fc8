/** A topic that a person named: there, or told apart from what is there. */
import { ApiError, KtError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { apiError, errorOf, missingRight } from '../protocol/errors.ts'
import { sleep } from './backoff.ts'
import type { Cluster } from './cluster.ts'
import type { TopicMetadata } from './metadata.ts'

export interface KnownTopicOptions {
  /** Lets the broker create it, as Kafka's console producer does (auto.create.topics.enable has the last word). */
  allowAutoTopicCreation?: boolean
  /** Somebody wants to write to it: where it is not there, it can be made. */
  isWritten?: boolean
  /** What the user must be allowed to do with it; default: READ, or WRITE where it is written. */
  right?: string
  /** It has just been made: brokers may not know of it yet. */
  isComing?: boolean
  /** How long a topic that is being created may take to get leaders. */
  timeoutMs?: number
}

const LOOK_AGAIN_AFTER_MS = 100

/** Throws ApiError: unknown (with the nearest existing name), not allowed, or not a possible name. */
export async function knownTopic(
  cluster: Cluster,
  name: string,
  options: KnownTopicOptions = {},
): Promise<TopicMetadata> {
  const { allowAutoTopicCreation = false, isComing: isMade = false, timeoutMs = 10_000 } = options
  const deadlineMs = Date.now() + timeoutMs
  for (;;) {
    const topic = await cluster.metadata.topic(name, { allowAutoTopicCreation })
    if (topic.errorCode === 0 && topic.partitions.length > 0) return topic
    const { name: codeName } = errorOf(topic.errorCode)
    const isComing =
      (allowAutoTopicCreation || isMade) && /^(UNKNOWN_TOPIC|LEADER_NOT_AVAILABLE)/.test(codeName)
    if (!isComing || Date.now() >= deadlineMs) throw await explain(cluster, name, topic.errorCode, options)
    await sleep(LOOK_AGAIN_AFTER_MS, cluster.signal)
  }
}

export function noPartition(topic: string, partition: number, count: number): KtError {
  return new KtError(`topic "${topic}" has no partition ${partition}`, {
    hint: `its partitions are 0 to ${count - 1}`,
  })
}

/** What to try where a topic is not there: the nearest existing name, or how to see all. */
export function missingTopicHint(name: string, existing: readonly string[]): string {
  return didYouMean(name, existing) ?? 'kt topics list shows what there is'
}

async function explain(
  cluster: Cluster,
  name: string,
  code: number,
  { isWritten = false, right = isWritten ? 'WRITE' : 'READ' }: KnownTopicOptions,
): Promise<ApiError> {
  if (errorOf(code).name !== 'UNKNOWN_TOPIC_OR_PARTITION')
    return apiError(code, `topic "${name}"`, missingRight(code, right, 'topic'))
  const existing = await existingTopics(cluster)
  const created = isWritten
    ? (didYouMean(name, existing) ?? `create it: kt topics create ${name}`)
    : undefined
  return new ApiError(`topic "${name}" does not exist`, {
    code,
    codeName: errorOf(code).name,
    isRetriable: false,
    hint: created ?? missingTopicHint(name, existing),
  })
}

async function existingTopics(cluster: Cluster): Promise<string[]> {
  await cluster.metadata.refresh('all')
  return [...cluster.metadata.topics.values()]
    .filter(({ errorCode }) => errorCode === 0)
    .map((topic) => topic.name)
}
