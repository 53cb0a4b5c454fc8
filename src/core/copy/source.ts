/** What is to be copied: where each partition starts and ends. */
import type { Cluster } from '../cluster/cluster.ts'
import { assign } from '../consumer/assign.ts'
import type { OffsetSpec, PartitionChoice } from '../consumer/offset-spec.ts'
import { EARLIEST, LATEST, listOffsets } from '../consumer/offsets.ts'
import type { PartitionPosition } from '../consumer/position.ts'
import { KtError } from '../errors.ts'
import { fetchCommitted } from '../group/committed-offsets.ts'

export interface SourceSpec {
  topic: string
  /** Undefined: all. */
  partitions: readonly PartitionChoice[] | undefined
  start: OffsetSpec
  /** Undefined: what comes later is copied too. */
  until: OffsetSpec | undefined
  /** Where it has committed, reading goes on. */
  groupId: string | undefined
}

/** The positions by partition, at their starts. Throws KtError for what the topic does not have. */
export async function findPositions(cluster: Cluster, spec: SourceSpec): Promise<PartitionPosition[]> {
  const { topic, partitions, start, until, groupId } = spec
  const positions = await assign(cluster, { topics: [topic], partitions, start, until })
  if (groupId !== undefined) await resume(cluster, groupId, positions)
  return positions
}

async function resume(cluster: Cluster, groupId: string, positions: PartitionPosition[]): Promise<void> {
  const committed = await fetchCommitted(cluster, groupId, positions)
  for (const { partition, offset } of committed) {
    const position = positions.find((one) => one.partition === partition)
    if (position !== undefined) position.offset = offset
  }
}

/**
 * An offset that the log does not have: what was there is gone (deleted while it was waiting to be copied), and reading
 * goes on with the first that is left. Resolves to how many offsets that skips. Throws KtError where the log is shorter
 * than what has been copied already.
 */
export async function skipTrimmed(cluster: Cluster, position: PartitionPosition): Promise<number> {
  const { topic, partition, name, offset } = position
  const [first] = await listOffsets(cluster, [{ topic, partition, timestamp: EARLIEST }])
  if (first!.offset <= offset)
    throw new KtError(`${name} has no offset ${offset}: its log is shorter than what was copied before`, {
      hint: 'the topic was made anew, or an unclean election cut it off; another --group starts over',
    })
  position.seek(first!.offset)
  return Math.min(first!.offset, position.endOffset) - offset
}

/** Offsets from which on a transaction is open; its records are not copied (LSO below the high watermark). */
export async function openTransactions(
  cluster: Cluster,
  positions: readonly PartitionPosition[],
): Promise<{ name: string; offset: number }[]> {
  const wanted = positions.map(({ topic, partition }) => ({ topic, partition, timestamp: LATEST }))
  if (wanted.length === 0) return []
  const [stable, all] = await Promise.all([listOffsets(cluster, wanted, true), listOffsets(cluster, wanted)])
  return positions.flatMap(({ name, partition, endOffset }) => {
    const offset = stable.find((one) => one.partition === partition)!.offset
    const end = all.find((one) => one.partition === partition)!.offset
    return offset < end && offset <= endOffset ? [{ name, offset }] : []
  })
}
