/** Kafka's formatters for its own topics by the names of their classes, today's and those before Kafka 4. */
import { groupRecords } from '../../../core/records/internal/group-records.ts'
import { shareRecords } from '../../../core/records/internal/share-records.ts'
import { transactionRecords } from '../../../core/records/internal/transaction-records.ts'
import type { Formatter } from '../formatter.ts'
import { kafkaText } from './kafka-text.ts'

const COMMITS = new Set([0, 1])
const CLASSIC_GROUPS = new Set([2])

const FORMATTERS: Readonly<Record<string, () => Formatter>> = {
  OffsetsMessageFormatter: () => kafkaText(groupRecords, COMMITS),
  GroupMetadataMessageFormatter: () => kafkaText(groupRecords, CLASSIC_GROUPS),
  TransactionLogMessageFormatter: () => kafkaText(transactionRecords),
  ShareGroupStateMessageFormatter: () => kafkaText(shareRecords),
}

/** By the name without its package. */
export const INTERNAL_FORMATTER_NAMES = [
  'OffsetsMessageFormatter',
  'GroupMetadataMessageFormatter',
  'TransactionLogMessageFormatter',
  'ShareGroupStateMessageFormatter',
] as const

/** What `--formatter` of the console consumer may be. */
export const INTERNAL_FORMATTER_CLASSES: readonly string[] = [
  ...INTERNAL_FORMATTER_NAMES,
  'org.apache.kafka.tools.consumer.OffsetsMessageFormatter',
  'org.apache.kafka.tools.consumer.GroupMetadataMessageFormatter',
  'org.apache.kafka.tools.consumer.TransactionLogMessageFormatter',
  'org.apache.kafka.tools.consumer.group.share.ShareGroupStateMessageFormatter',
  'kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter',
  'kafka.coordinator.group.GroupMetadataManager$GroupMetadataMessageFormatter',
  'kafka.coordinator.transaction.TransactionLog$TransactionLogMessageFormatter',
]

/** Undefined for a class that prints any topic. */
export function internalFormatter(className: string): Formatter | undefined {
  return FORMATTERS[className.replace(/^.*[.$]/, '')]?.()
}
