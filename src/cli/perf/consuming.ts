/** One run of the performance consumer: from options to a result, here or in several processes. */
import type { Cluster } from '../../core/cluster/cluster.ts'
import { assign } from '../../core/consumer/assign.ts'
import { resetOffsets } from '../../core/group/offset-reset.ts'
import { UsageError } from '../../core/errors.ts'
import { ConsumeRun } from '../../core/perf/consume.ts'
import { measuredBy, type Measured } from '../../core/perf/result.ts'
import type { Settings } from '../../core/settings.ts'
import { checkTopics, type GroupPlan, groupPlan } from '../consumer-group.ts'
import type { Context } from '../context.ts'
import { TopicMatcher } from '../topic-matcher.ts'
import type { ConsumeValues } from './consume-options.ts'
import { clusterFacts, documentOf } from './document.ts'
import type { LiveState } from './live-line.ts'
import { consumerMetrics } from './metrics.ts'
import type { Observer } from './observer.ts'
import type { Outcome } from './present.ts'
import { shareOf } from './produce-plan.ts'
import { durationMs } from './quantities.ts'
import { Ticker } from './ticker.ts'
import { runWorkers } from './workers.ts'

export interface Consumed extends Outcome {
  /** Ended because nothing more came. */
  hasTimedOut: boolean
  /** What --print-metrics shows. */
  metrics: string[]
}

interface RunEnd {
  measured: Measured
  error: unknown
  rebalanceMs: number
  hasTimedOut: boolean
}

/** `rebalance` is told what joining the group has taken so far. */
export async function measureConsumer(
  values: ConsumeValues,
  context: Context,
  observer: Observer,
  rebalance: (ms: number) => void = () => {},
): Promise<Consumed> {
  check(values)
  const settings = await context.settings({}, defaultsOf(values, context))
  const group = await groupOf(values, settings)
  const cluster = await context.cluster({}, { outlivesInterrupt: group !== undefined })
  const topics = await topicsOf(cluster, values)
  if (group !== undefined) await checkTopics(cluster, group)
  const facts = await clusterFacts(cluster)
  const end =
    values.workers > 1
      ? await inWorkers(values, context, observer)
      : await inThisProcess(values, { cluster, settings, group, topics }, context, observer, rebalance)
  const { measured, error, rebalanceMs, hasTimedOut } = end
  const document = documentOf(measured, {
    perf: 'consumer',
    topic: topics.join(','),
    settings: settingsOf(values, settings),
    cluster: facts,
    isInterrupted: context.signal.aborted,
  })
  const fetchMs = Math.max(measured.elapsedMs - rebalanceMs, 0.001)
  document.details = {
    rebalanceMs,
    fetchMs,
    fetchRecordsPerSec: document.records / (fetchMs / 1000),
    fetchMbPerSec: document.bytes / 2 ** 20 / (fetchMs / 1000),
    hasTimedOut: hasTimedOut ? 1 : 0,
  }
  // Workers have connections of their own.
  const metrics = values.workers > 1 ? [] : consumerMetrics(document, cluster.traffic, settings['client.id'])
  return { measured, document, error, hasTimedOut, metrics }
}

function check({ topic, include, numRecords, duration }: ConsumeValues): void {
  if ((topic === undefined) === (include === undefined))
    throw new UsageError('Exactly one of --topic and --include is needed', { hint: 'kt perf consumer TOPIC' })
  if (numRecords === undefined && duration === undefined)
    throw new UsageError('how many records? Neither --num-records nor --duration is given', {
      hint: 'e.g. --num-records 1000000, or --duration 30s',
    })
}

/** Kafka's tool is always a member of a group; by default one that nobody else is in. */
function defaultsOf({ fetchSize }: ConsumeValues, { isScript }: Context): Record<string, string> {
  const own = { 'client.id': 'perf-consumer-client', 'max.partition.fetch.bytes': String(fetchSize) }
  return isScript ? { ...own, 'group.id': `perf-consumer-${Math.floor(Math.random() * 100_000)}` } : own
}

async function groupOf(values: ConsumeValues, settings: Settings): Promise<GroupPlan | undefined> {
  return groupPlan(
    {
      group: values.group,
      include: values.include,
      commit: undefined,
      commitAsync: false,
      fromBeginning: !values.fromLatest && !settings.isSet('auto.offset.reset'),
      partition: undefined,
      offset: undefined,
      topic: values.topic === undefined ? [] : [values.topic],
      commandProperty: values.commandProperty,
      commandConfig: values.commandConfig,
    },
    settings,
  )
}

async function topicsOf(cluster: Cluster, { topic, include }: ConsumeValues): Promise<string[]> {
  if (topic !== undefined) return [topic]
  const topics = await new TopicMatcher(cluster, include!).topics()
  if (topics.length === 0) throw new UsageError(`--include: no topic matches ${include}`)
  return topics
}

async function inThisProcess(
  values: ConsumeValues,
  parts: { cluster: Cluster; settings: Settings; group: GroupPlan | undefined; topics: readonly string[] },
  { signal, onExit, note }: Context,
  observer: Observer,
  rebalance: (ms: number) => void,
): Promise<RunEnd> {
  const { cluster, settings, group, topics } = parts
  const share = shareOf(values.worker)
  const start = { at: values.fromLatest ? 'latest' : 'earliest' } as const
  const all =
    group === undefined
      ? await assign(cluster, { topics, partitions: undefined, start, until: undefined })
      : []
  // All of them count together: the process that started this one says when it is enough.
  const isAlone = share.of === 1
  const load = {
    records: isAlone ? (values.numRecords ?? Infinity) : Infinity,
    durationMs: values.duration === undefined ? undefined : durationMs(values.duration, 'duration'),
    timeoutMs: values.timeout,
    positions: all.filter((_, index) => index % share.of === share.index),
    group: group && { ...group, isAsync: true },
  }
  const run = await ConsumeRun.open(cluster, load, settings, {
    async offsetOutOfRange(position) {
      const [found] = await resetOffsets(cluster, [position], { strategy: 'earliest' })
      position.seek(found!.offset)
    },
    truncated: () => Promise.resolve(),
    note,
  })
  onExit(() => run.close())
  const { recorder } = run
  const ticker = new Ticker(
    recorder,
    { ...silent, interval: (one) => (rebalance(run.rebalanceMs), observer.interval(one)) },
    values.reportingInterval,
  )
  await observer.ready()
  observer.started((): LiveState => ({
    interval: recorder.current,
    elapsedMs: recorder.elapsedMs,
    records: run.records,
    goal: load.records,
    failed: 0,
  }))
  ticker.start()
  let error: unknown
  try {
    await run.run(signal)
  } catch (failure) {
    error = failure
  } finally {
    ticker.stop()
    observer.ended()
  }
  return { measured: measuredBy(recorder), error, rebalanceMs: run.rebalanceMs, hasTimedOut: run.hasTimedOut }
}

const silent: Observer = {
  ready: () => {},
  started: () => {},
  interval: () => {},
  warmedUp: () => {},
  ended: () => {},
}

async function inWorkers(values: ConsumeValues, context: Context, observer: Observer): Promise<RunEnd> {
  const goal = values.numRecords ?? Infinity
  const common = {
    count: values.workers,
    words: values.workerWords,
    wordsOf: () => [],
    context,
    observer,
    goal,
    stopsAtGoal: true,
  }
  const { measured, error, details } = await runWorkers(common)
  const rebalanceMs = Math.max(0, ...details.map((one) => one.rebalanceMs ?? 0))
  const hasTimedOut = details.length > 0 && details.every((one) => one.hasTimedOut === 1)
  return { measured, error, rebalanceMs, hasTimedOut }
}

function settingsOf(values: ConsumeValues, settings: Settings): Record<string, unknown> {
  return {
    numRecords: values.numRecords ?? null,
    duration: values.duration ?? null,
    workers: values.workers,
    group: settings['group.id'],
    'check.crcs': settings['check.crcs'],
    'isolation.level': settings['isolation.level'],
    'fetch.min.bytes': settings['fetch.min.bytes'],
    'fetch.max.bytes': settings['fetch.max.bytes'],
    'max.partition.fetch.bytes': settings['max.partition.fetch.bytes'],
    'fetch.max.wait.ms': settings['fetch.max.wait.ms'],
  }
}
