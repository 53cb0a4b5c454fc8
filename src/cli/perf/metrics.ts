/**
 * `--print-metrics`: what was counted, under the names of Kafka's metrics (org.apache.kafka.tools.ToolsUtils). Those that
 * tell of Java's threads, selectors and logins are left out; rates are over the whole run, where Java's are over a minute.
 */
import type { NodeTraffic, Span, Traffic } from '../../core/cluster/traffic.ts'
import type { BatchStatistics } from '../../core/perf/produce.ts'
import { type Recorder, totalOf } from '../../core/perf/recorder.ts'
import type { SentBatches } from '../../core/perf/sent-batches.ts'
import { merged } from '../../core/perf/tally.ts'
import { RECORDS_AT } from '../../core/records/layout.ts'
import type { PerfDocument } from './document.ts'

export interface MetricGroup {
  name: string
  tags: Record<string, string>
  values: Record<string, number>
}

export interface ProducerFacts {
  recorder: Recorder
  statistics: BatchStatistics
  sent: SentBatches
  traffic: Traffic
  topic: string
  clientId: string
  bufferBytes: number
}

export function producerMetrics(facts: ProducerFacts): string[] {
  const { recorder, statistics, sent, traffic, topic, clientId, bufferBytes } = facts
  const tally = merged(recorder.intervals.map(totalOf))
  const seconds = recorder.elapsedMs / 1000
  const { batches, batchBytes, largestBatchBytes } = statistics
  const tags = { 'client-id': clientId }
  // All that was appended has been settled, so that its memory is free again.
  const isSettled = sent.records <= tally.records + tally.failed
  const compression = sent.bytes / (batchBytes + batches * RECORDS_AT)
  const counted = {
    ...totalAndRate('record-error', tally.failed, seconds),
    ...totalAndRate('record-retry', sent.retriedRecords, seconds),
    ...totalAndRate('record-send', tally.records, seconds),
  }
  return metricTable([
    {
      name: 'producer-metrics',
      tags,
      values: {
        'batch-size-avg': batchBytes / batches,
        'batch-size-max': largestBatchBytes,
        ...(isSettled ? { 'buffer-available-bytes': bufferBytes } : {}),
        'buffer-total-bytes': bufferBytes,
        ...(tally.failed === 0 ? { 'compression-rate-avg': compression } : {}),
        ...spanOf('produce-throttle-time', traffic.throttle),
        ...spanOf('record-queue-time', sent.queueTime),
        'record-size-avg': batchBytes / tally.records,
        'records-per-request-avg': sent.records / sent.requests,
        ...counted,
        ...spanOf('request-latency', latencyOf(traffic)),
        'requests-in-flight': inFlight(traffic),
        ...networkValues(traffic, seconds),
      },
    },
    {
      name: 'producer-topic-metrics',
      tags: { ...tags, topic },
      values: { ...totalAndRate('byte', sent.bytes, seconds), 'compression-rate': compression, ...counted },
    },
    ...nodeGroups('producer-node-metrics', traffic, tags, seconds),
  ])
}

export function consumerMetrics(document: PerfDocument, traffic: Traffic, clientId: string): string[] {
  const seconds = document.elapsedMs / 1000
  const tags = { 'client-id': clientId }
  const latency = latencyOf(traffic)
  return metricTable([
    {
      name: 'consumer-fetch-manager-metrics',
      tags,
      values: {
        ...totalAndRate('bytes-consumed', document.bytes, seconds),
        ...spanOf('fetch-latency', latency),
        'fetch-rate': latency.count / seconds,
        ...spanOf('fetch-throttle-time', traffic.throttle),
        'fetch-size-avg': traffic.fetchedBytes / latency.count,
        'fetch-size-max': traffic.largestFetchBytes,
        'fetch-total': latency.count,
        ...totalAndRate('records-consumed', document.records, seconds),
        'records-per-request-avg': document.records / latency.count,
      },
    },
    { name: 'consumer-metrics', tags, values: networkValues(traffic, seconds) },
    ...nodeGroups('consumer-node-metrics', traffic, tags, seconds),
  ])
}

/** Sorted by their whole names, numbers with three digits to the right of them, as wide as the longest name. */
export function metricTable(groups: readonly MetricGroup[]): string[] {
  const rows = groups.flatMap(({ name, tags, values }) => {
    const tagText = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`).join(', ') // prettier-ignore
    return Object.entries(values).map(([metric, value]) => ({
      name: `${name}:${metric}:{${tagText}}`,
      value: Number.isFinite(value) ? value.toFixed(3) : 'NaN',
    }))
  })
  rows.sort((a, b) => (a.name < b.name ? -1 : 1))
  const width = rows.reduce((widest, { name }) => Math.max(widest, name.length), 0)
  const lines = rows.map(({ name, value }) => `${name.padEnd(width)} : ${value}`)
  return ['', `${'Metric Name'.padEnd(width)}   Value`, ...lines]
}

function networkValues(traffic: Traffic, seconds: number): Record<string, number> {
  const nodes = [...traffic.nodes.values()]
  const sum = (of: (node: NodeTraffic) => number) => nodes.reduce((total, node) => total + of(node), 0)
  const [requests, responses] = [sum((node) => node.requests), sum((node) => node.responses)]
  const sentBytes = sum((node) => node.sentBytes)
  const { connectionsOpened, connectionsClosed } = traffic
  return {
    ...totalAndRate('connection-close', connectionsClosed, seconds),
    'connection-count': connectionsOpened - connectionsClosed,
    ...totalAndRate('connection-creation', connectionsOpened, seconds),
    ...totalAndRate('incoming-byte', sum((node) => node.receivedBytes), seconds), // prettier-ignore
    ...totalAndRate('network-io', requests + responses, seconds),
    ...totalAndRate('outgoing-byte', sentBytes, seconds),
    'request-size-avg': sentBytes / requests,
    'request-size-max': nodes.reduce((most, node) => Math.max(most, node.largestRequestBytes), 0),
    ...totalAndRate('request', requests, seconds),
    ...totalAndRate('response', responses, seconds),
  }
}

function inFlight({ nodes }: Traffic): number {
  return [...nodes.values()].reduce((sum, { requests, responses }) => sum + requests - responses, 0)
}

function nodeGroups(
  name: string,
  traffic: Traffic,
  tags: Record<string, string>,
  seconds: number,
): MetricGroup[] {
  return [...traffic.nodes].map(([nodeId, node]) => ({
    name,
    tags: { ...tags, 'node-id': `node-${nodeId}` },
    values: {
      ...totalAndRate('incoming-byte', node.receivedBytes, seconds),
      ...totalAndRate('outgoing-byte', node.sentBytes, seconds),
      ...spanOf('request-latency', node.latency),
      'request-size-avg': node.sentBytes / node.requests,
      'request-size-max': node.largestRequestBytes,
      ...totalAndRate('request', node.requests, seconds),
      ...totalAndRate('response', node.responses, seconds),
    },
  }))
}

function latencyOf({ nodes }: Traffic): Span {
  const all = [...nodes.values()].map(({ latency }) => latency)
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    sumMs: all.reduce((sum, { sumMs }) => sum + sumMs, 0),
    maxMs: all.reduce((most, { maxMs }) => Math.max(most, maxMs), 0),
  }
}

function totalAndRate(name: string, total: number, seconds: number): Record<string, number> {
  return { [`${name}-rate`]: total / seconds, [`${name}-total`]: total }
}

/** Nothing measured is not zero. */
function spanOf(name: string, { count, sumMs, maxMs }: Span): Record<string, number> {
  return { [`${name}-avg`]: sumMs / count, [`${name}-max`]: count === 0 ? NaN : maxMs }
}
