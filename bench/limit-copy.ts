/**
 * How fast this broker gives a topic and takes it again when the client hardly looks at it: batches as they were fetched,
 * readdressed, over the connections that `kt` uses too. Nothing is checked but that all was stored. Run by Bun:
 * limit-copy.ts BOOTSTRAP FROM_TOPIC TO_TOPIC RECORDS
 */
import { openCluster } from '../src/core/cluster/cluster.ts'
import { assign } from '../src/core/consumer/assign.ts'
import { Fetcher } from '../src/core/consumer/fetcher.ts'
import { fetchOptions } from '../src/core/consumer/options.ts'
import { Produce } from '../src/core/protocol/generated/apis/Produce.ts'
import type { Batch } from '../src/core/records/batch-reader.ts'
import { readdress } from '../src/core/records/batch-writer.ts'
import { resolveSettings } from '../src/core/settings.ts'
import { produceChannels, sealingOf } from './prebuilt.ts'

const ANSWER_TIMEOUT_MS = 30_000
/** What may wait for its answer: as much as `kt` has under way. */
const MOST_BYTES = 16 * 1024 * 1024

const [bootstrap = '', from = '', to = '', rawRecords] = process.argv.slice(2)
const { settings } = resolveSettings({ commandLine: { 'bootstrap.servers': bootstrap } })
const cluster = await openCluster({ settings })
await cluster.metadata.refresh([from, to])
const topicId = cluster.metadata.topics.get(to)?.topicId
const channels = await produceChannels(cluster)
const addressing = await sealingOf('none')
let bytesInFlight = 0
let wake = () => {}

await copy(Number(rawRecords))
cluster.close()
process.exit(0)

async function copy(records: number): Promise<void> {
  const start = { at: 'earliest' } as const
  const positions = await assign(cluster, { topics: [from], partitions: undefined, start, until: undefined })
  const fetcher = new Fetcher(cluster, fetchOptions(settings), {
    offsetOutOfRange: () => Promise.reject(new Error('out of range')),
    truncated: () => Promise.resolve(),
    note: () => {},
  })
  for (const position of positions) fetcher.add(position)
  const deliveries: Promise<void>[] = []
  for (let seen = 0; seen < records;) {
    const answers = await fetcher.next(ANSWER_TIMEOUT_MS)
    if (answers === undefined) throw new Error(`only ${seen} of ${records} records came`)
    const giveBack = fetcher.keep()
    const sent = answers.flatMap(({ position, batches }) =>
      batches.map((batch) => deliver(position.partition, batch)),
    )
    deliveries.push(Promise.all(sent).then(giveBack))
    for (const { batches } of answers) for (const { recordsCount } of batches) seen += recordsCount
    while (bytesInFlight > MOST_BYTES) await new Promise<void>((resolve) => (wake = resolve))
  }
  await Promise.all(deliveries)
  fetcher.close()
}

/** Again what is refused: a partition that was just made may not have its log yet. */
async function deliver(partition: number, batch: Batch): Promise<void> {
  const { bytes } = batch
  const channel = channels[partition % channels.length]!
  readdress(bytes, addressing)
  bytesInFlight += bytes.length
  for (let isStored = false; !isStored;) {
    const topicData = [{ name: to, topicId, partitionData: [{ index: partition, records: bytes }] }]
    const request = { acks: -1, timeoutMs: ANSWER_TIMEOUT_MS, topicData }
    const version = channel.version(Produce)
    const { responses } = await channel.send(Produce, version, request, { timeoutMs: ANSWER_TIMEOUT_MS })
    isStored = responses[0]!.partitionResponses[0]!.errorCode === 0
  }
  bytesInFlight -= bytes.length
  wake()
}
