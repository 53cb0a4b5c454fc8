/** When the record at an offset was written: one Fetch (1) for each leader, one more for a partition whose first batch is large. */
import type { Cluster } from '../cluster/cluster.ts'
import { Fetch } from '../protocol/generated/apis/Fetch.ts'
import { readBatches } from '../records/batch-reader.ts'
import { loadCodec } from '../records/compression.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import type { TopicPartition } from './offsets.ts'

export interface PartitionAt extends TopicPartition {
  offset: number
}

/** From this version on topics have ids instead of names. */
const LAST_WITH_NAMES = 12
/** Enough for the first batch of most partitions; a broker cuts a larger one off. */
const FIRST_BYTES = 64 * 1024
const MAX_PARTITIONS = 100
const MAX_BYTES = 64 * 1024 * 1024

/** By `atName`: the timestamp of the first record at or behind the offset. Partitions without one, or that cannot be read now, are missing. */
export async function timestampsAt(
  cluster: Cluster,
  partitions: readonly PartitionAt[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const byLeader = new Map<number, Map<string, PartitionAt>[]>()
  for (const one of new Map(partitions.map((each) => [atName(each), each])).values()) {
    const leader = cluster.metadata.leaderOf(one.topic, one.partition) ?? -1
    if (leader < 0) continue
    // A request may name a partition once: other groups' offsets of it stand in the next round.
    const rounds = byLeader.get(leader) ?? []
    byLeader.set(leader, rounds)
    const name = `${one.topic}-${one.partition}`
    const free = rounds.find((round) => !round.has(name))
    if (free) free.set(name, one)
    else rounds.push(new Map([[name, one]]))
  }
  const asking = [...byLeader.values()].flat().map(async (round) => {
    const all = [...round.values()]
    const cut: PartitionAt[] = []
    for (let at = 0; at < all.length; at += MAX_PARTITIONS)
      cut.push(...(await ask(cluster, all.slice(at, at + MAX_PARTITIONS), found)))
    // The first partition of a request gets one whole batch at least, however large (KIP-74).
    for (const one of cut) await ask(cluster, [one], found)
  })
  await Promise.all(asking)
  return found
}

export function atName({ topic, partition, offset }: PartitionAt): string {
  return `${topic}-${partition}@${offset}`
}

/** Puts what it learns into `found`; gives back the partitions whose first batch did not fit. */
async function ask(
  cluster: Cluster,
  partitions: readonly PartitionAt[],
  found: Map<string, number>,
): Promise<PartitionAt[]> {
  const { topic, partition } = partitions[0]!
  const request = {
    maxWaitMs: 0,
    minBytes: 1,
    maxBytes: MAX_BYTES,
    sessionEpoch: -1,
    topics: partitions.map((one) => ({
      topic: one.topic,
      partitions: [
        {
          partition: one.partition,
          fetchOffset: BigInt(one.offset),
          partitionMaxBytes: partitions.length === 1 ? MAX_BYTES : FIRST_BYTES,
        },
      ],
    })),
  }
  const { responses } = await cluster.call(
    Fetch,
    request,
    { leader: { topic, partition } },
    { maxVersion: LAST_WITH_NAMES, errorsOf: () => [] },
  )
  const cut: PartitionAt[] = []
  for (const { topic: name, partitions: answers } of responses)
    for (const { partitionIndex, errorCode, records } of answers) {
      const one = partitions.find((each) => each.topic === name && each.partition === partitionIndex)
      if (one === undefined || errorCode !== 0 || records === null || records.length === 0) continue
      const timestamp = await timestampIn(records, one)
      if (timestamp !== undefined) found.set(atName(one), timestamp)
      else if (partitions.length > 1) cut.push(one)
    }
  return cut
}

async function timestampIn(
  records: Buffer,
  { topic, partition, offset }: PartitionAt,
): Promise<number | undefined> {
  const cursor = new RecordCursor()
  for (const batch of readBatches(records, `${topic}-${partition}`)) {
    if (batch.lastOffset < offset || batch.isControl) continue
    if (batch.codec !== 'none') await loadCodec(batch.codec)
    cursor.open(batch)
    while (cursor.next()) if (cursor.offset >= offset) return cursor.timestamp
  }
  return undefined
}
