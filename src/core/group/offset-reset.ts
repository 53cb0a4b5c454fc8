/** Where reading starts when a group has committed nothing: `auto.offset.reset` (KIP-1106 for by_duration). */
import type { Cluster } from '../cluster/cluster.ts'
import { EARLIEST, LATEST, listOffsets, type TopicPartition } from '../consumer/offsets.ts'
import { KtError, UsageError } from '../errors.ts'
import { nameOf } from './topic-partitions.ts'

export type OffsetReset =
  | { strategy: 'earliest' | 'latest' | 'none' }
  /** The first record that is at most this old. */
  | { strategy: 'by_duration'; durationMs: number }

/** `earliest`, `latest`, `none` or `by_duration:PT1H` (java.time.Duration). Throws UsageError. */
export function parseOffsetReset(rawText: string): OffsetReset {
  const text = rawText.trim()
  const word = text.toLowerCase()
  if (word === 'earliest' || word === 'latest' || word === 'none') return { strategy: word }
  const durationMs = word.startsWith('by_duration:')
    ? isoDurationMs(text.slice('by_duration:'.length))
    : undefined
  if (durationMs !== undefined) return { strategy: 'by_duration', durationMs }
  throw new UsageError(`invalid value "${rawText}" for auto.offset.reset`, {
    hint: 'it is earliest, latest, none or by_duration: with a duration like PT1H30M or P1DT12H',
  })
}

/** Start offsets of partitions without a committed one. Throws KtError for `none`. */
export async function resetOffsets(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  reset: OffsetReset,
): Promise<(TopicPartition & { offset: number })[]> {
  if (partitions.length === 0) return []
  if (reset.strategy === 'none')
    throw new KtError(
      `the group has no committed offset for ${partitions.map(nameOf).join(', ')}, and auto.offset.reset is none`,
      { hint: 'set auto.offset.reset to earliest, latest or by_duration:PT1H' },
    )
  const isReadCommitted = cluster.settings['isolation.level'] === 'read_committed'
  const ask = (wanted: readonly TopicPartition[], timestamp: bigint) =>
    listOffsets(cluster, wanted.map((one) => ({ ...one, timestamp })), isReadCommitted) // prettier-ignore
  if (reset.strategy !== 'by_duration')
    return ask(partitions, reset.strategy === 'earliest' ? EARLIEST : LATEST)
  const found = await ask(partitions, BigInt(Date.now() - reset.durationMs))
  // Nothing is that young: what comes next is.
  const quiet = found.filter(({ offset }) => offset < 0)
  const ends = quiet.length === 0 ? [] : await ask(quiet, LATEST)
  return [...found.filter(({ offset }) => offset >= 0), ...ends]
}

/** java.time.Duration.parse, without negative parts; undefined for anything else. */
function isoDurationMs(text: string): number | undefined {
  const parts = /^P(?:(\d+)D)?(T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?$/i.exec(text)
  if (parts === null || /^P$/i.test(text)) return undefined
  const [, days, , hours, minutes, seconds] = parts
  const total = [days, hours, minutes, seconds].map((part) => Number(part ?? 0))
  return Math.floor(total[0]! * 86_400_000 + total[1]! * 3_600_000 + total[2]! * 60_000 + total[3]! * 1000)
}
