/** Which partitions are not as they should be, as org.apache.kafka.tools.TopicCommand counts. */
import { type PartitionDescription, replicationFactorOf } from './describe-topics.ts'

export function isUnderReplicated(partition: PartitionDescription): boolean {
  return partition.isr.length < replicationFactorOf(partition)
}

/** No leader, or one that is no live broker. */
export function isUnavailable({ leader }: PartitionDescription, liveBrokers: ReadonlySet<number>): boolean {
  return leader === null || !liveBrokers.has(leader)
}

export function isUnderMinIsr({ leader, isr }: PartitionDescription, minInsyncReplicas: number): boolean {
  return leader === null || isr.length < minInsyncReplicas
}

export function isAtMinIsr({ isr }: PartitionDescription, minInsyncReplicas: number): boolean {
  return isr.length === minInsyncReplicas
}
