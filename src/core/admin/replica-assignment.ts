import { UsageError } from '../errors.ts'

/** Kafka's `1:2,2:3` → [[1, 2], [2, 3]]: for each partition from 0 its brokers, the preferred leader first. */
export function parseReplicaAssignment(raw: string): number[][] {
  const partitions = raw.split(',').map((brokers) => brokers.split(':').map((id) => brokerId(id.trim(), raw)))
  const size = partitions[0]!.length
  partitions.forEach((brokers, partition) => {
    const twice = brokers.find((id, index) => brokers.indexOf(id) !== index)
    if (twice !== undefined)
      throw new UsageError(`partition ${partition} would have broker ${twice} twice in "${raw}"`)
    if (brokers.length !== size)
      throw new UsageError(
        `partition ${partition} has different replication factor: ${brokers.length} brokers where partition 0 has ${size}`,
      )
  })
  return partitions
}

function brokerId(text: string, raw: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 2_147_483_647) return Number(text)
  throw new UsageError(`"${text}" in "${raw}" is not a broker's id`, {
    hint: 'brokers of a partition with ":", partitions with ",": 1:2,2:3',
  })
}
