/**
 * How fast this broker takes and gives batches when the client has nothing to do: `produce` sends one prebuilt
 * batch over and over, `pack` packs its records again each time, `fetch` throws away what it gets. Run by Bun:
 * limit.ts produce|pack|fetch BOOTSTRAP TOPIC PARTITIONS CODEC RECORDS [RECORD_BYTES ACKS BATCH_BYTES | @FILE]
 * With BATCH_BYTES a request holds a batch for each partition, as many as fit into max.request.size. With @FILE the
 * batch holds the first lines of the file, which a codec packs as it packs the rest of them.
 */
import { openCluster, type Cluster } from '../src/core/cluster/cluster.ts'
import { assign } from '../src/core/consumer/assign.ts'
import { Fetcher } from '../src/core/consumer/fetcher.ts'
import { fetchOptions } from '../src/core/consumer/options.ts'
import { Produce } from '../src/core/protocol/generated/apis/Produce.ts'
import type { Codec } from '../src/core/records/layout.ts'
import { resolveSettings } from '../src/core/settings.ts'
import { filled, firstLines, type PrebuiltBatch, produceChannels, sealingOf } from './prebuilt.ts'

/** On each connection. */
const IN_FLIGHT = 5
/** Of 100 bytes: as many as fit into a megabyte. */
const DEFAULT_BATCH_RECORDS = 9_000
const MAX_REQUEST_BYTES = 1024 * 1024
/** Lengths and deltas of a small record. */
const RECORD_OVERHEAD_BYTES = 8
const ANSWER_TIMEOUT_MS = 30_000

const [action, bootstrap = '', topic = '', rawPartitions, codec = 'none', rawRecords, ...rest] =
  process.argv.slice(2)
const linesFile = rest[0]?.startsWith('@') ? rest[0].slice(1) : undefined
const shape = linesFile === undefined ? rest : []
const partitions = Number(rawPartitions)
const records = Number(rawRecords)
const [recordBytes = 100, acks = -1, batchBytes] = shape.map((word) => (word === 'all' ? -1 : Number(word)))
const batchRecords =
  batchBytes === undefined
    ? DEFAULT_BATCH_RECORDS
    : Math.max(1, Math.floor(batchBytes / (recordBytes + RECORD_OVERHEAD_BYTES)))
const batchesPerRequest =
  batchBytes === undefined ? 1 : Math.max(1, Math.min(partitions, Math.floor(MAX_REQUEST_BYTES / batchBytes)))

const { settings } = resolveSettings({ commandLine: { 'bootstrap.servers': bootstrap } })
const cluster = await openCluster({ settings })
await (action === 'fetch' ? fetchAll(cluster) : produce(cluster))
cluster.close()
process.exit(0)

async function produce(to: Cluster): Promise<void> {
  await to.metadata.refresh([topic])
  const channels = await produceChannels(to)
  const lanes = Math.min(partitions, channels.length)
  const unpacked = writerOf(batchRecords)
  const sealing = await sealingOf(codec as Codec)
  const packed = await unpacked.seal(sealing)
  const inFlight: Promise<unknown>[] = []
  for (let sent = 0, turn = 0; sent < records;) {
    const partitionData = []
    for (let part = 0; part < batchesPerRequest && sent < records; part++, turn++) {
      const count = Math.min(batchRecords, records - sent)
      partitionData.push({
        index: turn % partitions,
        records: count === batchRecords ? await wholeBatch() : await writerOf(count).seal(sealing),
      })
      sent += count
    }
    inFlight.push(deliverAndGiveBack(partitionData))
    if (inFlight.length >= IN_FLIGHT * lanes) await inFlight.shift()
  }
  await Promise.all(inFlight)

  async function wholeBatch(): Promise<Buffer> {
    return action === 'pack' ? unpacked.seal(sealing) : packed
  }

  async function deliverAndGiveBack(partitionData: { index: number; records: Buffer }[]): Promise<void> {
    await deliver(partitionData)
    for (const { records } of partitionData) if (records !== packed) unpacked.giveBack(records)
  }

  /** Again what a partition refuses: one that was just made may not have its log yet. */
  async function deliver(partitionData: { index: number; records: Buffer }[]): Promise<void> {
    const topicId = to.metadata.topics.get(topic)?.topicId
    const topicData = [{ name: topic, topicId, partitionData }]
    const request = { acks, timeoutMs: ANSWER_TIMEOUT_MS, topicData }
    const channel = channels[partitionData[0]!.index % lanes]!
    const version = channel.version(Produce)
    const { responses } = await channel.send(Produce, version, request, { timeoutMs: ANSWER_TIMEOUT_MS })
    const refused = responses
      .flatMap(({ partitionResponses }) => partitionResponses)
      .filter(({ errorCode }) => errorCode !== 0)
      .map(({ index }) => index)
    if (refused.length > 0) await deliver(partitionData.filter(({ index }) => refused.includes(index)))
  }
}

/** As many records as asked for. */
function writerOf(count: number): PrebuiltBatch {
  const lines = linesFile === undefined ? undefined : firstLines(linesFile, count, recordBytes)
  return filled(count, recordBytes, lines)
}

async function fetchAll(from: Cluster): Promise<void> {
  const positions = await assign(from, {
    topics: [topic],
    partitions: undefined,
    start: { at: 'earliest' },
    until: undefined,
  })
  const fetcher = new Fetcher(from, fetchOptions(settings), {
    offsetOutOfRange: () => Promise.reject(new Error('out of range')),
    truncated: () => Promise.resolve(),
    note: () => {},
  })
  for (const position of positions) fetcher.add(position)
  let seen = 0
  const last = new Map<number, number>()
  while (seen < records) {
    const answers = await fetcher.next(ANSWER_TIMEOUT_MS)
    if (answers === undefined) throw new Error(`only ${seen} of ${records} records came`)
    for (const { position, nextOffset } of answers) {
      seen += nextOffset - (last.get(position.partition) ?? 0)
      last.set(position.partition, nextOffset)
    }
  }
  fetcher.close()
}
