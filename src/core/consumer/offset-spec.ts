/**
 * Where to start or stop, as a person says it: `earliest`, `latest`, `42`, `-5` (before the end),
 * `@2026-11-20T10:00Z`, `@1700000000000`, `@-1h`.
 */
import type { Cluster } from '../cluster/cluster.ts'
import { KtError, UsageError } from '../errors.ts'
import { EARLIEST, LATEST, listOffsets, type TopicPartition } from './offsets.ts'

export type OffsetSpec =
  | { at: 'earliest' }
  | { at: 'latest' }
  | { at: 'offset'; offset: number }
  | { at: 'before-end'; count: number }
  /** The first record that is not older, by its timestamp. */
  | { at: 'time'; timestampMs: number }

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Throws UsageError that names `option`. `nowMs` is what `@-1h` counts from. */
export function parseOffsetSpec(raw: string, option: string, nowMs = Date.now()): OffsetSpec {
  if (raw === 'earliest' || raw === 'latest') return { at: raw }
  if (raw.startsWith('@')) return { at: 'time', timestampMs: parseTime(raw.slice(1), option, nowMs) }
  const number = Number(raw)
  if (!/^-?\d+$/.test(raw) || !Number.isSafeInteger(number)) throw notASpec(raw, option)
  // -0 is the end.
  return raw.startsWith('-')
    ? { at: 'before-end', count: Math.abs(number) }
    : { at: 'offset', offset: number }
}

/** `-1h`, `-30m`, `PT1H`, epoch milliseconds, or ISO 8601 (local time where no zone is given). */
function parseTime(raw: string, option: string, nowMs: number): number {
  const ago = /^-(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(raw)
  if (ago !== null) return Math.round(nowMs - Number(ago[1]) * UNIT_MS[ago[2]!]!)
  if (/^\d{11,}$/.test(raw)) return Number(raw)
  const timestampMs = /^\d{4}-\d{2}/.test(raw) ? Date.parse(raw) : NaN
  if (Number.isNaN(timestampMs)) throw notASpec(`@${raw}`, option)
  return timestampMs
}

function notASpec(raw: string, option: string): UsageError {
  return new UsageError(`--${option} cannot be "${raw}"`, {
    hint: 'earliest, latest, 42, -5 (before the end), @2026-11-20T10:00Z, @1700000000000 or @-1h',
  })
}

export interface PartitionOffset extends TopicPartition {
  offset: number
}

/**
 * The offsets that `specs` mean now, in their order. A number must lie in the log, else KtError says what
 * does. A time after the last record means the end.
 */
export async function resolveOffsets(
  cluster: Cluster,
  specs: readonly (TopicPartition & { spec: OffsetSpec })[],
): Promise<PartitionOffset[]> {
  const isReadCommitted = cluster.settings['isolation.level'] === 'read_committed'
  const find = async (timestampOf: (spec: OffsetSpec) => bigint | undefined, committed = isReadCommitted) => {
    const wanted = specs.flatMap(({ topic, partition, spec }) => {
      const timestamp = timestampOf(spec)
      return timestamp === undefined ? [] : [{ topic, partition, timestamp }]
    })
    const found = wanted.length === 0 ? [] : await listOffsets(cluster, wanted, committed)
    return new Map(found.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]))
  }
  const [first, end, byTime] = await Promise.all([
    find(({ at }) => (at === 'latest' || at === 'time' ? undefined : EARLIEST)),
    find(({ at }) => (at === 'earliest' ? undefined : LATEST)),
    find((spec) => (spec.at === 'time' ? BigInt(spec.timestampMs) : undefined), false),
  ])
  return specs.map(({ topic, partition, spec }) => {
    const name = `${topic}-${partition}`
    const bounds = { first: first.get(name) ?? 0, end: end.get(name) ?? 0, byTime: byTime.get(name) ?? -1 }
    return { topic, partition, offset: offsetOf(name, spec, bounds) }
  })
}

interface Bounds {
  first: number
  end: number
  /** -1: no record is that young. */
  byTime: number
}

function offsetOf(name: string, spec: OffsetSpec, { first, end, byTime }: Bounds): number {
  switch (spec.at) {
    case 'earliest':
      return first
    case 'latest':
      return end
    case 'before-end':
      return Math.max(first, end - spec.count)
    case 'time':
      return byTime < 0 ? end : byTime
    case 'offset':
      if (spec.offset >= first && spec.offset <= end) return spec.offset
      throw new KtError(`${name} has no offset ${spec.offset}`, {
        hint: `its records have the offsets ${first} to ${end - 1}, and ${end} is next`,
      })
  }
}

export interface PartitionChoice {
  partition: number
  /** Undefined: as for all others. */
  spec: OffsetSpec | undefined
}

/** `0`, `0,3`, `0:100,1:-5,2:earliest` → which partitions, and where each starts. Throws UsageError. */
export function parsePartitions(raw: string): PartitionChoice[] {
  const seen = new Set<number>()
  return raw.split(',').map((piece) => {
    const [, number, spec] = /^(\d+)(?::(.+))?$/.exec(piece.trim()) ?? []
    const partition = Number(number)
    if (number === undefined || partition > 0x7fffffff)
      throw new UsageError(`--partition takes numbers, or NUMBER:OFFSET pairs, not "${piece}"`, {
        hint: 'e.g. --partition 0,1 or --partition 0:100,1:-5,2:earliest',
      })
    if (seen.has(partition)) throw new UsageError(`--partition names partition ${partition} twice`)
    seen.add(partition)
    return { partition, spec: spec === undefined ? undefined : parseOffsetSpec(spec, 'partition') }
  })
}
