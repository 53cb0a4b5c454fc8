/** Which groups are reset, and where each would go on. */
import { describe } from '../../core/admin/describe-groups.ts'
import type { GroupDescription, Subtopology } from '../../core/admin/group-description.ts'
import { committed } from '../../core/admin/group-offsets.ts'
import { type GroupListing, type GroupType, unknownGroup } from '../../core/admin/groups.ts'
import { type GroupPlan, planReset, type ResetRow, type Scenario } from '../../core/admin/reset-offsets.ts'
import { type ShareOffset, shareOffsets } from '../../core/admin/share-offsets.ts'
import { expandTopics, type TopicArgument } from '../../core/admin/topic-arguments.ts'
import * as topics from '../../core/admin/topics.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import type { TopicPartition } from '../../core/consumer/offsets.ts'
import { ApiError, KtError, UsageError } from '../../core/errors.ts'
import type { OffsetAndMetadata } from '../../core/group/committed-offsets.ts'
import { refuseFailed as refuseTopics } from '../topics/shared.ts'
import { stillActive } from './shared.ts'

export interface Target {
  groupId: string
  /** Whose offsets count as the current ones. */
  sourceId: string
  type: GroupType
  /** It is not there yet. */
  isNew: boolean
  subtopologies: Subtopology[]
}

export interface Plan extends GroupPlan {
  target: Target
  rows: ResetRow[]
}

/** Groups without members, and why the others cannot be reset. */
export async function findTargets(
  cluster: Cluster,
  listed: readonly GroupListing[],
  toGroup: string | undefined,
): Promise<{ targets: Target[]; errors: Map<string, KtError> }> {
  const [source, another] = listed
  if (toGroup !== undefined && (source === undefined || another !== undefined))
    throw new UsageError('--to-group takes the offsets of one group')
  const described = await describe(cluster, toGroup === undefined ? listed : [toGroup])
  const errors = new Map<string, KtError>()
  const targets: Target[] = []
  for (const [groupId, group] of described) {
    const sourceId = toGroup === undefined ? groupId : source!.groupId
    if (isMissing(group)) targets.push({ groupId, sourceId, type: 'Classic', isNew: true, subtopologies: [] })
    else if (group instanceof KtError) errors.set(groupId, group)
    else if (group.state !== 'Empty' && group.state !== 'Dead') errors.set(groupId, notInactive(group))
    else targets.push({ sourceId, isNew: false, subtopologies: [], ...group })
  }
  return { targets, errors }
}

function isMissing(group: GroupDescription | KtError): boolean {
  return group instanceof ApiError && group.codeName === 'GROUP_ID_NOT_FOUND'
}

function notInactive({ groupId, type, state, members }: GroupDescription): KtError {
  // Each of Kafka's tools has a sentence of its own.
  const message =
    type === 'Share'
      ? `Share group '${groupId}' is not empty.`
      : `Assignments can only be reset if the group '${groupId}' is inactive, but the current state is ${state}.`
  return stillActive(message, members)
}

interface PlanSpec {
  scenario: Scenario
  /** None: all that a group has offsets for. */
  topics: readonly TopicArgument[]
  /** Gets what is wrong with single groups. */
  errors: Map<string, KtError>
}

/** Throws KtError for what is wrong with all of them: topics that are not there, offsets that cannot be shifted. */
export async function planAll(
  cluster: Cluster,
  targets: readonly Target[],
  { scenario, topics: wanted, errors }: PlanSpec,
): Promise<Plan[]> {
  const current = await currentOffsets(cluster, targets)
  const named = wanted.length === 0 ? undefined : await namedPartitions(cluster, wanted)
  const groups = targets.flatMap((target) => {
    const { groupId, sourceId, isNew } = target
    const own = current.get(sourceId) ?? []
    if (own instanceof KtError) {
      errors.set(groupId, own)
      return []
    }
    const planned = scenario.to === 'plan' ? scenario.offsets.get(groupId) : undefined
    if (scenario.to === 'plan' && planned === undefined) {
      errors.set(groupId, new KtError(`No reset plan for group ${groupId} found`))
      return []
    }
    const stranger = named?.find((one) => !isInput(target, own, one.topic))
    if (stranger !== undefined) {
      errors.set(groupId, noInput(target, stranger.topic))
      return []
    }
    const partitions = planned ?? named ?? inputsOf(target, own)
    if (isNew && partitions.length === 0) errors.set(groupId, unknownGroup(sourceId, []))
    return [{ groupId, target, partitions, committed: own }]
  })
  const plans = await planReset(cluster, groups, scenario)
  return groups.map(({ groupId, target }) => ({ target, ...plans.get(groupId)! }))
}

async function currentOffsets(
  cluster: Cluster,
  targets: readonly Target[],
): Promise<Map<string, OffsetAndMetadata[] | KtError>> {
  const idsOf = (isShare: boolean) =>
    targets.filter(({ type }) => (type === 'Share') === isShare).map(({ sourceId }) => sourceId)
  const [others, shared] = await Promise.all([
    committed(cluster, idsOf(false)),
    shareOffsets(cluster, idsOf(true)),
  ])
  const current = new Map<string, OffsetAndMetadata[] | KtError>(others)
  for (const [groupId, own] of shared)
    current.set(groupId, own instanceof KtError ? own : own.map(asCommitted))
  return current
}

/** The start of a share group's partition; the beginning where nobody has read yet. */
function asCommitted({
  topic,
  partition,
  startOffset = 0,
  leaderEpoch = -1,
}: ShareOffset): OffsetAndMetadata {
  return { topic, partition, offset: startOffset, leaderEpoch, metadata: null }
}

/** Of a streams group only what the topology reads from outside. */
function inputsOf(
  { subtopologies, type }: Target,
  own: readonly OffsetAndMetadata[],
): readonly TopicPartition[] {
  if (type !== 'Streams') return own
  const sources = new Set(subtopologies.flatMap(({ sourceTopics }) => sourceTopics))
  return own.filter(({ topic }) => sources.has(topic))
}

/** What a streams group has for itself is not to be moved: only what comes in. */
function isInput({ type, subtopologies }: Target, own: readonly OffsetAndMetadata[], topic: string): boolean {
  if (type !== 'Streams') return true
  return (
    own.some((one) => one.topic === topic) ||
    subtopologies.some(({ sourceTopics }) => sourceTopics.includes(topic))
  )
}

function noInput({ groupId, subtopologies }: Target, topic: string): KtError {
  const inputs = [...new Set(subtopologies.flatMap(({ sourceTopics }) => sourceTopics))]
  const hint = inputs.length === 0 ? {} : { hint: `it reads ${inputs.sort().join(', ')}` }
  // Kafka's own sentence begins so.
  return new KtError(`One or more topics are not part of the group '${groupId}': "${topic}"`, hint)
}

async function namedPartitions(
  cluster: Cluster,
  wanted: readonly TopicArgument[],
): Promise<TopicPartition[]> {
  const { partitions, unknownTopics, unknownPartitions } = await expandTopics(cluster, wanted)
  const [unknown] = unknownTopics
  if (unknown !== undefined) {
    const existing = (await topics.list(cluster)).map(({ name }) => name)
    throw topics.unknownTopic(unknown, existing)
  }
  if (unknownPartitions.length > 0)
    throw new KtError(`The partitions "${unknownPartitions.join(',')}" do not exist`)
  return partitions
}

interface InternalTopics {
  deleteAllInternalTopics: boolean
  deleteInternalTopic: readonly string[]
}

/** Repartition and changelog topics of streams groups: all, or those named. */
export async function deleteInternalTopics(
  cluster: Cluster,
  targets: readonly Pick<Target, 'groupId' | 'subtopologies'>[],
  { deleteAllInternalTopics, deleteInternalTopic }: InternalTopics,
): Promise<void> {
  const internal = targets.flatMap(internalTopics)
  const stranger = deleteInternalTopic.find((name) => !internal.includes(name))
  if (stranger !== undefined)
    throw new KtError(`topic "${stranger}" is no internal topic of the group: it was not deleted`)
  const names = deleteAllInternalTopics ? internal : deleteInternalTopic
  if (names.length > 0) refuseTopics(await topics.remove(cluster, names), 'deleted')
}

export function internalTopics({
  groupId,
  subtopologies,
}: Pick<Target, 'groupId' | 'subtopologies'>): string[] {
  const all = subtopologies.flatMap((one) => [...one.repartitionSourceTopics, ...one.stateChangelogTopics])
  return [...new Set(all)].filter((name) => name.startsWith(`${groupId}-`))
}
