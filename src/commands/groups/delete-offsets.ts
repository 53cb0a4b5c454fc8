import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import { flag, text, texts } from '../../cli/options.ts'
import { type DeletedOffset, deleteOffsets } from '../../core/admin/alter-offsets.ts'
import { describe } from '../../core/admin/describe-groups.ts'
import { committed } from '../../core/admin/group-offsets.ts'
import type { GroupListing } from '../../core/admin/groups.ts'
import { expandTopics, parseTopicArgument, type TopicArgument } from '../../core/admin/topic-arguments.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { KtError, UsageError } from '../../core/errors.ts'
import { apiError, errorOf } from '../../core/protocol/errors.ts'
import { padded, widthOf } from './java-text.ts'
import {
  canAsk,
  choose,
  clusterOptions,
  confirmGroups,
  explainMissing,
  openCluster,
  stillActive,
  toolOf,
} from './shared.ts'

/** JSON: `{"groupId", "offsets": [{"topic", "partition", "isDeleted", "error"}]}`; of a share group `partition` is null: whole topics. */
export default defineCommand({
  description:
    'What a group has committed for topics or partitions that none of its members is subscribed to. Of a share group ' +
    'whole topics. On a terminal it asks first.',
  operands: [{ name: 'group', summary: 'whose offsets' }],
  options: {
    group: text('whose offsets', { placeholder: 'GROUP' }),
    topic: texts('TOPIC or TOPIC:0,1; may be repeated', { placeholder: 'TOPIC', aliases: ['input-topic'] }),
    'all-topics': flag('all that the group has offsets for', { aliases: ['all-input-topics'] }),
    yes: flag('do not ask', { short: 'y' }),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt groups delete-offsets billing --topic orders', does: 'of all partitions of a topic' },
    { line: 'kt groups delete-offsets billing --topic orders:0,1 --yes', does: 'of two, without a question' },
  ],
  async run({ group, topic, allTopics, yes, as, timeout }, context) {
    if (group === undefined)
      throw new UsageError('no group given', { hint: 'kt groups delete-offsets GROUP --topic TOPIC' })
    if (topic.length === 0 && !allTopics)
      throw new UsageError('Option [delete-offsets] takes the following options: [topic], [group]')
    const wanted = topic.map(parseTopicArgument)
    const cluster = await openCluster(timeout, context)
    const [listed] = await choose(
      cluster,
      { group: [group], allGroups: false, tool: toolOf(as, context) },
      context,
    )
    if (!yes && canAsk(context)) await refuseMissing(cluster, listed!)
    const topics = allTopics ? await topicsOf(cluster, group) : wanted
    const { partitions, unknownTopics, unknownPartitions } = await expandTopics(cluster, topics)
    if (!yes)
      await confirmGroups(
        'Delete offsets of',
        [group],
        `for ${topics.map((one) => one.topic).join(', ')}`,
        context,
      )
    const outcomes = [
      ...(partitions.length === 0 ? [] : await remove(cluster, listed!, partitions)),
      ...unknownTopics.map((name) => ({ topic: name, error: unknown(name) })),
      ...unknownPartitions.map((name) => ({ ...split(name), error: unknown(name) })),
    ]
    await print(context, group, outcomes, listed!)
    await refuse(cluster, group, outcomes)
  },
})

/** Before anybody is asked about it. */
async function refuseMissing(cluster: Cluster, { groupId, type }: GroupListing): Promise<void> {
  const group = type === 'Unknown' ? (await describe(cluster, [groupId])).get(groupId) : undefined
  if (group instanceof KtError) throw (await explainMissing(cluster, new Map([[groupId, group]])))[0]!
}

async function topicsOf(cluster: Cluster, groupId: string): Promise<TopicArgument[]> {
  const own = (await committed(cluster, [groupId])).get(groupId)!
  if (own instanceof KtError) throw own
  return own.map(({ topic, partition }) => ({ topic, partitions: [partition] }))
}

async function remove(
  cluster: Cluster,
  { groupId, type }: GroupListing,
  partitions: Parameters<typeof deleteOffsets>[3],
): Promise<DeletedOffset[]> {
  try {
    return await deleteOffsets(cluster, groupId, type, partitions)
  } catch (error) {
    if (!(error instanceof KtError)) throw error
    const [explained] = await explainMissing(cluster, new Map([[groupId, error]]))
    throw explained!
  }
}

const UNKNOWN_TOPIC_OR_PARTITION = 3

function unknown(name: string) {
  return apiError(UNKNOWN_TOPIC_OR_PARTITION, name)
}

function split(name: string): { topic: string; partition: number } {
  const at = name.lastIndexOf('-')
  return { topic: name.slice(0, at), partition: Number(name.slice(at + 1)) }
}

async function print(
  { out }: Context,
  groupId: string,
  outcomes: readonly DeletedOffset[],
  { type }: GroupListing,
): Promise<void> {
  const sorted = [...outcomes].sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1))
  const rows = sorted.map(({ topic, partition, error }) => ({
    topic,
    partition: partition ?? null,
    isDeleted: error === undefined,
    error: error?.message ?? null,
  }))
  if (out.style === 'json') return out.message({ groupId, offsets: rows })
  if (out.style === 'java') return printJava(out, groupId, sorted, type === 'Share')
  await out.list({
    name: 'offsets',
    rows,
    columns: [
      { title: 'TOPIC', value: ({ topic }) => topic },
      { title: 'PARTITION', value: ({ partition }) => partition, align: 'right' },
      { title: 'STATUS', value: ({ error }) => error ?? 'deleted' },
    ],
  })
}

/** As Kafka's tool compares them: the texts joined. */
function sortKey({ topic, partition }: DeletedOffset): string {
  return `${topic}${partition ?? -1}`
}

function printJava(
  out: Context['out'],
  groupId: string,
  sorted: readonly DeletedOffset[],
  isShare: boolean,
): void {
  const isRefused = sorted.some(({ partition, error }) => error !== undefined && partition !== undefined)
  if (!isShare && !isRefused) out.line(`Request succeeded for deleting offsets from group ${groupId}.`)
  const widths = [widthOf(sorted, ({ topic }) => topic, 15), ...(isShare ? [] : [10, 15])]
  const rows = sorted.map(({ topic, partition, error }) => {
    const status = error === undefined ? 'Successful' : `Error: ${javaError(error.code)}`
    return isShare ? [topic, status] : [topic, partition ?? '-', status]
  })
  out.line('')
  for (const row of [isShare ? ['TOPIC', 'STATUS'] : ['TOPIC', 'PARTITION', 'STATUS'], ...rows])
    out.line(padded(row, widths))
}

function javaError(code: number): string {
  const { exception, message } = errorOf(code)
  return `org.apache.kafka.common.errors.${exception}: ${message}`
}

/** Kafka's tool ends with 0 here. */
async function refuse(cluster: Cluster, groupId: string, outcomes: readonly DeletedOffset[]): Promise<void> {
  const failed = outcomes.flatMap(({ error }) => error ?? [])
  const [first] = failed
  if (first === undefined) return
  const message =
    failed.length === 1
      ? first.message
      : `${failed.length} of ${outcomes.length} were refused: ${errorOf(first.code).message || first.codeName}`
  if (first.codeName !== 'GROUP_SUBSCRIBED_TO_TOPIC') throw new KtError(message)
  const group = (await describe(cluster, [groupId])).get(groupId)!
  throw group instanceof KtError ? new KtError(message) : stillActive(message, group.members)
}
