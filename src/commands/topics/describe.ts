import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import { count, flag, text } from '../../cli/options.ts'
import { javaHashOrder } from '../../cli/output/java-order.ts'
import { describe, describeById, type TopicDescription } from '../../core/admin/describe-topics.ts'
import * as health from '../../core/admin/partition-health.ts'
import * as topics from '../../core/admin/topics.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { ApiError, KtError, UsageError } from '../../core/errors.ts'
import { choose, clusterOptions, namesAndPatterns, selectorsOf, topicOperand, topicOption } from './shared.ts'
import { type Described, printJava, printJson, printTables } from './describe-output.ts'

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'
const TOPIC_ID = /^[\w-]{21}[AQgw]$/
const heading = 'Only some partitions'

const options = {
  topic: topicOption,
  'topic-id': text('the topic with this id', { placeholder: 'ID' }),
  'under-replicated-partitions': flag('with fewer replicas in sync than there should be', { heading }),
  'unavailable-partitions': flag('without a live leader', { heading }),
  'under-min-isr-partitions': flag('with fewer replicas in sync than min.insync.replicas', { heading }),
  'at-min-isr-partitions': flag('with just as many as min.insync.replicas', { heading }),
  'topics-with-overrides': flag('only topics with configs of their own, without their partitions'),
  'exclude-internal': flag('leave out topics that Kafka made for itself'),
  'if-exists': flag('a topic that does not exist is no error'),
  'partition-size-limit-per-response': count('partitions to ask for at a time', {
    min: 1,
    max: 2_147_483_647,
  }),
  ...clusterOptions,
}

export default defineCommand({
  description: `Without TOPIC all of them. ${namesAndPatterns}`,
  operands: [topicOperand],
  options,
  examples: [
    { line: 'kt topics describe orders', does: 'configs and partitions of one topic' },
    { line: 'kt topics describe --under-replicated-partitions', does: 'what is not fully replicated' },
    { line: "kt topics describe 'orders.*' --output json", does: 'for programs' },
  ],
  async run(values, context) {
    const { topicsWithOverrides: onlyOverridden } = values
    const wanted = wantedPartitions(values)
    if (onlyOverridden && wanted !== undefined)
      throw new UsageError(`Option "[topics-with-overrides]" can't be used with option "[${wanted.option}]"`)
    const cluster = await context.cluster()
    const isJava = context.out.style === 'java'
    const sorted = await describeThem(cluster, values, context)
    // Kafka's script puts all of them into a hash map before it looks which to show.
    const found = isJava ? javaHashOrder(sorted, ({ name }) => name, sorted.length) : sorted
    if (found.some(({ hasReassignments }) => !hasReassignments))
      context.note(
        'the controller does not answer: partitions that are being moved are shown as if they were not',
      )
    const liveBrokers = new Set(cluster.metadata.brokers.keys())
    const described: Described[] = found
      .map((topic) => ({
        topic,
        partitions:
          wanted === undefined
            ? topic.partitions
            : topic.partitions.filter((partition) => wanted.isMeant(partition, topic, liveBrokers)),
      }))
      .filter(({ topic, partitions }) =>
        onlyOverridden
          ? topic.configs.some(({ isDefault }) => !isDefault)
          : wanted === undefined || partitions.length > 0,
      )
    const show = { hasTopics: wanted === undefined, hasPartitions: !onlyOverridden }
    if (context.out.style === 'json') printJson(context.out, described, show)
    else if (isJava) printJava(context.out, described, show)
    else await printTables(context.out, described, show)
  },
})

type Values = Parameters<typeof wantedPartitions>[0] & {
  topic: string[]
  topicId: string | undefined
  excludeInternal: boolean
  ifExists: boolean
  partitionSizeLimitPerResponse: number | undefined
}

type IsMeant = (
  partition: TopicDescription['partitions'][number],
  topic: TopicDescription,
  liveBrokers: ReadonlySet<number>,
) => boolean

/** Any of the chosen claims is enough, as with Kafka's script; undefined where none was chosen. */
function wantedPartitions(values: {
  underReplicatedPartitions: boolean
  unavailablePartitions: boolean
  underMinIsrPartitions: boolean
  atMinIsrPartitions: boolean
}): { option: string; isMeant: IsMeant } | undefined {
  const claims: [boolean, string, IsMeant][] = [
    [values.underReplicatedPartitions, 'under-replicated-partitions', health.isUnderReplicated],
    [
      values.unavailablePartitions,
      'unavailable-partitions',
      (partition, _, liveBrokers) => health.isUnavailable(partition, liveBrokers),
    ],
    [
      values.underMinIsrPartitions,
      'under-min-isr-partitions',
      (partition, { minInsyncReplicas }) => health.isUnderMinIsr(partition, minInsyncReplicas),
    ],
    [
      values.atMinIsrPartitions,
      'at-min-isr-partitions',
      (partition, { minInsyncReplicas }) => health.isAtMinIsr(partition, minInsyncReplicas),
    ],
  ]
  const chosen = claims.filter(([isChosen]) => isChosen)
  const [first] = chosen
  if (first === undefined) return undefined
  return { option: first[1], isMeant: (...args) => chosen.some(([, , isMeant]) => isMeant(...args)) }
}

async function describeThem(cluster: Cluster, values: Values, context: Context): Promise<TopicDescription[]> {
  const { topic, topicId, excludeInternal, ifExists } = values
  if (topicId !== undefined && topicId !== ZERO_UUID) return describeIt(cluster, topicId, ifExists)
  const selectors = selectorsOf(topic, context)
  const listed = (await topics.list(cluster)).filter(({ isInternal }) => !excludeInternal || !isInternal)
  const existing = listed.map(({ name }) => name)
  const names =
    selectors.length === 0
      ? existing
      : await choose(cluster, selectors, { existing, ifExists, includesInternal: true, right: 'DESCRIBE' })
  return describe(cluster, { names, maxPartitionsPerResponse: values.partitionSizeLimitPerResponse })
}

async function describeIt(cluster: Cluster, topicId: string, ifExists: boolean): Promise<TopicDescription[]> {
  if (!TOPIC_ID.test(topicId))
    throw new UsageError(`"${topicId}" is not a topic id`, { hint: 'kt topics describe shows them' })
  try {
    return [await describeById(cluster, topicId)]
  } catch (error) {
    if (!(error instanceof ApiError) || error.codeName !== 'UNKNOWN_TOPIC_ID') throw error
    if (ifExists) return []
    throw new KtError(`TopicId '${topicId}' does not exist as expected`, { cause: error })
  }
}
