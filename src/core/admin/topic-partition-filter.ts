/** Which partitions kafka-get-offsets.sh is to look at (org.apache.kafka.server.util.TopicPartitionFilter). */
import type { TopicPartition } from '../consumer/offsets.ts'
import { UsageError } from '../errors.ts'
import { patternSelectorOf, type Selector } from './topic-names.ts'

export type PartitionFilter = (one: TopicPartition) => boolean

const RULE = /^([^:,]*)(?::(?:([0-9]*)|(?:([0-9]*)-([0-9]*))))?$/

/**
 * `orders:0,pay.*:1-3,audit:2-,x:-5`: a regular expression for topics (none: all), and a partition, a range without its
 * end, or nothing for all. Any rule is enough. Throws UsageError, in Kafka's words.
 */
export function partitionRules(raw: string): PartitionFilter {
  const rules = raw.split(',').map(ruleOf)
  return (one) => rules.some((matches) => matches(one))
}

function ruleOf(raw: string): PartitionFilter {
  const [isRule, topic = '', exact, lower, upper] = RULE.exec(raw) ?? []
  if (isRule === undefined) throw new UsageError(`Invalid rule specification: ${raw}`)
  const topics = patternSelectorOf(topic === '' ? '.*' : topic)
  const isMeant = rangeOf(exact, lower, upper)
  return (one) => topics.matches(one.topic) && isMeant(one.partition)
}

function rangeOf(exact?: string, lower?: string, upper?: string): (partition: number) => boolean {
  if (exact !== undefined && exact !== '') return (partition) => partition === Number(exact)
  const from = lower === undefined || lower === '' ? 0 : Number(lower)
  const below = upper === undefined || upper === '' ? Infinity : Number(upper)
  return (partition) => partition >= from && partition < below
}

/** `0,2`: these partitions of the topics chosen. Throws UsageError, in Kafka's words. */
export function partitionsOf(topics: readonly Selector[], raw: string | undefined): PartitionFilter {
  const numbers =
    raw === undefined || raw === '' ? undefined : raw.split(',').map((one) => numberOf(one, raw))
  return ({ topic, partition }) =>
    (topics.length === 0 || topics.some(({ matches }) => matches(topic))) &&
    (numbers === undefined || numbers.includes(partition))
}

function numberOf(one: string, raw: string): number {
  if (/^\d+$/.test(one)) return Number(one)
  throw new UsageError(
    `--partitions expects a comma separated list of numeric partition ids, but received: ${raw}`,
  )
}
