/** Where groups would go on reading: a plan for each group, which changes nothing (org.apache.kafka.tools.OffsetsUtils). */
import type { Cluster } from '../cluster/cluster.ts'
import { EARLIEST, LATEST, listOffsets, type TopicPartition } from '../consumer/offsets.ts'
import { KtError, UsageError } from '../errors.ts'
import type { OffsetAndMetadata } from '../group/committed-offsets.ts'
import { nameOf } from '../group/topic-partitions.ts'
import { refuseUnusable } from './topic-arguments.ts'

export type Scenario =
  | { to: 'earliest' }
  | { to: 'latest' }
  /** What is committed; the end where nothing is. */
  | { to: 'current' }
  | { to: 'offset'; offset: number }
  | { to: 'shift'; by: number }
  /** The first record that is not older; the end where there is none. */
  | { to: 'time'; timestampMs: number }
  /** By group. */
  | { to: 'plan'; offsets: ReadonlyMap<string, readonly PlannedOffset[]> }

export interface PlannedOffset extends TopicPartition {
  offset: number
}

export interface GroupToReset {
  groupId: string
  partitions: readonly TopicPartition[]
  committed: readonly OffsetAndMetadata[]
}

export interface ResetRow extends TopicPartition {
  /** Undefined: nothing committed. */
  currentOffset: number | undefined
  newOffset: number
  logEndOffset: number
}

export interface GroupPlan {
  rows: ResetRow[]
  /** What was made of offsets that are not in the log, in Kafka's words. */
  warnings: string[]
  /** Partitions without a record that is young enough. */
  tooOld: TopicPartition[]
}

/**
 * One plan for each of `groups`; each leader is asked once for the bounds of all partitions. Throws KtError for partitions
 * that are not there, have no leader, or cannot be shifted as nothing is committed.
 */
export async function planReset(
  cluster: Cluster,
  groups: readonly GroupToReset[],
  scenario: Scenario,
): Promise<Map<string, GroupPlan>> {
  const all = new Map(
    groups.flatMap(({ partitions }) => partitions.map((one) => [nameOf(one), one] as const)),
  )
  const partitions = [...all.values()]
  await cluster.metadata.refresh([...new Set(partitions.map(({ topic }) => topic))])
  refuseUnusable(cluster, partitions)
  const bounds = await boundsOf(cluster, partitions, scenario)
  return new Map(groups.map((group) => [group.groupId, planFor(group, scenario, bounds)]))
}

interface Bounds {
  first: ReadonlyMap<string, number>
  end: ReadonlyMap<string, number>
  /** -1: no record is that young. */
  atTime: ReadonlyMap<string, number>
}

async function boundsOf(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  scenario: Scenario,
): Promise<Bounds> {
  const find = async (timestamp: bigint) => {
    const found = await listOffsets(
      cluster,
      partitions.map((one) => ({ ...one, timestamp })),
    )
    return new Map(found.map((one) => [nameOf(one), one.offset]))
  }
  const [first, end, atTime] = await Promise.all([
    find(EARLIEST),
    find(LATEST),
    scenario.to === 'time' ? find(BigInt(scenario.timestampMs)) : new Map<string, number>(),
  ])
  return { first, end, atTime }
}

function planFor(
  { groupId, partitions, committed }: GroupToReset,
  scenario: Scenario,
  bounds: Bounds,
): GroupPlan {
  const current = new Map(committed.map((one) => [nameOf(one), one.offset]))
  const planned =
    scenario.to === 'plan'
      ? new Map((scenario.offsets.get(groupId) ?? []).map((one) => [nameOf(one), one.offset]))
      : undefined
  const plan: GroupPlan = { rows: [], warnings: [], tooOld: [] }
  for (const { topic, partition } of partitions) {
    const name = nameOf({ topic, partition })
    const first = bounds.first.get(name)!
    const end = bounds.end.get(name)!
    const currentOffset = current.get(name)
    const target = { name, first, end, currentOffset, planned: planned?.get(name) }
    let newOffset = offsetFor(target, scenario, plan)
    if (scenario.to === 'time') {
      const found = bounds.atTime.get(name)!
      if (found < 0) plan.tooOld.push({ topic, partition })
      newOffset = found < 0 ? end : found
    }
    plan.rows.push({ topic, partition, currentOffset, newOffset, logEndOffset: end })
  }
  return plan
}

interface TargetPartition {
  name: string
  first: number
  end: number
  currentOffset: number | undefined
  planned: number | undefined
}

function offsetFor(target: TargetPartition, scenario: Scenario, plan: GroupPlan): number {
  const { name, first, end, currentOffset, planned } = target
  switch (scenario.to) {
    case 'earliest':
      return first
    case 'latest':
    case 'time':
      return end
    case 'current':
      return currentOffset ?? end
    case 'offset':
      return within(scenario.offset, target, plan)
    case 'plan':
      return within(planned ?? end, target, plan)
    case 'shift':
      if (currentOffset === undefined)
        throw new KtError(
          `Cannot shift offset for partition ${name} since there is no current committed offset`,
        )
      return within(currentOffset + scenario.by, target, plan)
  }
}

/** An offset that the log does not have becomes the nearest that it has. */
function within(offset: number, { name, first, end }: TargetPartition, { warnings }: GroupPlan): number {
  if (offset >= first && offset <= end) return offset
  const [what, value] = offset > end ? ['higher than latest', end] : (['lower than earliest', first] as const)
  warnings.push(
    `New offset (${offset}) is ${what} offset for topic partition ${name}. Value will be set to ${value}`,
  )
  return value as number
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/

/** `2026-11-20T10:00:00.000`: UTC where no zone is given, as in Kafka's tool. Throws UsageError. */
export function parseDateTime(raw: string): number {
  const [isTime, zone] = DATE_TIME.exec(raw) ?? []
  const timestampMs = isTime === undefined ? NaN : Date.parse(zone === undefined ? `${raw}Z` : raw)
  if (!Number.isNaN(timestampMs)) return timestampMs
  throw new UsageError(`"${raw}" is not a time`, {
    hint: 'e.g. 2026-11-20T10:00:00.000 (UTC), or with +01:00',
  })
}

const DURATION =
  /^([-+]?)P(?:([-+]?\d+)D)?(?:T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:[.,]\d{1,9})?)S)?)?$/i

/** `P1DT2H30M`, in milliseconds (java.time.Duration). Throws UsageError. */
export function parseDuration(raw: string): number {
  const [all, sign, ...parts] = DURATION.exec(raw) ?? []
  if (all === undefined || parts.every((part) => part === undefined) || /T$/i.test(raw))
    throw new UsageError(`"${raw}" is not a duration`, { hint: 'e.g. P7D, PT1H30M, P1DT12H' })
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) =>
    part === undefined ? 0 : Number(part.replace(',', '.')),
  )
  const ms = ((days * 24 + hours) * 60 + minutes) * 60_000 + Math.round(seconds * 1000)
  return sign === '-' ? -ms : ms
}
