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

/** Undefined for a class that prints any topic. */
export function internalFormatter(className: string): Formatter | undefined {
  return FORMATTERS[className.replace(/^.*[.$]/, '')]?.()
}
