import { defineCommand } from '../../cli/command.ts'
import { flag } from '../../cli/options.ts'
import { isInternal } from '../../core/admin/topic-names.ts'
import * as topics from '../../core/admin/topics.ts'
import { clusterOptions, namesAndPatterns, selectorsOf, topicOperand, topicOption } from './shared.ts'

/** JSON: `{"topics": [{"name", "topicId", "isInternal", "partitionCount", "replicationFactor"}]}` */
export default defineCommand({
  description: namesAndPatterns,
  operands: [topicOperand],
  options: {
    topic: topicOption,
    'exclude-internal': flag('leave out topics that Kafka made for itself'),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt topics list', does: 'all of them' },
    { line: "kt topics list 'orders.*' --exclude-internal", does: 'those that begin with orders' },
    { line: 'kt topics list --output json', does: 'the same for programs' },
  ],
  async run({ topic, excludeInternal }, context) {
    const selectors = selectorsOf(topic, context)
    const all = await topics.list(await context.cluster({}, { wantsListing: true }))
    const rows = all
      .filter(({ name }) => selectors.length === 0 || selectors.some(({ matches }) => matches(name)))
      .filter(({ name }) => !excludeInternal || !isInternal(name))
    await context.out.list({
      name: 'topics',
      rows,
      whenEmpty: all.length === 0 ? 'the cluster has no topics' : 'no topic matches',
      // Kafka's script prints an empty line where there is none.
      java: () => [rows.map(({ name }) => name).join('\n')],
      columns: [
        { title: 'TOPIC', value: ({ name }) => name },
        { title: 'PARTITIONS', value: ({ partitionCount }) => partitionCount, align: 'right' },
        { title: 'REPLICATION', value: ({ replicationFactor }) => replicationFactor, align: 'right' },
      ],
    })
  },
})
