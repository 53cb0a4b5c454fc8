import { defineCommand, type Values } from '../cli/command.ts'
import type { Context } from '../cli/context.ts'
import { flag, text, texts } from '../cli/options.ts'
import { filterOf, filterOptions } from '../cli/search-options.ts'
import { openTwoClusters, twoClusterOptions } from '../cli/two-clusters.ts'
import { UsageError } from '../core/errors.ts'
import { copyTopic } from '../cli/copying.ts'

const KEPT = ['timestamp', 'partition', 'none']

const options = {
  'from-topic': text('topic to copy', { placeholder: 'TOPIC' }),
  'to-topic': text('topic to copy to', { placeholder: 'TOPIC' }),
  ...twoClusterOptions,
  from: text('where to start: earliest, latest, 42, -5 (before the end), @2026-11-20T10:00Z or @-1h', {
    placeholder: 'OFFSET',
    default: 'earliest',
  }),
  until: text('where to end, in the same words (default: where the topic ends now)', {
    placeholder: 'OFFSET',
  }),
  partition: text('partitions to copy, with a start each if wished: 0,1 or 0:100,1:-5', {
    placeholder: 'LIST',
  }),
  follow: flag('do not end: copy what comes, too'),
  group: text('keep in this group how far it is, and go on from there', { placeholder: 'GROUP' }),
  'exactly-once': flag('records and offsets of the group in one transaction'),
  keep: texts('timestamp (as by default), partition (also where the target has more), or none', {
    placeholder: 'WHAT',
  }),
  'compression-codec': text('pack the batches anew; without it they stay as they are', {
    choices: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    placeholder: 'CODEC',
    property: 'compression.type',
  }),
  ...filterOptions,
  map: text('a module whose default export changes, drops or multiplies records', { placeholder: 'MODULE' }),
  create: flag('make the target with the partitions and configs of the source'),
  'dry-run': flag('say what would be copied, and do nothing'),
}

export default defineCommand({
  operands: [
    { name: 'from-topic', summary: 'topic to copy' },
    { name: 'to-topic', summary: 'topic to copy to' },
  ],
  options,
  description:
    'Copies what the topic holds now. Batches go through as they are where nothing changes them, so that keys, headers, ' +
    'timestamps and compression are kept; aborted transactions are left out. With as many partitions on both sides, ' +
    'records stay in theirs; otherwise they go where their keys lead.',
  examples: [
    { line: 'kt copy orders orders-2 --create', does: 'all there is now, into a topic made alike' },
    {
      line: 'kt copy orders orders --from-bootstrap-server a:9092 --to-bootstrap-server b:9092 --follow --group move',
      does: 'to another cluster, on and on; goes on where it was',
    },
    {
      line: 'kt copy orders orders-2 --exactly-once',
      does: 'nothing lost or twice, whatever dies meanwhile',
    },
  ],
  run,
})

async function run(values: Values<typeof options>, context: Context): Promise<void> {
  const { fromTopic, toTopic, keep, exactlyOnce } = values
  if (fromTopic === undefined || toTopic === undefined)
    throw new UsageError('two topics are needed: from which, and to which', { hint: 'kt copy FROM TO' })
  if (values.follow && values.until !== undefined)
    throw new UsageError('--follow and --until exclude each other')
  const kept = keep.flatMap((list) => list.split(','))
  const unknown = kept.find((one) => !KEPT.includes(one))
  if (unknown !== undefined)
    throw new UsageError(`--keep takes ${KEPT.join(', ')}, not "${unknown}"`, {
      hint: '--keep partition,timestamp',
    })
  const filter = await filterOf(values)
  const groupId = values.group ?? (exactlyOnce ? `kt-copy-${fromTopic}-${toTopic}` : undefined)
  const [from, to] = await openTwoClusters(context, values, {
    from: { 'isolation.level': 'read_committed' },
    to: exactlyOnce ? { 'transactional.id': groupId! } : {},
  })
  await copyTopic(context, from, to, {
    ...values,
    fromTopic,
    toTopic,
    groupId,
    filter,
    keepsTimestamp: !kept.includes('none'),
    keepsPartition: kept.includes('partition') ? true : kept.includes('none') ? false : undefined,
  })
}
