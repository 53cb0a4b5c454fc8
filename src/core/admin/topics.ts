/** Topics: list, create, give more partitions, delete. `describe` stands in describe-topics.ts. */
import { type ApiError, KtError } from '../errors.ts'
import { sleep } from '../cluster/backoff.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { knownTopic, missingTopicHint } from '../cluster/known-topic.ts'
import { MetadataApi } from '../cluster/metadata.ts'
import { apiError, errorOf, missingRight } from '../protocol/errors.ts'
import { CreatePartitions } from '../protocol/generated/apis/CreatePartitions.ts'
import { CreateTopics, type CreatableTopicResult } from '../protocol/generated/apis/CreateTopics.ts'
import { DeleteTopics } from '../protocol/generated/apis/DeleteTopics.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { explainCreate, explainPartitions } from './topic-errors.ts'

export interface TopicListing {
  name: string
  topicId: string
  isInternal: boolean
  partitionCount: number
  replicationFactor: number
}

export interface CreateSpec {
  names: readonly string[]
  /** -1: what the broker has as num.partitions. */
  partitions?: number | undefined
  /** -1: what the broker has as default.replication.factor. */
  replicationFactor?: number | undefined
  /** By partition, in place of `partitions` and `replicationFactor`. */
  assignments?: readonly (readonly number[])[] | undefined
  configs?: Readonly<Record<string, string>> | undefined
  /** Ask whether it would work, create nothing. */
  isDryRun?: boolean
}

/** What became of one topic; `error` where it was refused. */
export interface Outcome<T = object> {
  name: string
  error?: ApiError
  result?: T
}

export interface CreatedTopic {
  topicId: string
  partitionCount: number
  replicationFactor: number
}

/** All topics of the cluster by name. The API is Metadata; a topic that may not be described is left out by the broker. */
export async function list(cluster: Cluster): Promise<TopicListing[]> {
  const response =
    cluster.takeListing() ??
    (await cluster.call(MetadataApi, { topics: null, allowAutoTopicCreation: false }))
  if (response.errorCode !== 0) throw apiError(response.errorCode, 'the list of topics')
  cluster.metadata.update(response, true)
  return response.topics
    .flatMap(({ name, topicId, isInternal, partitions }) =>
      name === null
        ? []
        : [
            {
              name,
              topicId,
              isInternal,
              partitionCount: partitions.length,
              replicationFactor: partitions[0]?.replicaNodes.length ?? 0,
            },
          ],
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** How long a broker may owe the answer to what usually takes some ms. It forwards it to a controller that may be gone. */
const ANSWERED_WITHIN_MS = 10_000

/**
 * CreateTopics (KIP-4); one outcome per name, in their order. A topic that was not there when a request had gone unanswered,
 * and exists when that is sent again, is one that was created.
 */
export async function create(cluster: Cluster, spec: CreateSpec): Promise<Outcome<CreatedTopic>[]> {
  const { names, partitions = -1, replicationFactor = -1, assignments = [], configs = {} } = spec
  const hasAssignments = assignments.length > 0
  const timeoutMs = cluster.settings['request.timeout.ms']
  const request = {
    topics: names.map((name) => ({
      name,
      numPartitions: hasAssignments ? -1 : partitions,
      replicationFactor: hasAssignments ? -1 : replicationFactor,
      assignments: assignments.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
      configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
    })),
    timeoutMs,
    validateOnly: spec.isDryRun ?? false,
  }
  const absent = new Set<string>()
  const { topics } = await cluster.call(CreateTopics, request, 'controller', {
    requestTimeoutMs: Math.min(timeoutMs, ANSWERED_WITHIN_MS),
    onUnanswered: async () => {
      for (const name of await unknownOf(cluster, names)) absent.add(name)
    },
  })
  const outcomes: Outcome<CreatedTopic>[] = []
  for (const name of names) {
    const result = found(topics, name, CreateTopics.name)
    if (result.errorCode === 0) outcomes.push({ name, result: asCreated(result, spec) })
    else if (absent.has(name) && errorOf(result.errorCode).name === 'TOPIC_ALREADY_EXISTS')
      outcomes.push({ name, result: await asFound(cluster, name) })
    else outcomes.push({ name, error: await explainCreate(cluster, result, spec.configs) })
  }
  return outcomes
}

async function unknownOf(cluster: Cluster, names: readonly string[]): Promise<string[]> {
  await cluster.metadata.refresh(names)
  const codeOf = (name: string) => cluster.metadata.topics.get(name)?.errorCode ?? 0
  return names.filter((name) => errorOf(codeOf(name)).name === 'UNKNOWN_TOPIC_OR_PARTITION')
}

async function asFound(cluster: Cluster, name: string): Promise<CreatedTopic> {
  const { topicId, partitions } = await knownTopic(cluster, name, { isComing: true })
  return {
    topicId,
    partitionCount: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
  }
}

export interface ExpectedTopic {
  name: string
  /** Not one of the same name that was deleted lately; zeros from a broker that has no ids. */
  topicId?: string
  /** At least so many. */
  partitionCount?: number
}

/** How long brokers may take to hear from the controller what has become of a topic. */
const KNOWN_WITHIN_MS = 5000
const LOOK_AGAIN_AFTER_MS = 20

/** Waits, for a while, until a broker knows the topics so: the controller's answer comes before brokers have heard of it. */
export async function untilKnown(cluster: Cluster, expected: readonly ExpectedTopic[]): Promise<void> {
  const deadlineMs = Date.now() + KNOWN_WITHIN_MS
  for (;;) {
    await cluster.metadata.refresh(expected.map(({ name }) => name))
    if (expected.every((topic) => isKnown(cluster, topic)) || Date.now() >= deadlineMs) return
    await sleep(LOOK_AGAIN_AFTER_MS, cluster.signal)
  }
}

function isKnown(
  cluster: Cluster,
  { name, topicId = ZERO_UUID, partitionCount = 0 }: ExpectedTopic,
): boolean {
  const known = cluster.metadata.topics.get(name)
  // Whoever may create it need not be allowed to see it.
  if (errorOf(known?.errorCode ?? 0).name === 'TOPIC_AUTHORIZATION_FAILED') return true
  if (known?.errorCode !== 0 || known.partitions.length < partitionCount) return false
  return topicId === ZERO_UUID || topicId === known.topicId
}

export interface IncreaseSpec {
  names: readonly string[]
  /** How many there shall be. */
  partitions: number
  /** Brokers of the new partitions of each topic, by its name. */
  assignments?: ReadonlyMap<string, readonly (readonly number[])[]>
}

/** CreatePartitions (KIP-195): more partitions for topics that exist; one outcome per name. */
export async function increasePartitions(cluster: Cluster, spec: IncreaseSpec): Promise<Outcome[]> {
  const { results } = await cluster.call(CreatePartitions, {
    topics: spec.names.map((name) => ({
      name,
      count: spec.partitions,
      assignments: spec.assignments?.get(name)?.map((brokerIds) => ({ brokerIds })) ?? null,
    })),
    timeoutMs: cluster.settings['request.timeout.ms'],
    validateOnly: false,
  })
  return spec.names.map((name) => {
    const result = found(results, name, CreatePartitions.name)
    return result.errorCode === 0 ? { name } : { name, error: explainPartitions(result, cluster) }
  })
}

/** DeleteTopics, of topics that were seen; one outcome per name. One that is gone when it is asked for again was deleted. */
export async function remove(cluster: Cluster, names: readonly string[]): Promise<Outcome[]> {
  const timeoutMs = cluster.settings['request.timeout.ms']
  const request = (version: number) =>
    version >= 6
      ? { topics: names.map((name) => ({ name })), timeoutMs }
      : { topicNames: [...names], timeoutMs }
  let isRepeated = false
  const { responses } = await cluster.call(DeleteTopics, request, 'controller', {
    requestTimeoutMs: Math.min(timeoutMs, ANSWERED_WITHIN_MS),
    onUnanswered: () => Promise.resolve(void (isRepeated = true)),
  })
  return names.map((name) => {
    const { errorCode, errorMessage } = found(responses, name, DeleteTopics.name)
    const isGone = isRepeated && errorOf(errorCode).name === 'UNKNOWN_TOPIC_OR_PARTITION'
    if (errorCode === 0 || isGone) return { name }
    return { name, error: apiError(errorCode, `topic "${name}"`, deleteHint(errorCode), errorMessage) }
  })
}

/** A topic that is not there, with the nearest name that is. */
export function unknownTopic(name: string, existing: readonly string[]): KtError {
  return new KtError(`topic "${name}" does not exist`, { hint: missingTopicHint(name, existing) })
}

function deleteHint(errorCode: number): string | undefined {
  const { name } = errorOf(errorCode)
  if (name === 'TOPIC_DELETION_DISABLED') return 'the brokers have delete.topic.enable=false'
  return missingRight(errorCode, 'DELETE', 'topic')
}

function asCreated(result: CreatableTopicResult, spec: CreateSpec): CreatedTopic {
  const { topicId, numPartitions, replicationFactor } = result
  // Brokers before 2.4 do not say what they made of the defaults.
  return {
    topicId,
    partitionCount: numPartitions >= 0 ? numPartitions : (spec.assignments?.length ?? spec.partitions ?? -1),
    replicationFactor:
      replicationFactor >= 0
        ? replicationFactor
        : (spec.assignments?.[0]?.length ?? spec.replicationFactor ?? -1),
  }
}

function found<T extends { name: string | null }>(results: readonly T[], name: string, api: string): T {
  const result = results.find((one) => one.name === name)
  if (result === undefined) throw new KtError(`${api}: the answer says nothing about topic "${name}"`)
  return result
}
