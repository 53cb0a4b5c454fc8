/** `kt offsets dump` and its kind: one of Kafka's own topics, read from its beginning. */
import type { Cluster } from '../../../core/cluster/cluster.ts'
import { knownTopic } from '../../../core/cluster/known-topic.ts'
import { assign } from '../../../core/consumer/assign.ts'
import { ApiError, KtError, UsageError } from '../../../core/errors.ts'
import type { RecordCursor } from '../../../core/records/record-cursor.ts'
import { connectionOptions, timeoutOption } from '../../connection-options.ts'
import { consume } from '../../consuming.ts'
import type { Context } from '../../context.ts'
import { flag, text } from '../../options.ts'
import type { Formatter } from '../formatter.ts'
import { internalFormatter } from './kafka-formatters.ts'
import { jsonLines } from './json-lines.ts'
import { kafkaText } from './kafka-text.ts'
import { latestOnly } from './latest-only.ts'
import { tableRows } from './table-rows.ts'
import type { DumpFormatter, InternalTopic } from './topics.ts'

export const dumpOptions = {
  latest: flag('only the current value of each key, as if the topic were compacted'),
  follow: flag('go on with what comes, until interrupted', { short: 'f' }),
  'isolation-level': text('read_committed leaves out aborted transactions', {
    choices: ['read_committed', 'read_uncommitted'],
    property: 'isolation.level',
    placeholder: 'LEVEL',
  }),
  ...connectionOptions,
  ...timeoutOption,
}

export interface DumpPlan {
  topic: InternalTopic
  latest: boolean
  follow: boolean
  /** Undefined: all of them. */
  partitions: readonly number[] | undefined
  /** Kafka's class whose text is wanted. */
  formatter?: string | undefined
  /** Undefined: all records. */
  isWanted?: ((cursor: RecordCursor) => boolean) | undefined
}

/** Throws KtError after the last record when some could not be read: those are told of where they stand. */
export async function dump(context: Context, cluster: Cluster, plan: DumpPlan): Promise<void> {
  const { topic, latest, follow, partitions, isWanted } = plan
  const formatter = formatterOf(context, plan)
  const positions = await assign(cluster, {
    topics: [topic.topic],
    partitions: partitions?.map((partition) => ({ partition, spec: undefined })),
    start: { at: 'earliest' },
    until: follow ? undefined : { at: 'latest' },
  })
  const shown = latest ? latestOnly(formatter) : formatter
  await consume(context, {
    cluster,
    settings: await context.settings(),
    formatter: isWanted === undefined ? shown : onlyWanted(isWanted, shown),
    sink: context.out.sink,
    positions,
    hasEnd: !follow,
    group: undefined,
    keeper: undefined,
    reset: { strategy: 'earliest' },
    maxMessages: Infinity,
    timeoutMs: Infinity,
    skipsErrors: false,
    tellsEvents: false,
    tellsTotal: false,
    showsStats: false,
    isParallel: false,
    interceptors: { onConsume: [], onEvent: () => {}, close: () => Promise.resolve() },
  })
  const { unreadable = 0 } = formatter as Partial<DumpFormatter>
  if (unreadable === 0) return
  const records = unreadable === 1 ? '1 record' : `${unreadable} records`
  throw new KtError(`${records} of ${topic.topic} cannot be read: each says why where it stands`)
}

/** How many partitions it has. Throws KtError while Kafka has not made it: it does so when it has something to keep. */
export async function partitionsOf(cluster: Cluster, { topic }: InternalTopic): Promise<number> {
  try {
    return (await knownTopic(cluster, topic)).partitions.length
  } catch (error) {
    if (!(error instanceof ApiError) || error.codeName !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
    throw new KtError(`topic "${topic}" does not exist: nothing has been kept in it yet`, {
      hint: 'Kafka makes it when it is first needed',
      cause: error,
    })
  }
}

export function checkDumpOptions({ latest, follow }: { latest: boolean; follow: boolean }): void {
  if (latest && follow)
    throw new UsageError('--latest and --follow exclude each other: what is current is known at the end only')
}

function formatterOf({ out }: Context, { topic, formatter }: DumpPlan): Formatter {
  if (formatter !== undefined) return internalFormatter(formatter)!
  if (out.style === 'json') return jsonLines(topic)
  return out.style === 'java' ? kafkaText(topic.types) : tableRows(topic)
}

function onlyWanted(isWanted: (cursor: RecordCursor) => boolean, inner: Formatter): Formatter {
  return {
    write(cursor, topic, partition, out) {
      if (isWanted(cursor)) inner.write(cursor, topic, partition, out)
    },
    end: (out) => inner.end?.(out) ?? Promise.resolve(),
  }
}
