import { clusterOptions, selectorsOf, topicOperand, topicOption } from './topics/shared.ts'
import { defineCommand } from '../cli/command.ts'
import { flag, text } from '../cli/options.ts'
import { isoTime } from '../cli/records/times.ts'
import { partitionRules, partitionsOf } from '../core/admin/topic-partition-filter.ts'
import * as topics from '../core/admin/topics.ts'
import type { Cluster } from '../core/cluster/cluster.ts'
import { missingTopicHint } from '../core/cluster/known-topic.ts'
import { parseOffsetSpec } from '../core/consumer/offset-spec.ts'
import * as offsets from '../core/consumer/offsets.ts'
import { KtError, UsageError } from '../core/errors.ts'
import { byTopic, nameOf } from '../core/group/topic-partitions.ts'

const SPECIAL: Readonly<Record<string, bigint>> = {
  latest: offsets.LATEST,
  earliest: offsets.EARLIEST,
  'max-timestamp': offsets.MAX_TIMESTAMP,
  'earliest-local': offsets.EARLIEST_LOCAL,
  'latest-tiered': offsets.LATEST_TIERED,
  'earliest-pending-upload': offsets.EARLIEST_PENDING_UPLOAD,
}

/** JSON: `{"offsets": [{"topic", "partition", "offset", "timestamp"}]}`; null where no record is that young, or there is none. */
export default defineCommand({
  description:
    'The next offset of each partition, or another one that --time names. Kafka’s own topics are left out where no ' +
    'topic was named, unless a script’s name is used.',
  operands: [topicOperand],
  options: {
    topic: topicOption,
    partitions: text('only these partitions of the topics: 0,2', { placeholder: 'NUMBERS' }),
    'topic-partitions': text('patterns and ranges: orders:0,pay.*:1-3,audit:2-', { placeholder: 'RULES' }),
    time: text(
      `which: ${Object.keys(SPECIAL).join(', ')}, epoch milliseconds, or @2026-11-20T10:00Z, @-1h: the first record from then on`,
      { default: 'latest', placeholder: 'TIME' },
    ),
    'exclude-internal-topics': flag('leave out topics that Kafka made for itself'),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt get-offsets orders', does: 'where each partition ends' },
    { line: 'kt get-offsets orders --time earliest', does: 'where each begins' },
    {
      line: "kt get-offsets --topic-partitions 'orders:0-2' --time @-1h",
      does: 'where the last hour begins',
    },
  ],
  async run({ topic, partitions, topicPartitions, time, excludeInternalTopics }, context) {
    if (topicPartitions !== undefined && (topic.length > 0 || partitions !== undefined))
      throw new UsageError('--topic-partitions cannot be used with --topic or --partitions')
    const timestamp = timestampOf(time)
    const selectors = selectorsOf(topic, context)
    const isMeant =
      topicPartitions === undefined ? partitionsOf(selectors, partitions) : partitionRules(topicPartitions)
    const cluster = await context.cluster()
    const isAny = topic.length === 0 && topicPartitions === undefined
    const excludesInternal = excludeInternalTopics || (isAny && !context.isScript)
    const all = await partitionsIn(cluster, excludesInternal)
    const wanted = all.filter(isMeant)
    if (wanted.length === 0) throw noMatch(topic, all)
    const isLed = (one: offsets.TopicPartition) =>
      (cluster.metadata.leaderOf(one.topic, one.partition) ?? -1) >= 0
    const led = wanted.filter(isLed)
    const found = await offsets.listOffsets(
      cluster,
      led.map((one) => ({ ...one, timestamp })),
    )
    const rows = found.sort(byTopic).map(asRow)
    await context.out.list({
      name: 'offsets',
      rows,
      java: (all) =>
        // Kafka's tool sorts by the whole name, so that 10 stands before 2.
        [...all]
          .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
          .filter(({ offset }) => offset !== null)
          .map((one) => `${one.topic}:${one.partition}:${one.offset}`),
      columns: [
        { title: 'TOPIC', value: (one) => one.topic },
        { title: 'PARTITION', value: ({ partition }) => partition, align: 'right' },
        { title: 'OFFSET', value: ({ offset }) => offset, align: 'right' },
        ...(rows.some((one) => one.timestamp !== null)
          ? [{ title: 'TIMESTAMP', value: (one: Row) => timeText(one.timestamp) }]
          : []),
      ],
    })
    refuseLeaderless(wanted.filter((one) => !isLed(one)))
  },
})

/** Kafka's sentence. */
function noMatch([first]: readonly string[], all: readonly offsets.TopicPartition[]): KtError {
  const existing = new Set(all.map((one) => one.topic))
  const isThere = first === undefined || existing.has(first)
  const hint = isThere ? 'kt topics describe shows what there is' : missingTopicHint(first, [...existing])
  return new KtError('Could not match any topic-partitions with the specified filters', { hint })
}

type Row = ReturnType<typeof asRow>

function asRow({ topic, partition, offset, timestamp }: offsets.FoundOffset) {
  return {
    topic,
    partition,
    offset: offset < 0 ? null : offset,
    timestamp: timestamp < 0 ? null : timestamp,
  }
}

function timeText(timestampMs: number | null): string {
  return timestampMs === null ? '' : isoTime(timestampMs)
}

function timestampOf(raw: string): bigint {
  const special = SPECIAL[raw]
  if (special !== undefined) return special
  if (/^-?\d+$/.test(raw)) return BigInt(raw)
  const spec = raw.startsWith('@') ? parseOffsetSpec(raw, 'time') : undefined
  if (spec?.at === 'time') return BigInt(spec.timestampMs)
  throw new UsageError(
    `Malformed time argument ${raw}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local ` +
      '/ -5 or latest-tiered / -6 or earliest-pending-upload, or a specified long format timestamp',
  )
}

async function partitionsIn(cluster: Cluster, excludesInternal: boolean): Promise<offsets.TopicPartition[]> {
  return (await topics.list(cluster))
    .filter(({ isInternal }) => !excludesInternal || !isInternal)
    .flatMap(({ name, partitionCount }) =>
      Array.from({ length: partitionCount }, (_, partition) => ({ topic: name, partition })),
    )
}

/** Kafka's tool skips them, and ends with 0. */
function refuseLeaderless(skipped: readonly offsets.TopicPartition[]): void {
  if (skipped.length === 0) return
  const names = skipped.map(({ topic, partition }) => `${topic}-${partition}`)
  throw new KtError(`no offsets of ${names.join(', ')}: there is no leader that listens`)
}
