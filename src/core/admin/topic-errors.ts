/** What a broker's no to a change of topics means, and what to try. */
import type { ApiError } from '../errors.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { didYouMean } from '../nearest.ts'
import { apiError, errorOf, missingRight } from '../protocol/errors.ts'
import { CreateTopics, type CreatableTopicResult } from '../protocol/generated/apis/CreateTopics.ts'
import type { CreatePartitionsTopicResult } from '../protocol/generated/apis/CreatePartitions.ts'

type Configs = Readonly<Record<string, string>>

export async function explainCreate(
  cluster: Cluster,
  { name, errorCode, errorMessage }: CreatableTopicResult,
  configs?: Configs,
): Promise<ApiError> {
  const hint = await createHint(cluster, errorOf(errorCode).name, configs)
  return apiError(errorCode, `topic "${name}"`, hint, errorMessage)
}

async function createHint(
  cluster: Cluster,
  codeName: string,
  configs?: Configs,
): Promise<string | undefined> {
  if (codeName === 'TOPIC_AUTHORIZATION_FAILED') return 'the user needs CREATE on the topic or on the cluster'
  if (codeName === 'TOPIC_ALREADY_EXISTS') return 'add --if-not-exists where that is fine'
  if (codeName === 'INVALID_CONFIG') return configHint(cluster, configs)
  if (codeName === 'INVALID_REPLICATION_FACTOR' || codeName === 'INVALID_REPLICA_ASSIGNMENT')
    return brokersHint(cluster)
  return undefined
}

/** The nearest real name of a config that is none. */
async function configHint(cluster: Cluster, configs: Configs = {}): Promise<string | undefined> {
  const known = await topicConfigNames(cluster)
  const unknown = Object.keys(configs).find((name) => !known.includes(name))
  return unknown === undefined || known.length === 0 ? undefined : didYouMean(unknown, known)
}

/** Asks the broker what a topic could be configured with, by a creation that is only checked (KIP-525). */
async function topicConfigNames(cluster: Cluster): Promise<string[]> {
  const { topics } = await cluster.call(CreateTopics, {
    topics: [{ name: 'which-configs-are-there', numPartitions: -1, replicationFactor: -1 }],
    timeoutMs: cluster.settings['request.timeout.ms'],
    validateOnly: true,
  })
  return topics[0]?.configs?.map(({ name }) => name) ?? []
}

export function explainPartitions(
  { name, errorCode, errorMessage }: CreatePartitionsTopicResult,
  cluster: Cluster,
): ApiError {
  const codeName = errorOf(errorCode).name
  const hint =
    codeName === 'INVALID_PARTITIONS'
      ? 'partitions can only be added'
      : codeName === 'INVALID_REPLICA_ASSIGNMENT'
        ? brokersHint(cluster)
        : missingRight(errorCode, 'ALTER', 'topic')
  return apiError(errorCode, `topic "${name}"`, hint, errorMessage)
}

function brokersHint(cluster: Cluster): string {
  const ids = [...cluster.metadata.brokers.keys()].sort((one, other) => one - other)
  if (ids.length === 1) return `the cluster has one broker now: ${ids[0]}`
  return `the cluster has ${ids.length} brokers now: ${ids.join(', ')}`
}
