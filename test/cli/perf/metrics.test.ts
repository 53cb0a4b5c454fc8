import { afterEach, expect, it } from 'vitest'
import type { PerfDocument } from '../../../src/cli/perf/document.ts'
import { consumerMetrics, producerMetrics } from '../../../src/cli/perf/metrics.ts'
import { type Cluster, openCluster } from '../../../src/core/cluster/cluster.ts'
import { Traffic } from '../../../src/core/cluster/traffic.ts'
import { ProduceRun } from '../../../src/core/perf/produce.ts'
import { watchSentBatches } from '../../../src/core/perf/sent-batches.ts'
import { producerOptions } from '../../../src/core/producer/options.ts'
import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { resolveSettings } from '../../../src/core/settings.ts'
import { type FakeBroker, startFakeBroker } from '../../broker/index.ts'

let broker: FakeBroker
let cluster: Cluster
afterEach(async () => {
  cluster.close()
  await broker.close()
})

const RECORDS = 500

async function run(): Promise<string[]> {
  broker = await startFakeBroker({ topics: { t: 2 } })
  const { settings } = resolveSettings({
    commandLine: { 'bootstrap.servers': broker.address, 'client.id': 'me' },
  })
  cluster = await openCluster({ settings })
  await cluster.metadata.refresh(['t'])
  const load = {
    topic: 't',
    records: RECORDS,
    durationMs: undefined,
    recordsPerSec: undefined,
    warmupRecords: 0,
    spec: {
      value: { kind: 'random' as const, minBytes: 100, maxBytes: 100 },
      key: undefined,
      headers: [],
    },
    share: { index: 0, of: 1 },
    partitioner: undefined,
    transactionMs: undefined,
    isSync: false,
  }
  const options = producerOptions(settings)
  const produce = await ProduceRun.open(cluster, load, options)
  const sent = watchSentBatches(cluster.traffic)
  await produce.run(new AbortController().signal, { started() {}, warmedUp() {} })
  produce.close()
  const { recorder, statistics } = produce
  const { bufferBytes } = options
  return producerMetrics({ recorder, statistics, sent, traffic: cluster.traffic, topic: 't', clientId: 'me', bufferBytes }) // prettier-ignore
}

const valueIn = (lines: readonly string[], name: string) =>
  Number(lines.find((line) => line.startsWith(`${name} `))?.split(' : ')[1])

it('names what was measured as Kafka does, in one sorted table', async () => {
  const [empty, head, ...lines] = await run()
  expect(empty).toBe('')
  expect(head).toMatch(/^Metric Name {20,}Value$/)
  const names = lines.map((line) => line.slice(0, line.indexOf(' : ')).trimEnd())
  expect(names).toEqual([...names].sort())
  expect(new Set(lines.map((line) => line.indexOf(' : '))).size).toBe(1)
  const value = (name: string) => valueIn(lines, name)
  const requests = broker.requestsOf(Produce).length
  expect(value('producer-metrics:record-send-total:{client-id=me}')).toBe(RECORDS)
  expect(value('producer-topic-metrics:record-send-total:{client-id=me, topic=t}')).toBe(RECORDS)
  expect(value('producer-metrics:records-per-request-avg:{client-id=me}')).toBeCloseTo(RECORDS / requests, 2)
  expect(value('producer-metrics:compression-rate-avg:{client-id=me}')).toBe(1)
  expect(value('producer-metrics:record-retry-total:{client-id=me}')).toBe(0)
  expect(value('producer-metrics:requests-in-flight:{client-id=me}')).toBe(0)
  const sent = value('producer-metrics:outgoing-byte-total:{client-id=me}')
  expect(sent).toBeGreaterThan(RECORDS * 100)
  const nodes = names.filter((name) => name.startsWith('producer-node-metrics:outgoing-byte-total'))
  expect(nodes.reduce((sum, name) => sum + value(name), 0)).toBe(sent)
  const latency = (what: string) => value(`producer-metrics:request-latency-${what}:{client-id=me}`)
  expect(latency('avg')).toBeGreaterThan(0)
  expect(latency('max')).toBeGreaterThanOrEqual(latency('avg'))
})

it('says NaN where nothing was measured', async () => {
  await run()
  const document = { elapsedMs: 1000, bytes: 0, records: 0 } as PerfDocument
  const lines = consumerMetrics(document, new Traffic(), 'me')
  expect(lines.find((line) => line.includes(':fetch-latency-max:'))).toMatch(/ : NaN$/)
})
