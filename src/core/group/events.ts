/** What happens to a member, as Kafka's system tests name it (org.apache.kafka.tools.VerifiableConsumer). */
import type { TopicPartition } from '../consumer/offsets.ts'

export type GroupEvent =
  | {
      name: 'partitions_assigned' | 'partitions_revoked' | 'partitions_lost'
      partitions: readonly TopicPartition[]
    }
  | {
      name: 'offsets_committed'
      offsets: readonly (TopicPartition & { offset: number })[]
      /** Absent: committed. */
      error?: string
    }

/** One line of JSON, with the keys of Kafka's. `nowMs`: epoch milliseconds. */
export function eventLine(event: GroupEvent, nowMs: number): string {
  const { name } = event
  if (name !== 'offsets_committed')
    return JSON.stringify({ timestamp: nowMs, name, partitions: event.partitions.map(bare) })
  const offsets = event.offsets.map((one) => ({ ...bare(one), offset: one.offset }))
  const { error } = event
  const outcome = error === undefined ? { success: true } : { success: false, error }
  return JSON.stringify({ timestamp: nowMs, name, offsets, ...outcome })
}

function bare({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}
