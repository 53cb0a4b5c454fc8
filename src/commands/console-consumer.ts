import { resolve } from 'node:path'
import { defineCommand, type Values } from '../cli/command.ts'
import { connectionOptions, timeoutOption } from '../cli/connection-options.ts'
import { consume } from '../cli/consuming.ts'
import { checkTopics, groupOptions, groupPlan, resetText } from '../cli/consumer-group.ts'
import { consumerInterceptors } from '../cli/consumer-interceptors.ts'
import type { Context } from '../cli/context.ts'
import { count, flag, type Option, text, texts } from '../cli/options.ts'
import { OffsetKeeper } from '../cli/offset-keeper.ts'
import { OutputFile } from '../cli/output-file.ts'
import { searchOptions } from '../cli/search-options.ts'
import { narrowed, searchPlan } from '../cli/search-plan.ts'
import { outputFormatter, outputOptions } from '../cli/output-options.ts'
import { TopicMatcher } from '../cli/topic-matcher.ts'
import type { Cluster } from '../core/cluster/cluster.ts'
import { assign, type Assignment } from '../core/consumer/assign.ts'
import { OffsetFile } from '../core/consumer/offset-file.ts'
import { parseOffsetSpec, parsePartitions } from '../core/consumer/offset-spec.ts'
import { UsageError } from '../core/errors.ts'
import { lockFile } from '../core/file-lock.ts'
import { parseOffsetReset } from '../core/group/offset-reset.ts'

const options = {
  topic: texts('topic to read; may be repeated', { placeholder: 'TOPIC' }),
  ...connectionOptions,
  ...timeoutOption,
  ...groupOptions,
  'from-beginning': flag('start with the first record instead of the next one'),
  partition: text('partitions to read, with a start each if wished: 0,1 or 0:100,1:-5,2:earliest', {
    placeholder: 'LIST',
  }),
  offset: text('where to start: earliest, latest, 42, -5 (before the end), @2026-11-20T10:00Z or @-1h', {
    placeholder: 'OFFSET',
  }),
  until: text('where to end, in the same words; what is there is not read any more', {
    placeholder: 'OFFSET',
  }),
  'exit-at-end': flag('end where the partitions end now', { short: 'e' }),
  to: text('append to FILE instead of stdout', { placeholder: 'FILE' }),
  'offset-file': text('keep the next offsets in FILE, and start where it says', { placeholder: 'FILE' }),
  interceptor: texts('a module that sees each record and commit; may be repeated', { placeholder: 'MODULE' }),
  parallel: flag('read each partition by a worker of its own: a slow one holds nobody up'),
  stats: flag('show position, end, lag and rate of each partition on stderr'),
  ...searchOptions,
  'max-messages': orNoLimit(count('end after this many records', { min: 1 })),
  'timeout-ms': orNoLimit(count('end when no record has come for this long', { placeholder: 'MS' })),
  'isolation-level': text('read_committed leaves out aborted transactions', {
    choices: ['read_committed', 'read_uncommitted'],
    property: 'isolation.level',
    placeholder: 'LEVEL',
  }),
  ...outputOptions,
  'skip-message-on-error': flag('go on with the next record when one cannot be printed'),
}

export default defineCommand({
  operands: [{ name: 'topic', summary: 'topics to read', isVariadic: true }],
  options,
  description:
    'Prints each record as it arrives until interrupted, or until --max-messages or --timeout-ms says to end.',
  examples: [
    { line: 'kt console-consumer orders --from-beginning', does: 'all there is, then what comes' },
    { line: 'kt console-consumer orders --partition 0 --offset 42 --max-messages 1', does: 'one record' },
    {
      line: 'kt console-consumer orders --from-beginning --output json --timeout-ms 1000',
      does: 'as JSON lines',
    },
  ],
  run,
})

async function run(values: Values<typeof options>, context: Context): Promise<void> {
  checkTopicOptions(values)
  const assignment = assignmentOf(values)
  const interceptors = await consumerInterceptors(values.interceptor)
  const formatter = await outputFormatter(
    values,
    context,
    values.include !== undefined || values.topic.length !== 1,
  )
  const search = await searchPlan(values)
  const settings = await context.settings()
  const group = await groupPlan(values, settings)
  const reset = parseOffsetReset(resetText(values, settings))
  const cluster = await context.cluster({}, { outlivesInterrupt: group !== undefined })
  if (group !== undefined) await checkTopics(cluster, group)
  const include = values.include === undefined ? undefined : new TopicMatcher(cluster, values.include)
  const topics = (await include?.topics()) ?? values.topic
  const narrow = search === undefined ? assignment : await narrowed(assignment, values, cluster, context)
  const positions = group === undefined ? await assign(cluster, { ...narrow, topics }) : []
  if (values.offsetFile !== undefined) {
    const lock = lockFile(values.offsetFile)
    context.onExit(() => lock.release())
  }
  const { output, keeper } = keeping(values, cluster)
  if (output !== undefined && output.startBytes > 0) formatter.continues?.()
  await keeper?.resume(positions)
  await consume(context, {
    cluster,
    settings,
    formatter,
    sink: output?.sink ?? context.out.sink,
    positions,
    group,
    keeper,
    reset,
    maxMessages: values.maxMessages ?? Infinity,
    timeoutMs: values.timeoutMs ?? Infinity,
    skipsErrors: values.skipMessageOnError,
    tellsEvents: values.enableSystestEvents,
    showsStats: values.stats,
    isParallel: values.parallel,
    interceptors,
    search,
    hasEnd: narrow.until !== undefined,
    // Who has chosen partitions, or ends where they end now, has no place for new ones.
    watchedTopics:
      group === undefined && narrow.until === undefined && narrow.partitions === undefined
        ? () => include?.topics() ?? refreshed(cluster, topics)
        : undefined,
  })
}

async function refreshed({ metadata }: Cluster, topics: readonly string[]): Promise<readonly string[]> {
  await metadata.refresh(topics)
  return topics
}

function checkTopicOptions({
  topic,
  include,
  partition,
  group,
  offsetFile,
  to,
  until,
  exitAtEnd,
}: Values<typeof options>): void {
  if (topic.length === 0 && include === undefined)
    throw new UsageError('no topic given', { hint: 'kt console-consumer TOPIC' })
  // Kafka's own sentence.
  if (topic.length > 0 && include !== undefined)
    throw new UsageError('Exactly one of --include/--topic is required.')
  if (partition !== undefined && topic.length !== 1) throw new UsageError('--partition needs a single topic')
  if (until !== undefined && exitAtEnd) throw new UsageError('--until and --exit-at-end exclude each other')
  if (group !== undefined && offsetFile !== undefined)
    throw new UsageError('--group and --offset-file exclude each other: offsets are kept in one place')
  if (group !== undefined && (until !== undefined || exitAtEnd))
    throw new UsageError('--until and --exit-at-end are for reading without a group', {
      hint: 'with --group, --timeout-ms ends when nothing more comes',
    })
  if (to !== undefined && offsetFile === undefined)
    throw new UsageError('--to needs --offset-file, which says how much of the file is whole')
}

function assignmentOf(values: Values<typeof options>): Omit<Assignment, 'topics'> {
  const { fromBeginning, offset, partition, until, exitAtEnd } = values
  if (fromBeginning && offset !== undefined)
    throw new UsageError('--from-beginning and --offset exclude each other')
  const rawStart = offset ?? (fromBeginning ? 'earliest' : 'latest')
  const start = parseOffsetSpec(rawStart, 'offset')
  if (start.at === 'offset' && partition === undefined)
    throw new UsageError('--offset with a number needs --partition')
  return {
    partitions: partition === undefined ? undefined : parsePartitions(partition),
    start,
    until: exitAtEnd ? { at: 'latest' } : until === undefined ? undefined : parseOffsetSpec(until, 'until'),
  }
}

function keeping(
  { offsetFile, to }: Values<typeof options>,
  cluster: Cluster,
): { output: OutputFile | undefined; keeper: OffsetKeeper | undefined } {
  if (offsetFile === undefined) return { output: undefined, keeper: undefined }
  const outputPath = to === undefined ? undefined : resolve(to)
  const file = OffsetFile.open(offsetFile, cluster.metadata.clusterId, outputPath)
  const output = to === undefined ? undefined : new OutputFile(to, file.outputBytes)
  return { output, keeper: new OffsetKeeper(file, cluster, output) }
}

/** With -1, as Kafka's scripts have it where nothing is given. */
function orNoLimit({ parse, ...option }: Option<number | undefined>): Option<number | undefined> {
  const parseLimit = (raw: readonly string[], name: string) =>
    raw.at(-1) === '-1' ? Infinity : parse(raw, name)
  return { ...option, parse: parseLimit }
}
