/** Where records are copied to: a topic that is there, or that is made like the source. */
import { describeTopicConfigs } from '../admin/configs.ts'
import * as topics from '../admin/topics.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { knownTopic } from '../cluster/known-topic.ts'
import type { TopicMetadata } from '../cluster/metadata.ts'
import { ApiError, KtError } from '../errors.ts'

export interface Creation {
  partitionCount: number
  /** -1: what the brokers have by default. */
  replicationFactor: number
  configs: Record<string, string>
}

/** What the target would be made with: the partitions of the source, its own configs, and its replicas where there are brokers enough. */
export async function creationLike(from: Cluster, source: TopicMetadata, to: Cluster): Promise<Creation> {
  const entries = (await describeTopicConfigs(from, [source.name])).get(source.name) ?? []
  const configs = entries.flatMap(({ name, value, isOwn }) =>
    isOwn && value !== null ? [[name, value] as const] : [],
  )
  const replicas = source.partitions[0]?.replicas.length ?? -1
  return {
    partitionCount: source.partitions.length,
    replicationFactor: replicas <= to.metadata.brokers.size ? replicas : -1,
    configs: Object.fromEntries(configs),
  }
}

/** False when it is there already. Throws ApiError where the cluster says no. */
export async function create(cluster: Cluster, name: string, creation: Creation): Promise<boolean> {
  const { partitionCount: partitions, replicationFactor, configs } = creation
  const [outcome] = await topics.create(cluster, { names: [name], partitions, replicationFactor, configs })
  if (outcome?.error === undefined) return true
  if (outcome.error.codeName === 'TOPIC_ALREADY_EXISTS') return false
  throw outcome.error
}

/** The topic to copy to. Throws ApiError when it is not there. */
export async function findTarget(
  cluster: Cluster,
  name: string,
  mayBeComing: boolean,
): Promise<TopicMetadata> {
  try {
    // A topic just made is not known to every broker at once.
    return await knownTopic(cluster, name, { isComing: mayBeComing, right: 'WRITE' })
  } catch (error) {
    if (!(error instanceof ApiError) || error.codeName !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
    const { message, code, codeName, isRetriable, hint } = error
    const more = `--create makes it like the source${hint?.startsWith('did') === true ? `; ${hint}` : ''}`
    throw new ApiError(message, { code, codeName, isRetriable, hint: more })
  }
}

/** Whether records stay in their partitions. Throws KtError where that is wished and cannot be. */
export function keepsPartitions(source: TopicMetadata, target: TopicMetadata, isWished: boolean): boolean {
  const [from, to] = [source.partitions.length, target.partitions.length]
  if (!isWished || to >= from) return isWished || from === to
  throw new KtError(
    `topic "${target.name}" has ${partitionsOf(target)} and "${source.name}" ${from}: some have no place to be kept in`,
    { hint: `kt topics alter ${target.name} --partitions ${from}, or leave --keep partition out` },
  )
}

/** `1 partition`, `12 partitions` */
export function partitionsOf({ partitions }: TopicMetadata): string {
  return partitions.length === 1 ? '1 partition' : `${partitions.length} partitions`
}
