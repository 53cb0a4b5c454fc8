/** Groups as rows: a row for each partition that a group reads or has committed, in the order of Kafka's tool. */
import type { Cluster } from '../cluster/cluster.ts'
import { EARLIEST, listOffsets, type TopicPartition } from '../consumer/offsets.ts'
import { KtError } from '../errors.ts'
import type { OffsetAndMetadata } from '../group/committed-offsets.ts'
import { byTopic, nameOf } from '../group/topic-partitions.ts'
import type { GroupDescription, GroupMember } from './group-description.ts'
import { committed, endOffsets } from './group-offsets.ts'
import { type ShareOffset, shareOffsets } from './share-offsets.ts'

export interface LagRow {
  groupId: string
  topic: string
  partition: number
  /** The next offset to read; undefined: nothing committed. */
  currentOffset: number | undefined
  leaderEpoch: number | undefined
  /** Undefined: the partition has no leader, or is not there any more. */
  logEndOffset: number | undefined
  /** Undefined where one of the two offsets is. */
  lag: number | undefined
  /** How old the next record is, where that was asked for. */
  lagTimeMs?: number
  /** Who reads it now. */
  member: GroupMember | undefined
}

/** By group id: its rows, or why they cannot be told. Committed offsets of all groups, then the ends of all their partitions. */
export async function lagOf(
  cluster: Cluster,
  groups: readonly GroupDescription[],
): Promise<Map<string, LagRow[] | KtError>> {
  const shared = groups.filter(({ type }) => type === 'Share')
  if (shared.length > 0) {
    const others = groups.filter(({ type }) => type !== 'Share')
    const [one, other] = await Promise.all([lagOf(cluster, others), sharedLagOf(cluster, shared)])
    return new Map([...one, ...other])
  }
  const offsets = await committed(
    cluster,
    groups.map(({ groupId }) => groupId),
  )
  const partitions = groups.flatMap(({ groupId, members }) => {
    const own = offsets.get(groupId)!
    return [...(own instanceof KtError ? [] : own), ...members.flatMap(({ assignment }) => assignment)]
  })
  const ends = await endOffsets(cluster, partitions)
  const lag = new Map(
    groups.map((group): [string, LagRow[] | KtError] => {
      const own = offsets.get(group.groupId)!
      return [group.groupId, own instanceof KtError ? own : rowsOf(group, own, ends)]
    }),
  )
  for (const { groupId, type } of groups) {
    const rows = lag.get(groupId)
    if (type === 'Streams' && Array.isArray(rows)) await countFromStart(cluster, rows)
  }
  return lag
}

/** A streams group that has committed nothing begins at the first record: so much is its lag, as Kafka's tool has it. */
async function countFromStart(cluster: Cluster, rows: readonly LagRow[]): Promise<void> {
  const fresh = rows.filter(
    ({ currentOffset, logEndOffset }) => currentOffset === undefined && logEndOffset !== undefined,
  )
  if (fresh.length === 0) return
  const wanted = fresh.map(({ topic, partition }) => ({ topic, partition, timestamp: EARLIEST }))
  const first = new Map((await listOffsets(cluster, wanted)).map((one) => [nameOf(one), one.offset]))
  for (const row of fresh) row.lag = row.logEndOffset! - first.get(nameOf(row))!
}

/** Their coordinators know the lag themselves. */
async function sharedLagOf(
  cluster: Cluster,
  groups: readonly GroupDescription[],
): Promise<Map<string, LagRow[] | KtError>> {
  const offsets = await shareOffsets(
    cluster,
    groups.map(({ groupId }) => groupId),
  )
  return new Map(
    [...offsets].map(([groupId, own]) => [groupId, own instanceof KtError ? own : sharedRows(groupId, own)]),
  )
}

function sharedRows(groupId: string, own: readonly ShareOffset[]): LagRow[] {
  return [...own].sort(byTopic).map(({ topic, partition, startOffset: currentOffset, leaderEpoch, lag }) => ({
    ...{ groupId, topic, partition, currentOffset, leaderEpoch, lag },
    logEndOffset: undefined,
    member: undefined,
  }))
}

/** Those of members first, of the member with most partitions before all others; then what nobody reads. */
function rowsOf(
  { groupId, members }: GroupDescription,
  offsets: readonly OffsetAndMetadata[],
  ends: ReadonlyMap<string, number>,
): LagRow[] {
  const byName = new Map(offsets.map((one) => [nameOf(one), one]))
  const rowOf = (member: GroupMember | undefined) => (one: TopicPartition) =>
    asRow(groupId, one, byName.get(nameOf(one)), ends.get(nameOf(one)), member)
  const assigned = new Set<string>()
  const busy = members
    .filter(({ assignment }) => assignment.length > 0)
    .sort((one, other) => other.assignment.length - one.assignment.length)
  const rows = busy.flatMap((member) => {
    for (const one of member.assignment) assigned.add(nameOf(one))
    return [...member.assignment].sort(byTopic).map(rowOf(member))
  })
  const idle = offsets.filter((one) => !assigned.has(nameOf(one)))
  return [...rows, ...idle.sort(byTopic).map(rowOf(undefined))]
}

function asRow(
  groupId: string,
  { topic, partition }: TopicPartition,
  committedAt: OffsetAndMetadata | undefined,
  logEndOffset: number | undefined,
  member: GroupMember | undefined,
): LagRow {
  const currentOffset = committedAt?.offset
  const epoch = committedAt?.leaderEpoch ?? -1
  return {
    groupId,
    topic,
    partition,
    currentOffset,
    leaderEpoch: epoch < 0 ? undefined : epoch,
    logEndOffset,
    lag: currentOffset === undefined || logEndOffset === undefined ? undefined : logEndOffset - currentOffset,
    member,
  }
}
