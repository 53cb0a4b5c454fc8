import { defineCommand } from '../../cli/command.ts'
import { count, flag, properties, text, texts } from '../../cli/options.ts'
import { parseReplicaAssignment } from '../../core/admin/replica-assignment.ts'
import { checkName, couldCollide } from '../../core/admin/topic-names.ts'
import * as topics from '../../core/admin/topics.ts'
import { UsageError } from '../../core/errors.ts'
import { clusterOptions, noTopic, refuseFailed } from './shared.ts'

const MAX_INT32 = 2_147_483_647
const MAX_INT16 = 32_767

/** Kafka's own sentence (org.apache.kafka.tools.TopicCommand). */
const COLLISION =
  "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. " +
  'To avoid issues it is best to use either, but not both.'

/** JSON: `{"topics": [{"name", "isCreated", "topicId", "partitionCount", "replicationFactor"}]}` */
export default defineCommand({
  description:
    'Without --partitions and --replication-factor the brokers decide (num.partitions, default.replication.factor).',
  operands: [{ name: 'topic', summary: 'names of the new topics', isVariadic: true }],
  options: {
    topic: texts('names of the new topics', { placeholder: 'TOPIC' }),
    partitions: count('how many partitions', { min: 1, max: MAX_INT32 }),
    'replication-factor': count('how many brokers hold each partition', { min: 1, max: MAX_INT16 }),
    'replica-assignment': text('brokers of each partition instead: 1:2,2:3', { placeholder: 'ASSIGNMENT' }),
    config: properties('a config of the topic, e.g. retention.ms=3600000'),
    'if-not-exists': flag('a topic that exists already is no error'),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt topics create orders', does: 'as the brokers have it by default' },
    {
      line: 'kt topics create orders --partitions 12 --replication-factor 3 --config cleanup.policy=compact',
      does: 'with a size and a config',
    },
    { line: 'kt topics create orders payments --if-not-exists', does: 'several, and again without harm' },
  ],
  async run(values, context) {
    const { topic: names, partitions, replicationFactor, replicaAssignment, ifNotExists } = values
    if (names.length === 0) throw noTopic('create', context)
    if (replicaAssignment !== undefined) refuseBoth({ partitions, 'replication-factor': replicationFactor })
    const assignments = replicaAssignment ? parseReplicaAssignment(replicaAssignment) : []
    for (const name of names) checkName(name)
    warn()

    const cluster = await context.cluster()
    const spec = { names: [...new Set(names)], partitions, replicationFactor, assignments }
    const outcomes = await topics.create(cluster, { ...spec, configs: trimmed(values.config) })
    const created = outcomes.flatMap(({ name, result }) =>
      result === undefined ? [] : [{ name, ...result }],
    )
    if (created.length > 0) await topics.untilKnown(cluster, created)
    const isThere = ({ error }: topics.Outcome) => ifNotExists && error?.codeName === 'TOPIC_ALREADY_EXISTS'
    const settled = outcomes.filter((outcome) => outcome.error === undefined || isThere(outcome))
    const rows = settled.map(({ name, result }) => ({ name, isCreated: result !== undefined, ...result }))
    if (rows.length > 0) context.out.message({ topics: rows }, sentences(rows, context.out.style === 'java'))
    refuseFailed(
      outcomes.map((outcome) => (isThere(outcome) ? { name: outcome.name } : outcome)),
      'created',
    )

    function warn(): void {
      if (!names.some(couldCollide)) return
      if (context.out.style === 'java') context.out.line(COLLISION)
      else if (context.terminal.stderr) context.note(COLLISION)
    }
  },
})

type Row = { name: string; isCreated: boolean } & Partial<topics.CreatedTopic>

function sentences(rows: readonly Row[], isJava: boolean): string | undefined {
  const lines = rows.flatMap(({ name, isCreated, partitionCount, replicationFactor }) => {
    if (isJava) return isCreated ? [`Created topic ${name}.`] : []
    if (!isCreated) return [`topic ${name} exists already`]
    const partitions = partitionCount === 1 ? '1 partition' : `${partitionCount} partitions`
    return [`created topic ${name} (${partitions}, replication factor ${replicationFactor})`]
  })
  return lines.length === 0 ? undefined : lines.join('\n')
}

function refuseBoth(others: Record<string, unknown>): void {
  const other = Object.keys(others).find((name) => others[name] !== undefined)
  if (other === undefined) return
  throw new UsageError(`Option "[replica-assignment]" can't be used with option "[${other}]"`, {
    hint: '--replica-assignment says both already',
  })
}

function trimmed(configs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(configs).map(([name, value]) => [name, value.trim()]))
}
