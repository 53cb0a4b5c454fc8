/** `kt perf latency`: from options to a result and Kafka's lines (org.apache.kafka.tools.EndToEndLatency). */
import { create } from '../../core/admin/topics.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { knownTopic } from '../../core/cluster/known-topic.ts'
import { assign } from '../../core/consumer/assign.ts'
import { ApiError, UsageError } from '../../core/errors.ts'
import type { RecordSpec } from '../../core/perf/records.ts'
import { measuredBy } from '../../core/perf/result.ts'
import { type RoundTripLoad, RoundTripRun } from '../../core/perf/round-trips.ts'
import { producerOptions } from '../../core/producer/options.ts'
import type { Settings } from '../../core/settings.ts'
import type { Context } from '../context.ts'
import { wholeNumber } from '../options.ts'
import { clusterFacts, documentOf, type PerfDocument } from './document.ts'
import { producerWindow } from './java-lines.ts'
import type { LatencyValues } from './latency-options.ts'
import { observed, type Observer } from './observer.ts'
import { type Outcome, prepareReport, present } from './present.ts'
import { durationMs, rate } from './quantities.ts'
import { Ticker } from './ticker.ts'

/** Kafka's tool waits so long for a record. */
const LOST_AFTER_MS = 60_000
const TOLD_EVERY = 1000

export async function runLatency(values: LatencyValues, context: Context): Promise<void> {
  const { out } = context
  const old = await prepareReport(values)
  const tell = (line: string) => {
    if (out.style !== 'java') return
    out.line(line)
    out.flush()
  }
  const outcome = await observed(
    context,
    { window: (interval) => (out.style === 'java' ? undefined : producerWindow(interval)) },
    (inner, observer) => measureLatency(values, inner, observer, tell),
  )
  await present(context, outcome, values, { java: latencyLines, old })
}

function* latencyLines({ latencyMs }: PerfDocument): Iterable<string> {
  yield `Avg latency: ${(latencyMs?.avg ?? NaN).toFixed(4)} ms`
  const whole = (ms: number | undefined) => Math.floor(ms ?? 0)
  const [p50, p99, p999] = [latencyMs?.p50, latencyMs?.p99, latencyMs?.['p99.9']].map(whole)
  yield `Percentiles: 50th = ${p50}, 99th = ${p99}, 99.9th = ${p999}`
}

/** Throws UsageError and what forbids the start; what happens later is in the outcome. */
export async function measureLatency(
  values: LatencyValues,
  context: Context,
  observer: Observer,
  tell: (line: string) => void,
): Promise<Outcome> {
  const { topic, spec, recordsPerSec } = planOf(values)
  const settings = await context.settings()
  if (settings.acks === '0')
    // Kafka's own sentence.
    throw new UsageError(
      "Invalid value for --producer-acks. Latency testing requires synchronous acknowledgement. Please use '1' or 'all'.",
    )
  const cluster = await context.cluster({}, { outlivesInterrupt: true })
  await readyTopic(cluster, topic, context, tell)
  const facts = await clusterFacts(cluster)
  const positions = await assign(cluster, {
    topics: [topic],
    partitions: undefined,
    start: { at: 'latest' },
    until: undefined,
  })
  const load: RoundTripLoad = {
    topic,
    records: values.numRecords ?? Infinity,
    durationMs: values.duration === undefined ? undefined : durationMs(values.duration, 'duration'),
    recordsPerSec,
    warmupRecords: values.warmupRecords,
    spec,
    positions,
    timeoutMs: LOST_AFTER_MS,
  }
  const run = await RoundTripRun.open(cluster, load, settings)
  context.onExit(() => run.close())
  const error = await measured(run, load, values, context, observer, tell)
  const result = measuredBy(run.recorder)
  const about = { perf: 'latency' as const, topic, cluster: facts, isInterrupted: context.signal.aborted }
  const document = documentOf(result, { ...about, settings: settingsOf(values, load, settings) })
  return { measured: result, document, error }
}

async function measured(
  run: RoundTripRun,
  load: RoundTripLoad,
  values: LatencyValues,
  { signal }: Context,
  observer: Observer,
  tell: (line: string) => void,
): Promise<unknown> {
  const { recorder } = run
  const ticker = new Ticker(recorder, observer, values.reportingInterval)
  const read = () => ({
    interval: recorder.current,
    elapsedMs: recorder.elapsedMs,
    records: run.sent,
    goal: load.records,
    failed: run.failed,
  })
  try {
    await observer.ready()
    await run.run(signal, {
      started() {
        observer.started(read)
        ticker.start()
      },
      warmedUp() {
        ticker.restart()
        observer.warmedUp()
      },
      trip(index, us) {
        if (index % TOLD_EVERY === 0) tell(`${index}\t${us / 1000}`)
      },
    })
    return undefined
  } catch (error) {
    return error
  } finally {
    ticker.stop()
    observer.ended()
  }
}

function planOf(values: LatencyValues): {
  topic: string
  spec: RecordSpec
  recordsPerSec: number | undefined
} {
  const { topic, numRecords, duration, throughput, warmupRecords, recordSize, recordKeySize } = values
  if (topic === undefined) throw new UsageError('no topic given', { hint: 'kt perf latency TOPIC' })
  if (numRecords === undefined && duration === undefined)
    throw new UsageError('how many records? Neither --num-records nor --duration is given', {
      hint: 'e.g. --num-records 10000, or --duration 30s',
    })
  if (numRecords !== undefined && warmupRecords >= numRecords)
    throw new UsageError('--warmup-records must be fewer than --num-records')
  const recordsPerSec = throughput === undefined ? undefined : rate(throughput, 'throughput')
  if (throughput !== undefined && recordsPerSec === undefined)
    throw new UsageError('--throughput takes records per second above 0; without it records go one at a time')
  const spec: RecordSpec = {
    value: { kind: 'random', minBytes: recordSize, maxBytes: recordSize },
    key: recordKeySize === 0 ? undefined : { bytes: recordKeySize, distinct: undefined },
    headers: headersOf(values),
  }
  return { topic, spec, recordsPerSec }
}

function headersOf({
  numHeaders,
  recordHeaderKeySize,
  recordHeaderSize,
}: LatencyValues): RecordSpec['headers'] {
  const isNull = recordHeaderSize === '-1'
  const bytes = isNull ? 0 : wholeNumber(recordHeaderSize, 'record-header-size')
  const value = isNull ? null : Buffer.alloc(bytes, 'v')
  return Array.from({ length: numHeaders }, () => ({ key: Buffer.alloc(recordHeaderKeySize, 'k'), value }))
}

async function readyTopic(
  cluster: Cluster,
  topic: string,
  { out, note }: Context,
  tell: (line: string) => void,
): Promise<void> {
  try {
    await knownTopic(cluster, topic)
  } catch (error) {
    if (!(error instanceof ApiError) || error.codeName !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
    const text = `Topic "${topic}" does not exist. Will create topic with 1 partition(s) and replication factor = 1`
    if (out.style === 'java') tell(text)
    else note(text)
    const [outcome] = await create(cluster, { names: [topic], partitions: 1, replicationFactor: 1 })
    if (outcome!.error !== undefined) throw outcome!.error
    await knownTopic(cluster, topic, { allowAutoTopicCreation: true })
  }
}

function settingsOf(values: LatencyValues, load: RoundTripLoad, settings: Settings): Record<string, unknown> {
  return {
    numRecords: values.numRecords ?? null,
    duration: values.duration ?? null,
    throughput: load.recordsPerSec ?? 'one at a time',
    warmupRecords: values.warmupRecords,
    recordSize: values.recordSize,
    recordKeySize: values.recordKeySize,
    headers: values.numHeaders,
    acks: producerOptions(settings).acks === -1 ? 'all' : settings.acks,
    'fetch.min.bytes': settings['fetch.min.bytes'],
    'fetch.max.wait.ms': settings['fetch.max.wait.ms'],
  }
}
