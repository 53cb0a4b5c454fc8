import { defineCommand } from '../../cli/command.ts'
import { count, flag, text } from '../../cli/options.ts'
import { describe } from '../../core/admin/describe-topics.ts'
import { parseReplicaAssignment } from '../../core/admin/replica-assignment.ts'
import * as topics from '../../core/admin/topics.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { UsageError } from '../../core/errors.ts'
import {
  choose,
  clusterOptions,
  namesAndPatterns,
  noTopic,
  refuseFailed,
  selectorsOf,
  topicOperand,
  topicOption,
} from './shared.ts'

/** JSON: `{"topics": [{"name", "partitionCount"}]}` */
export default defineCommand({
  description:
    `Partitions can be added, never removed; keys go to other partitions afterwards. ${namesAndPatterns} ` +
    'A regular expression never means internal topics here.',
  operands: [topicOperand],
  options: {
    topic: topicOption,
    partitions: count('how many partitions there shall be', { min: 1, max: 2_147_483_647 }),
    'replica-assignment': text('brokers of all partitions, old ones too: 1:2,2:3', {
      placeholder: 'ASSIGNMENT',
    }),
    'if-exists': flag('a topic that does not exist is no error'),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt topics alter orders --partitions 12', does: 'grow to 12 partitions' },
    { line: "kt topics alter 'orders-.*' --partitions 6", does: 'several topics' },
  ],
  async run({ topic, partitions, replicaAssignment, ifExists }, context) {
    if (topic.length === 0) throw noTopic('alter', context)
    if (partitions === undefined)
      throw new UsageError('Missing required argument "[partitions]"', {
        hint: 'kt topics alter TOPIC --partitions N',
      })
    const assignment = replicaAssignment ? parseReplicaAssignment(replicaAssignment) : undefined
    const selectors = selectorsOf(topic, context)
    const cluster = await context.cluster()
    const existing = (await topics.list(cluster)).map(({ name }) => name)
    const names = await choose(cluster, selectors, {
      existing,
      ifExists,
      includesInternal: context.isScript,
      right: 'ALTER',
    })
    const outcomes =
      names.length === 0
        ? []
        : await topics.increasePartitions(cluster, {
            names,
            partitions,
            ...(assignment === undefined ? {} : { assignments: await ofNewOnes(cluster, names, assignment) }),
          })
    const rows = outcomes.flatMap(({ name, error }) =>
      error === undefined ? [{ name, partitionCount: partitions }] : [],
    )
    if (rows.length > 0) await topics.untilKnown(cluster, rows)
    const { out } = context
    // Kafka's script says nothing.
    const lines = rows.map(({ name }) => `topic ${name} has ${partitions} partitions now`)
    if (rows.length > 0 || ifExists)
      out.message({ topics: rows }, out.style === 'java' || rows.length === 0 ? undefined : lines.join('\n'))
    refuseFailed(outcomes, 'altered')
  },
})

/** The brokers are told about the new partitions only: the assignment of those that are there is skipped, as Kafka does. */
async function ofNewOnes(
  cluster: Cluster,
  names: readonly string[],
  assignment: number[][],
): Promise<Map<string, number[][]>> {
  const described = await describe(cluster, { names })
  return new Map(described.map(({ name, partitions }) => [name, assignment.slice(partitions.length)]))
}
