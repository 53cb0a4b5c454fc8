/** What the options of `kt copy` come to, and whether it can be done. */
import type { Cluster } from '../core/cluster/cluster.ts'
import { knownTopic } from '../core/cluster/known-topic.ts'
import type { TopicMetadata } from '../core/cluster/metadata.ts'
import { parseOffsetSpec, parsePartitions } from '../core/consumer/offset-spec.ts'
import type { MapFunction } from '../core/copy/record-map.ts'
import type { SourceSpec } from '../core/copy/source.ts'
import * as target from '../core/copy/target.ts'
import { UsageError } from '../core/errors.ts'
import type { Codec } from '../core/records/layout.ts'
import type { RecordFilter } from '../core/search/filter.ts'
import type { Context } from './context.ts'
import { partitionOfKey } from './search-options.ts'
import { guarded, loadModule } from './modules.ts'

export interface CopyValues {
  fromTopic: string
  toTopic: string
  from: string
  until: string | undefined
  partition: string | undefined
  key: string | undefined
  invertMatch: boolean
  filter: RecordFilter | undefined
  follow: boolean
  groupId: string | undefined
  exactlyOnce: boolean
  keepsTimestamp: boolean
  /** Undefined: where both have as many. */
  keepsPartition: boolean | undefined
  map: string | undefined
  create: boolean
  dryRun: boolean
}

/** What is to be done, once it is known that it can be. */
export interface CopyPlan {
  source: TopicMetadata
  /** What the target has, or would be made with. */
  targetPartitions: number
  isCreated: boolean
  keepsPartition: boolean
  codec: Codec | undefined
  map: MapFunction | undefined
  filter: RecordFilter | undefined
}

export function checkSettings(from: Cluster, to: Cluster, values: CopyValues): void {
  const { fromTopic, toTopic, exactlyOnce } = values
  const isSameCluster = from.metadata.clusterId === to.metadata.clusterId
  if (isSameCluster && fromTopic === toTopic)
    throw new UsageError(`"${fromTopic}" cannot be copied onto itself: it would never end`)
  if (!exactlyOnce) {
    if (to.settings['transactional.id'] === null) return
    throw new UsageError('a transactional.id is for --exactly-once')
  }
  if (!isSameCluster)
    throw new UsageError('--exactly-once needs one cluster: a transaction does not reach into another')
  if (from.settings['isolation.level'] !== 'read_committed')
    throw new UsageError(
      '--exactly-once copies what is committed: leave isolation.level=read_uncommitted out',
    )
}

/** What is to be read, as far as the words say it. Throws UsageError. */
export function sourceSpec(values: CopyValues): SourceSpec {
  const { fromTopic: topic, partition, from, until, follow, groupId } = values
  const start = parseOffsetSpec(from, 'from')
  if (start.at === 'offset' && partition === undefined)
    throw new UsageError('--from with a number needs --partition')
  return {
    topic,
    partitions: partition === undefined ? undefined : parsePartitions(partition),
    start,
    until: follow ? undefined : parseOffsetSpec(until ?? 'latest', 'until'),
    groupId,
  }
}

/** With `--key` only the partition that the key leads to. */
export async function narrowed(
  spec: SourceSpec,
  { key, invertMatch }: CopyValues,
  { source }: CopyPlan,
): Promise<SourceSpec> {
  if (key === undefined || invertMatch || spec.partitions !== undefined) return spec
  const partition = await partitionOfKey(key, source.partitions.length)
  return { ...spec, partitions: [{ partition, spec: undefined }] }
}

/** A whole topic is what it was when the copy was planned: for partitions added since, the target may have no place. */
export function asPlanned(spec: SourceSpec, { source }: CopyPlan): SourceSpec {
  if (spec.partitions !== undefined) return spec
  const partitions = source.partitions.map(({ partition }) => ({ partition, spec: undefined }))
  return { ...spec, partitions }
}

export async function mapOf(path: string): Promise<MapFunction> {
  const { default: map } = await loadModule<{ default: MapFunction }>(path, ['default'])
  return guarded(path, 'the map', map!)
}

export async function prepare(
  context: Context,
  from: Cluster,
  to: Cluster,
  values: CopyValues,
  map: MapFunction | undefined,
): Promise<CopyPlan> {
  const { fromTopic, toTopic, create, dryRun } = values
  const source = await knownTopic(from, fromTopic)
  const isMissing = create && (await to.metadata.topic(toTopic)).errorCode !== 0
  const creation = isMissing ? await target.creationLike(from, source, to) : undefined
  if (creation !== undefined && !dryRun && (await target.create(to, toTopic, creation)))
    context.note(`created topic ${toTopic} like ${fromTopic} (${target.partitionsOf(source)})`)
  const found = creation !== undefined && dryRun ? source : await target.findTarget(to, toTopic, isMissing)
  const keepsPartition =
    values.keepsPartition === false
      ? false
      : target.keepsPartitions(source, found, values.keepsPartition === true)
  if (!keepsPartition && values.keepsPartition === undefined)
    context.note(
      `${toTopic} has ${target.partitionsOf(found)} and ${fromTopic} ${source.partitions.length}: ` +
        'records go where their keys lead',
    )
  const { settings } = to
  const codec = settings.isSet('compression.type') ? (settings['compression.type'] as Codec) : undefined
  return {
    source,
    targetPartitions: found.partitions.length,
    isCreated: creation !== undefined,
    keepsPartition,
    codec,
    map,
    filter: values.filter,
  }
}
