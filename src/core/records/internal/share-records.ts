/** The records of `__share_group_state` (org.apache.kafka.coordinator.share.ShareCoordinatorRecordSerde). */
import { ShareSnapshotKey } from '../../protocol/generated/share-coordinator/ShareSnapshotKey.ts'
import { ShareSnapshotValue } from '../../protocol/generated/share-coordinator/ShareSnapshotValue.ts'
import { ShareUpdateKey } from '../../protocol/generated/share-coordinator/ShareUpdateKey.ts'
import { ShareUpdateValue } from '../../protocol/generated/share-coordinator/ShareUpdateValue.ts'
import { recordTypes } from './coordinator-records.ts'

export const SHARE_STATE_TOPIC = '__share_group_state'

export const shareRecords = recordTypes([
  [ShareSnapshotKey, ShareSnapshotValue],
  [ShareUpdateKey, ShareUpdateValue],
])

/** What the coordinator keeps a partition of a share group under (org.apache.kafka.server.share.SharePartitionKey). */
export function sharePartitionId(group: string, topicId: string, partition: number): string {
  return `${group}:${topicId}:${partition}`
}
