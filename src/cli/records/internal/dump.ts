/** `kt offsets dump` and its kind: one of Kafka's own topics, read from its beginning. */
import type { Cluster } from '../../../core/cluster/cluster.ts'
import { knownTopic } from '../../../core/cluster/known-topic.ts'
import { assign } from '../../../core/consumer/assign.ts'
import { ApiError, KtError, UsageError } from '../../../core/errors.ts'
import { connectionOptions, timeoutOption } from '../../connection-options.ts'
import { consume } from '../../consuming.ts'
import type { Context } from '../../context.ts'
import { flag, text } from '../../options.ts'
import type { Formatter } from '../formatter.ts'
import { fittedRows } from './fitted-rows.ts'
import { internalFormatter } from './kafka-formatters.ts'
import { jsonLines } from './json-lines.ts'
import type { NameFilter } from './key-filter.ts'
import { kafkaText } from './kafka-text.ts'
import { latestOnly } from './latest-only.ts'
import { tableRows } from './table-rows.ts'
import type { DumpFormatter, InternalTopic } from './topics.ts'
import { wantedBy } from './wanted.ts'

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
  /** All of them must know a record; undefined ones know all. */
  filters: readonly (NameFilter | undefined)[]
}

/** Throws KtError after the last record when some could not be read: those are told of where they stand. */
export async function dump(context: Context, cluster: Cluster, plan: DumpPlan): Promise<void> {
  const { topic, latest, follow, partitions } = plan
  const wanted = wantedBy(plan.filters.filter((filter) => filter !== undefined))
  const formatter = formatterOf(context, plan)
  const positions = await assign(cluster, {
    topics: [topic.topic],
    partitions: partitions?.map((partition) => ({ partition, spec: undefined })),
    start: { at: 'earliest' },
    until: follow ? undefined : { at: 'latest' },
  })
  const shown = wanted.noting(formatter)
  await consume(context, {
    cluster,
    settings: await context.settings(),
    formatter: wanted.only(latest ? latestOnly(shown) : shown),
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
  if (unreadable > 0) {
    const records = unreadable === 1 ? '1 record' : `${unreadable} records`
    throw new KtError(`${records} of ${topic.topic} cannot be read: each says why where it stands`)
  }
  // Of what is followed there may be something later.
  if (!follow) await wanted.refuseMissing(topic.topic)
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

function formatterOf({ out, terminal }: Context, { topic, formatter }: DumpPlan): Formatter {
  if (formatter !== undefined) return internalFormatter(formatter)!
  if (out.style === 'json') return jsonLines(topic)
  if (out.style === 'java') return kafkaText(topic.types)
  return terminal.stdout ? fittedRows(topic, terminal.columns) : tableRows(topic)
}
