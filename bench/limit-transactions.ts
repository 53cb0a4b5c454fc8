/**
 * How fast this broker (of Kafka 4, with transaction.version 2) takes transactions when the client has nothing to do: one batch
 * for one partition in each, made beforehand but for its numbers. Run by Bun:
 * limit-transactions.ts BOOTSTRAP TOPIC PARTITIONS CODEC RECORDS TRANSACTION_RECORDS
 */
import { openCluster } from '../src/core/cluster/cluster.ts'
import { ProducerIdentity } from '../src/core/producer/identity.ts'
import { EndTxn } from '../src/core/protocol/generated/apis/EndTxn.ts'
import { Produce } from '../src/core/protocol/generated/apis/Produce.ts'
import type { BatchWriter } from '../src/core/records/batch-writer.ts'
import type { Codec } from '../src/core/records/layout.ts'
import { resolveSettings } from '../src/core/settings.ts'
import { filled, sealed } from './prebuilt.ts'

const RECORD_BYTES = 99
/** As many as fit into a megabyte. */
const BATCH_RECORDS = 9_000
const CONCURRENT_TRANSACTIONS = 51
const MARKERS_MS = 2
const ANSWER_TIMEOUT_MS = 30_000

const [bootstrap = '', topic = '', rawPartitions, codec = 'none', rawRecords, rawTransactionRecords] =
  process.argv.slice(2)
const [partitions, records, transactionRecords] = [rawPartitions, rawRecords, rawTransactionRecords].map(
  Number,
) as [number, number, number]
const { settings } = resolveSettings({ commandLine: { 'bootstrap.servers': bootstrap } })
const cluster = await openCluster({ settings })
await cluster.metadata.refresh([topic])
const topicId = cluster.metadata.topics.get(topic)?.topicId
const transactionalId = `limit-${process.pid}`
const identity = new ProducerIdentity(cluster, { transactionalId, timeoutMs: 60_000 })
await identity.init()
const channel = await cluster.channel([...cluster.metadata.brokers.values()][0]!.nodeId)

const writers = new Map<number, BatchWriter>()
for (let sent = 0, turn = 0; sent < records; turn++) {
  const count = Math.min(transactionRecords, records - sent)
  await sendAll(turn % partitions, count)
  await commit()
  sent += count
}
cluster.close()
process.exit(0)

/** One after the other: a batch that overtakes another would be out of order. */
async function sendAll(index: number, count: number): Promise<void> {
  const answers: Promise<void>[] = []
  for (let from = 0; from < count; from += BATCH_RECORDS) {
    const batch = await batchOf(Math.min(BATCH_RECORDS, count - from), from)
    // Only the first may find the markers of the transaction before unfinished.
    if (from === 0) await deliver(index, batch)
    else answers.push(deliver(index, batch))
  }
  await Promise.all(answers)
}

async function deliver(index: number, batch: Buffer): Promise<void> {
  const topicData = [{ name: topic, topicId, partitionData: [{ index, records: batch }] }]
  const request = { transactionalId, acks: -1, timeoutMs: ANSWER_TIMEOUT_MS, topicData }
  const answer = await channel.send(Produce, channel.version(Produce), request, {
    timeoutMs: ANSWER_TIMEOUT_MS,
  })
  const { errorCode } = answer.responses[0]!.partitionResponses[0]!
  if (errorCode === CONCURRENT_TRANSACTIONS) return deliver(index, batch)
  if (errorCode !== 0) throw new Error(`the broker answers ${errorCode}`)
}

async function commit(): Promise<void> {
  const { producerId, epoch: producerEpoch } = identity
  const request = { transactionalId, producerId, producerEpoch, committed: true }
  const answer = await cluster.call(EndTxn, request, { coordinator: 'transaction', key: transactionalId })
  if (answer.errorCode !== 0) throw new Error(`EndTxn is answered ${answer.errorCode}`)
  identity.adopt(answer.producerId, answer.producerEpoch)
  await new Promise((resolve) => setTimeout(resolve, MARKERS_MS))
}

async function batchOf(count: number, baseSequence: number): Promise<Buffer> {
  let writer = writers.get(count)
  if (writer === undefined) writers.set(count, (writer = filled(count, RECORD_BYTES)))
  const { producerId, epoch: producerEpoch } = identity
  const numbers = { producerId, producerEpoch, baseSequence, isTransactional: true }
  const batch = await sealed(writer, codec as Codec, numbers)
  // The next is numbered in the same memory, before this one may have left.
  return Buffer.from(batch)
}
