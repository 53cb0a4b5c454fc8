/** What the produce requests of a run carried, read from the headers of their batches as they are sent. */
import { addTo, emptySpan, type Span, type Traffic } from '../cluster/traffic.ts'
import type { Input } from '../protocol/codec.ts'
import { Produce, type ProduceRequest } from '../protocol/generated/apis/Produce.ts'
import { BASE_TIMESTAMP_AT, RECORDS_COUNT_AT } from '../records/layout.ts'

export interface SentBatches {
  requests: number
  /** Each batch counts once, however often it was sent. */
  records: number
  /** As they are sent: compressed, with their headers. */
  bytes: number
  /** Records of batches that were sent again, each time. */
  retriedRecords: number
  /** From the first record of a batch to its request. */
  queueTime: Span
}

/** Counts from now on. */
export function watchSentBatches(traffic: Traffic): SentBatches {
  const sent: SentBatches = { requests: 0, records: 0, bytes: 0, retriedRecords: 0, queueTime: emptySpan() }
  const seen = new WeakSet<object>()
  traffic.onRequest = (apiName, request) => {
    if (apiName !== Produce.name) return
    sent.requests++
    const nowMs = Date.now()
    for (const { partitionData = [] } of (request as Input<ProduceRequest>).topicData ?? [])
      for (const { records } of partitionData) if (Buffer.isBuffer(records)) note(records, nowMs)
  }
  return sent

  function note(batch: Buffer, nowMs: number): void {
    const count = batch.readInt32BE(RECORDS_COUNT_AT)
    if (seen.has(batch)) return void (sent.retriedRecords += count)
    seen.add(batch)
    sent.records += count
    sent.bytes += batch.length
    addTo(sent.queueTime, Math.max(0, nowMs - Number(batch.readBigInt64BE(BASE_TIMESTAMP_AT))))
  }
}
