import { defineCommand } from '../../cli/command.ts'
import { text, texts } from '../../cli/options.ts'
import { checkDumpOptions, dump, dumpOptions, partitionsOf } from '../../cli/records/internal/dump.ts'
import { type NameFilter, ownedBy } from '../../cli/records/internal/key-filter.ts'
import { offsetsTopic } from '../../cli/records/internal/topics.ts'
import { list } from '../../core/admin/groups.ts'
import { list as topicsOf } from '../../core/admin/topics.ts'
import { coordinatorPartition } from '../../core/records/internal/coordinator-partition.ts'
import { OffsetCommitView } from '../../core/records/internal/offset-commit.ts'

const options = {
  group: texts('only what is kept of this group, from the one partition that holds it; may be repeated', {
    placeholder: 'GROUP',
  }),
  topic: texts('only offsets committed for this topic; may be repeated', { placeholder: 'TOPIC' }),
  formatter: text('the text of one of Kafka’s formatters', {
    choices: ['OffsetsMessageFormatter', 'GroupMetadataMessageFormatter'],
    placeholder: 'CLASS',
  }),
  ...dumpOptions,
}

export default defineCommand({
  description:
    'Everything that groups of any kind keep in __consumer_offsets: committed offsets, members and what they were given, and what was deleted. With --output json a JSON object for each record; with --output java the text of Kafka’s formatters.',
  operands: [{ name: 'group', summary: 'only these groups', isVariadic: true }],
  options,
  examples: [
    { line: 'kt offsets dump', does: 'all that is kept, in the order it was written' },
    { line: 'kt offsets dump billing --latest', does: 'what holds now for one group' },
    { line: 'kt offsets dump --topic orders --follow --output json', does: 'commits as they are made' },
  ],
  async run(values, context) {
    checkDumpOptions(values)
    const { group: groups, topic: topics, latest, follow, formatter } = values
    const cluster = await context.cluster()
    const partitions = await partitionsOf(cluster, offsetsTopic)
    const holding = new Set(groups.map((group) => coordinatorPartition(group, partitions)))
    await dump(context, cluster, {
      topic: offsetsTopic,
      latest,
      follow,
      formatter,
      partitions: groups.length === 0 ? undefined : [...holding],
      filters: [
        ownedBy('group', groups, async () => (await list(cluster)).map(({ groupId }) => groupId)),
        committedFor(topics, async () => (await topicsOf(cluster)).map(({ name }) => name)),
      ],
    })
  },
})

function committedFor(topics: readonly string[], existing: () => Promise<string[]>): NameFilter | undefined {
  if (topics.length === 0) return undefined
  const commit = new OffsetCommitView()
  return {
    what: 'topic',
    names: topics,
    existing,
    indexOf({ bytes, keyStart, keyEnd }) {
      if (!commit.read(bytes, keyStart, keyEnd, -1, -1)) return -1
      return topics.indexOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', commit.topicStart, commit.topicEnd)) // prettier-ignore
    },
  }
}
