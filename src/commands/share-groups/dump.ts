import { defineCommand } from '../../cli/command.ts'
import { text, texts } from '../../cli/options.ts'
import { checkDumpOptions, dump, dumpOptions, partitionsOf } from '../../cli/records/internal/dump.ts'
import { aboutTopic, ownedBy } from '../../cli/records/internal/key-filter.ts'
import { shareStateTopic } from '../../cli/records/internal/topics.ts'
import { list } from '../../core/admin/groups.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { knownTopic } from '../../core/cluster/known-topic.ts'
import { coordinatorPartition } from '../../core/records/internal/coordinator-partition.ts'
import { sharePartitionId } from '../../core/records/internal/share-records.ts'

const options = {
  group: texts('only what is kept of this share group; may be repeated', { placeholder: 'GROUP' }),
  topic: text('only what is kept of this topic', { placeholder: 'TOPIC' }),
  formatter: text('the text of Kafka’s formatter', {
    choices: ['ShareGroupStateMessageFormatter'],
    placeholder: 'CLASS',
  }),
  ...dumpOptions,
}

export default defineCommand({
  description:
    'Everything that share coordinators keep in __share_group_state: from which offset on a share group reads a partition, and what became of the records behind it. With a group and a topic only the partitions that hold them are read.',
  operands: [{ name: 'group', summary: 'only these share groups', isVariadic: true }],
  options,
  examples: [
    { line: 'kt share-groups dump --latest', does: 'where every share group stands' },
    { line: 'kt share-groups dump workers --topic orders', does: 'of one group and topic' },
    { line: 'kt share-groups dump --follow --output json', does: 'changes as they are made' },
  ],
  async run(values, context) {
    checkDumpOptions(values)
    const { group: groups, topic: topicName, latest, follow, formatter } = values
    const cluster = await context.cluster()
    const partitions = await partitionsOf(cluster, shareStateTopic)
    const about = topicName === undefined ? undefined : await topicNamed(cluster, topicName)
    await dump(context, cluster, {
      topic: shareStateTopic,
      latest,
      follow,
      formatter,
      partitions: about && holding(groups, about, partitions),
      filters: [
        ownedBy('group', groups, async () =>
          (await list(cluster, { types: ['Share'] })).map(({ groupId }) => groupId),
        ),
        topicName === undefined || about === undefined ? undefined : aboutTopic(topicName, about.topicId),
      ],
    })
  },
})

interface Topic {
  topicId: string
  count: number
}

async function topicNamed(cluster: Cluster, name: string): Promise<Topic> {
  const { topicId, partitions } = await knownTopic(cluster, name, { right: 'DESCRIBE' })
  return { topicId, count: partitions.length }
}

/** Undefined: any partition may hold it. */
function holding(
  groups: readonly string[],
  { topicId, count }: Topic,
  partitions: number,
): number[] | undefined {
  if (groups.length === 0) return undefined
  const found = new Set<number>()
  for (const group of groups)
    for (let partition = 0; partition < count; partition++)
      found.add(coordinatorPartition(sharePartitionId(group, topicId, partition), partitions))
  return [...found]
}
