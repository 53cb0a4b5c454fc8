/** One run of the performance producer: from options to a result, here or in several processes. */
import { create } from '../../core/admin/topics.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { knownTopic } from '../../core/cluster/known-topic.ts'
import { KtError } from '../../core/errors.ts'
import { ProduceRun } from '../../core/perf/produce.ts'
import { type Measured, measuredBy } from '../../core/perf/result.ts'
import { producerOptions } from '../../core/producer/options.ts'
import type { Settings } from '../../core/settings.ts'
import type { Context } from '../context.ts'
import { clusterFacts, documentOf } from './document.ts'
import type { LiveState } from './live-line.ts'
import type { Observer } from './observer.ts'
import type { Outcome } from './present.ts'
import { watchSentBatches } from '../../core/perf/sent-batches.ts'
import { producerMetrics } from './metrics.ts'
import type { ProduceValues } from './produce-options.ts'
import { type ProducePlan, producePlan } from './produce-plan.ts'
import { Ticker } from './ticker.ts'
import { runWorkers } from './workers.ts'

export interface Produced extends Outcome {
  /** What --print-metrics shows; nothing without it. */
  metrics: string[]
}

export interface ProduceHooks {
  /** A line of Kafka's tool that stands before the run. */
  tell?(line: string): void
  /** The topic was not there, and has been made. */
  created?(topic: string): void
}

/** Throws UsageError and what forbids the start; what happens later is in the outcome, with what was measured. */
export async function measureProducer(
  values: ProduceValues,
  context: Context,
  observer: Observer,
  hooks: ProduceHooks = {},
): Promise<Produced> {
  const plan = producePlan(values, context.isScript)
  for (const line of plan.preamble) hooks.tell?.(line)
  const settings = await context.settings(plan.overrides, { 'client.id': 'perf-producer-client' })
  const options = producerOptions(settings)
  if (options.transactionalId !== undefined) plan.load.transactionMs ??= DEFAULT_TRANSACTION_MS
  // An interrupt ends the sending; what was sent is still acknowledged.
  const cluster = await context.cluster(plan.overrides, { outlivesInterrupt: true })
  const partitions = await readyTopic(cluster, plan, values, context, hooks)
  const told = settingsOf(values, plan, settings)
  const about = { perf: 'producer' as const, topic: plan.load.topic, settings: { ...told, partitions } }
  const facts = await clusterFacts(cluster)
  const { measured, error, metrics } =
    values.workers > 1
      ? await inWorkers(values, context, observer, options.transactionalId)
      : await inThisProcess(plan, cluster, values, context, observer, settings)
  const document = documentOf(measured, { ...about, cluster: facts, isInterrupted: context.signal.aborted })
  return { measured, document, error, metrics }
}

const DEFAULT_TRANSACTION_MS = 3000

interface RunEnd {
  measured: Measured
  error: unknown
  metrics: string[]
}

async function inThisProcess(
  { load }: ProducePlan,
  cluster: Cluster,
  values: ProduceValues,
  { signal, onExit }: Context,
  observer: Observer,
  settings: Settings,
): Promise<RunEnd> {
  const options = producerOptions(settings)
  const run = await ProduceRun.open(cluster, load, options)
  const sent = values.printMetrics ? watchSentBatches(cluster.traffic) : undefined
  onExit(() => run.close())
  const { recorder } = run
  const ticker = new Ticker(recorder, observer, values.reportingInterval)
  const read = (): LiveState => ({
    interval: recorder.current,
    elapsedMs: recorder.elapsedMs,
    records: run.sent,
    goal: load.records,
    failed: [...recorder.failures.values()].reduce((sum, count) => sum + count, 0),
  })
  let error: unknown
  try {
    await run.run(signal, {
      async started() {
        await observer.ready()
        observer.started(read)
        ticker.start()
      },
      warmedUp() {
        ticker.restart()
        observer.warmedUp()
      },
    })
  } catch (failure) {
    error = failure
  } finally {
    ticker.stop()
    observer.ended()
  }
  const measured = measuredBy(recorder)
  if (sent === undefined) return { measured, error, metrics: [] }
  const metrics = producerMetrics({
    recorder,
    statistics: run.statistics,
    sent,
    traffic: cluster.traffic,
    topic: load.topic,
    clientId: settings['client.id'],
    bufferBytes: options.bufferBytes,
  })
  return { measured, error, metrics }
}

async function inWorkers(
  values: ProduceValues,
  context: Context,
  observer: Observer,
  transactionalId: string | undefined,
): Promise<RunEnd> {
  const wordsOf = (index: number) =>
    transactionalId === undefined ? [] : [`--transactional-id=${transactionalId}-${index}`]
  const goal = values.numRecords ?? Infinity
  const { measured, error } = await runWorkers({
    count: values.workers,
    words: values.workerWords,
    wordsOf,
    context,
    observer,
    goal,
  })
  return { measured, error, metrics: [] }
}

/** Resolves to the number of partitions. Creates the topic where --partitions asks for it. */
async function readyTopic(
  cluster: Cluster,
  { load }: ProducePlan,
  { partitions: wanted, replicationFactor, worker }: ProduceValues,
  { isScript }: Context,
  hooks: ProduceHooks,
): Promise<number> {
  const { topic } = load
  if (wanted !== undefined && worker === undefined) {
    const [outcome] = await create(cluster, { names: [topic], partitions: wanted, replicationFactor })
    const { error } = outcome!
    if (error === undefined) hooks.created?.(topic)
    else if (error.codeName !== 'TOPIC_ALREADY_EXISTS') throw error
  }
  const isNew = wanted !== undefined
  const { partitions } = await knownTopic(cluster, topic, {
    isWritten: true,
    allowAutoTopicCreation: isScript || isNew,
  })
  if (isNew && partitions.length !== wanted)
    throw new KtError(
      `topic "${topic}" is there already, with ${partitions.length} partitions instead of ${wanted}`,
      {
        hint: 'leave --partitions out to use it as it is, or take another name',
      },
    )
  return partitions.length
}

/** What the result says of how it came about: the options that shape it, and every client property that was given. */
function settingsOf(
  values: ProduceValues,
  { load }: ProducePlan,
  settings: Settings,
): Record<string, unknown> {
  const { spec, recordsPerSec } = load
  const { value, key } = spec
  const options = producerOptions(settings)
  return {
    numRecords: values.numRecords ?? null,
    duration: values.duration ?? null,
    throughput: recordsPerSec ?? -1,
    warmupRecords: values.warmupRecords,
    workers: values.workers,
    sync: values.sync,
    value: value.kind === 'listed' ? { kind: 'listed', payloads: value.payloads.length } : value,
    key: key ?? null,
    headers: spec.headers.length,
    acks: options.acks === -1 ? 'all' : String(options.acks),
    'enable.idempotence': options.isIdempotent,
    'compression.type': options.codec,
    'batch.size': options.batchBytes,
    'linger.ms': options.lingerMs ?? 'none',
    'buffer.memory': options.bufferBytes,
    'max.in.flight.requests.per.connection': options.maxInFlightPerConnection,
    'transactional.id': options.transactionalId ?? null,
  }
}
