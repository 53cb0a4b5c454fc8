/** The records of `__remote_log_metadata` (org.apache.kafka.server.log.remote.metadata.storage.serialization.RemoteLogMetadataSerde). */
import { CorruptDataError } from '../../errors.ts'
import { RemoteLogSegmentMetadataRecord } from '../../protocol/generated/storage/RemoteLogSegmentMetadataRecord.ts'
import { RemoteLogSegmentMetadataSnapshotRecord } from '../../protocol/generated/storage/RemoteLogSegmentMetadataSnapshotRecord.ts'
import { RemoteLogSegmentMetadataUpdateRecord } from '../../protocol/generated/storage/RemoteLogSegmentMetadataUpdateRecord.ts'
import { RemotePartitionDeleteMetadataRecord } from '../../protocol/generated/storage/RemotePartitionDeleteMetadataRecord.ts'
import type { Message } from '../../protocol/schema.ts'
import type { Fields } from './coordinator-records.ts'
import { decodeFramed, type FramedRecord } from './framed-records.ts'

const byKey = new Map<number | undefined, Message<unknown>>(
  [
    RemoteLogSegmentMetadataRecord,
    RemoteLogSegmentMetadataUpdateRecord,
    RemotePartitionDeleteMetadataRecord,
    RemoteLogSegmentMetadataSnapshotRecord,
  ].map((message) => [message.apiKey, message]),
)

/** org.apache.kafka.server.log.remote.storage.RemoteLogSegmentState, by id. */
const SEGMENT_STATES = [
  'COPY_SEGMENT_STARTED',
  'COPY_SEGMENT_FINISHED',
  'DELETE_SEGMENT_STARTED',
  'DELETE_SEGMENT_FINISHED',
]
/** org.apache.kafka.server.log.remote.storage.RemotePartitionDeleteState, by id. */
const DELETE_STATES = ['DELETE_PARTITION_MARKED', 'DELETE_PARTITION_STARTED', 'DELETE_PARTITION_FINISHED']

/** Throws CorruptDataError. */
export function decodeRemoteLogRecord(value: Buffer | null): FramedRecord {
  if (value === null) throw new CorruptDataError('a remote log record has no value')
  return decodeFramed(byKey, value, 'remote log record')
}

/** The text of Java's objects (their toString), which is what Kafka's tool prints. */
export function remoteLogText({ message, value }: FramedRecord): string {
  if (message === (RemotePartitionDeleteMetadataRecord as Message<unknown>)) return deletionText(value)
  const id = `RemoteLogSegmentId{topicIdPartition=${partitionText(segmentOf(value).topicIdPartition)}, id=${segmentOf(value).id}}`
  const custom = customText(value.customMetadata as Buffer | null)
  const state = SEGMENT_STATES[value.remoteLogSegmentState as number] ?? `${value.remoteLogSegmentState}`
  if (message === (RemoteLogSegmentMetadataUpdateRecord as Message<unknown>))
    return `RemoteLogSegmentMetadataUpdate{remoteLogSegmentId=${id}, customMetadata=${custom}, state=${state}, eventTimestampMs=${value.eventTimestampMs}, brokerId=${value.brokerId}}`
  const epochs = (value.segmentLeaderEpochs as { leaderEpoch: number; offset: bigint }[])
    .map(({ leaderEpoch, offset }) => `${leaderEpoch}=${offset}`)
    .join(', ')
  return `RemoteLogSegmentMetadata{remoteLogSegmentId=${id}, startOffset=${value.startOffset}, endOffset=${value.endOffset}, brokerId=${value.brokerId}, maxTimestampMs=${value.maxTimestampMs}, eventTimestampMs=${value.eventTimestampMs}, segmentLeaderEpochs={${epochs}}, segmentSizeInBytes=${value.segmentSizeInBytes}, customMetadata=${custom}, state=${state}, txnIdxEmpty=${value.txnIndexEmpty}}`
}

interface SegmentId {
  topicIdPartition: Fields
  id: string
}

function segmentOf(value: Fields): SegmentId {
  return (value.remoteLogSegmentId ?? { topicIdPartition: {}, id: value.segmentId }) as SegmentId
}

function deletionText(value: Fields): string {
  const state =
    DELETE_STATES[value.remotePartitionDeleteState as number] ?? `${value.remotePartitionDeleteState}`
  return `RemotePartitionDeleteMetadata{topicPartition=${partitionText(value.topicIdPartition as Fields)}, state=${state}, eventTimestampMs=${value.eventTimestampMs}, brokerId=${value.brokerId}}`
}

/** org.apache.kafka.common.TopicIdPartition */
function partitionText({ id, name, partition }: Fields): string {
  return `${id}:${name}-${partition}`
}

function customText(bytes: Buffer | null): string {
  return bytes === null ? 'Optional.empty' : `Optional[CustomMetadata{${bytes.length} bytes}]`
}
