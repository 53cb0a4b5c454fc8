/** What Kafka's tool (org.apache.kafka.tools.DumpLogSegments) says of a batch, and of the record in one that controls. */
import type { Batch } from '../../core/records/batch-reader.ts'
import { ATTRIBUTES_AT, CRC_AT, DELETE_HORIZON_BIT } from '../../core/records/layout.ts'

export function batchLine(batch: Batch, position: number, isValid: boolean): string {
  const { bytes, magic, baseOffset, lastOffset, codec, baseSequence, maxTimestamp } = batch
  const tail = `position: ${position} ${timestampType(batch)}: ${maxTimestamp} size: ${bytes.length} magic: ${magic} compresscodec: ${codec} crc: ${bytes.readUInt32BE(magic < 2 ? 12 : CRC_AT)} isvalid: ${isValid}\n`
  if (magic < 2) return `offset: ${lastOffset} ${tail}`
  const lastSequence = baseSequence < 0 ? -1 : sequenceAfter(baseSequence, lastOffset - baseOffset)
  return `baseOffset: ${baseOffset} lastOffset: ${lastOffset} count: ${batch.recordsCount} baseSequence: ${baseSequence} lastSequence: ${lastSequence} producerId: ${batch.producerId} producerEpoch: ${batch.producerEpoch} partitionLeaderEpoch: ${batch.leaderEpoch} isTransactional: ${batch.isTransactional} isControl: ${batch.isControl} deleteHorizonMs: ${deleteHorizon(batch)} ${tail}`
}

/** Java's OptionalLong: since when compaction may drop the tombstones of the batch. */
function deleteHorizon({ bytes, baseTimestamp }: Batch): string {
  const hasHorizon = (bytes.readInt16BE(ATTRIBUTES_AT) & DELETE_HORIZON_BIT) !== 0
  return hasHorizon ? `OptionalLong[${baseTimestamp}]` : 'OptionalLong.empty'
}

export function timestampType({ magic, isLogAppendTime }: Batch): string {
  if (magic === 0) return 'NoTimestampType'
  return isLogAppendTime ? 'LogAppendTime' : 'CreateTime'
}

/** Sequences go on at 0 after the highest integer (org.apache.kafka.common.record.DefaultRecordBatch). */
export function sequenceAfter(sequence: number, increment: number): number {
  const sum = sequence + increment
  return sum > 0x7fff_ffff ? sum - 0x8000_0000 : sum
}

export function controlText(
  type: string,
  id: number,
  coordinatorEpoch: number | undefined,
  json: string | undefined,
): string {
  switch (type) {
    case 'ABORT':
    case 'COMMIT':
      return ` endTxnMarker: ${type} coordinatorEpoch: ${coordinatorEpoch}`
    case 'LEADER_CHANGE':
      return ` LeaderChange: ${json}`
    case 'SNAPSHOT_HEADER':
      return ` SnapshotHeader ${json}`
    case 'SNAPSHOT_FOOTER':
      return ` SnapshotFooter ${json}`
    case 'KRAFT_VERSION':
      return ` KRaftVersion ${json}`
    case 'KRAFT_VOTERS':
      return ` KRaftVoters ${json}`
    default:
      return ` controlType: ${type}(${id})`
  }
}
