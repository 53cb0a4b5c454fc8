/** The records of `__consumer_offsets` (org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde). */
import { CorruptDataError } from '../../errors.ts'
import { ConsumerProtocolAssignment } from '../../protocol/generated/data/ConsumerProtocolAssignment.ts'
import { ConsumerProtocolSubscription } from '../../protocol/generated/data/ConsumerProtocolSubscription.ts'
import { LegacyOffsetCommitKey } from '../../protocol/generated/group-coordinator/LegacyOffsetCommitKey.ts'
import { LegacyOffsetCommitValue } from '../../protocol/generated/group-coordinator/LegacyOffsetCommitValue.ts'
import { OffsetCommitKey } from '../../protocol/generated/group-coordinator/OffsetCommitKey.ts'
import { OffsetCommitValue } from '../../protocol/generated/group-coordinator/OffsetCommitValue.ts'
import { GroupMetadataKey } from '../../protocol/generated/group-coordinator/GroupMetadataKey.ts'
import { GroupMetadataValue } from '../../protocol/generated/group-coordinator/GroupMetadataValue.ts'
import { ConsumerGroupMetadataKey } from '../../protocol/generated/group-coordinator/ConsumerGroupMetadataKey.ts'
import { ConsumerGroupMetadataValue } from '../../protocol/generated/group-coordinator/ConsumerGroupMetadataValue.ts'
import { ConsumerGroupPartitionMetadataKey } from '../../protocol/generated/group-coordinator/ConsumerGroupPartitionMetadataKey.ts'
import { ConsumerGroupPartitionMetadataValue } from '../../protocol/generated/group-coordinator/ConsumerGroupPartitionMetadataValue.ts'
import { ConsumerGroupMemberMetadataKey } from '../../protocol/generated/group-coordinator/ConsumerGroupMemberMetadataKey.ts'
import { ConsumerGroupMemberMetadataValue } from '../../protocol/generated/group-coordinator/ConsumerGroupMemberMetadataValue.ts'
import { ConsumerGroupTargetAssignmentMetadataKey } from '../../protocol/generated/group-coordinator/ConsumerGroupTargetAssignmentMetadataKey.ts'
import { ConsumerGroupTargetAssignmentMetadataValue } from '../../protocol/generated/group-coordinator/ConsumerGroupTargetAssignmentMetadataValue.ts'
import { ConsumerGroupTargetAssignmentMemberKey } from '../../protocol/generated/group-coordinator/ConsumerGroupTargetAssignmentMemberKey.ts'
import { ConsumerGroupTargetAssignmentMemberValue } from '../../protocol/generated/group-coordinator/ConsumerGroupTargetAssignmentMemberValue.ts'
import { ConsumerGroupCurrentMemberAssignmentKey } from '../../protocol/generated/group-coordinator/ConsumerGroupCurrentMemberAssignmentKey.ts'
import { ConsumerGroupCurrentMemberAssignmentValue } from '../../protocol/generated/group-coordinator/ConsumerGroupCurrentMemberAssignmentValue.ts'
import { ShareGroupMemberMetadataKey } from '../../protocol/generated/group-coordinator/ShareGroupMemberMetadataKey.ts'
import { ShareGroupMemberMetadataValue } from '../../protocol/generated/group-coordinator/ShareGroupMemberMetadataValue.ts'
import { ShareGroupMetadataKey } from '../../protocol/generated/group-coordinator/ShareGroupMetadataKey.ts'
import { ShareGroupMetadataValue } from '../../protocol/generated/group-coordinator/ShareGroupMetadataValue.ts'
import { ShareGroupTargetAssignmentMetadataKey } from '../../protocol/generated/group-coordinator/ShareGroupTargetAssignmentMetadataKey.ts'
import { ShareGroupTargetAssignmentMetadataValue } from '../../protocol/generated/group-coordinator/ShareGroupTargetAssignmentMetadataValue.ts'
import { ShareGroupTargetAssignmentMemberKey } from '../../protocol/generated/group-coordinator/ShareGroupTargetAssignmentMemberKey.ts'
import { ShareGroupTargetAssignmentMemberValue } from '../../protocol/generated/group-coordinator/ShareGroupTargetAssignmentMemberValue.ts'
import { ShareGroupCurrentMemberAssignmentKey } from '../../protocol/generated/group-coordinator/ShareGroupCurrentMemberAssignmentKey.ts'
import { ShareGroupCurrentMemberAssignmentValue } from '../../protocol/generated/group-coordinator/ShareGroupCurrentMemberAssignmentValue.ts'
import { ShareGroupStatePartitionMetadataKey } from '../../protocol/generated/group-coordinator/ShareGroupStatePartitionMetadataKey.ts'
import { ShareGroupStatePartitionMetadataValue } from '../../protocol/generated/group-coordinator/ShareGroupStatePartitionMetadataValue.ts'
import { ConsumerGroupRegularExpressionKey } from '../../protocol/generated/group-coordinator/ConsumerGroupRegularExpressionKey.ts'
import { ConsumerGroupRegularExpressionValue } from '../../protocol/generated/group-coordinator/ConsumerGroupRegularExpressionValue.ts'
import { StreamsGroupMetadataKey } from '../../protocol/generated/group-coordinator/StreamsGroupMetadataKey.ts'
import { StreamsGroupMetadataValue } from '../../protocol/generated/group-coordinator/StreamsGroupMetadataValue.ts'
import { StreamsGroupMemberMetadataKey } from '../../protocol/generated/group-coordinator/StreamsGroupMemberMetadataKey.ts'
import { StreamsGroupMemberMetadataValue } from '../../protocol/generated/group-coordinator/StreamsGroupMemberMetadataValue.ts'
import { StreamsGroupTargetAssignmentMetadataKey } from '../../protocol/generated/group-coordinator/StreamsGroupTargetAssignmentMetadataKey.ts'
import { StreamsGroupTargetAssignmentMetadataValue } from '../../protocol/generated/group-coordinator/StreamsGroupTargetAssignmentMetadataValue.ts'
import { StreamsGroupTargetAssignmentMemberKey } from '../../protocol/generated/group-coordinator/StreamsGroupTargetAssignmentMemberKey.ts'
import { StreamsGroupTargetAssignmentMemberValue } from '../../protocol/generated/group-coordinator/StreamsGroupTargetAssignmentMemberValue.ts'
import { StreamsGroupCurrentMemberAssignmentKey } from '../../protocol/generated/group-coordinator/StreamsGroupCurrentMemberAssignmentKey.ts'
import { StreamsGroupCurrentMemberAssignmentValue } from '../../protocol/generated/group-coordinator/StreamsGroupCurrentMemberAssignmentValue.ts'
import { StreamsGroupTopologyKey } from '../../protocol/generated/group-coordinator/StreamsGroupTopologyKey.ts'
import { StreamsGroupTopologyValue } from '../../protocol/generated/group-coordinator/StreamsGroupTopologyValue.ts'

import { jsonText, ReadyJson } from '../../protocol/json-text.ts'
import { readMessage } from '../../protocol/message.ts'
import type { Message } from '../../protocol/schema.ts'
import { type Fields, recordTypes } from './coordinator-records.ts'

export const OFFSETS_TOPIC = '__consumer_offsets'

export const groupRecords = recordTypes([
  [LegacyOffsetCommitKey, LegacyOffsetCommitValue],
  [OffsetCommitKey, OffsetCommitValue],
  [GroupMetadataKey, GroupMetadataValue, explainGroup],
  [ConsumerGroupMetadataKey, ConsumerGroupMetadataValue],
  [ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue],
  [ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue],
  [ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue],
  [ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue],
  [ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue],
  [ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue],
  [ShareGroupMetadataKey, ShareGroupMetadataValue],
  [ShareGroupTargetAssignmentMetadataKey, ShareGroupTargetAssignmentMetadataValue],
  [ShareGroupTargetAssignmentMemberKey, ShareGroupTargetAssignmentMemberValue],
  [ShareGroupCurrentMemberAssignmentKey, ShareGroupCurrentMemberAssignmentValue],
  [ShareGroupStatePartitionMetadataKey, ShareGroupStatePartitionMetadataValue],
  [ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue],
  [StreamsGroupMetadataKey, StreamsGroupMetadataValue],
  [StreamsGroupMemberMetadataKey, StreamsGroupMemberMetadataValue],
  [StreamsGroupTargetAssignmentMetadataKey, StreamsGroupTargetAssignmentMetadataValue],
  [StreamsGroupTargetAssignmentMemberKey, StreamsGroupTargetAssignmentMemberValue],
  [StreamsGroupCurrentMemberAssignmentKey, StreamsGroupCurrentMemberAssignmentValue],
  [StreamsGroupTopologyKey, StreamsGroupTopologyValue],
])

/** A group of consumers keeps what its members said to each other as bytes: tell them as the messages they are. */
function explainGroup(group: Fields): Fields {
  if (group.protocolType !== 'consumer') return group
  const members = (group.members as Fields[]).map((member) => ({
    ...member,
    subscription: embedded(ConsumerProtocolSubscription, member.subscription as Buffer),
    assignment: embedded(ConsumerProtocolAssignment, member.assignment as Buffer),
  }))
  return { ...group, members }
}

/** What is not that message stays bytes, as with Kafka. */
function embedded<T>(message: Message<T>, bytes: Buffer): Buffer | ReadyJson {
  const decoded = decodeEmbedded(message, bytes)
  return decoded === undefined ? bytes : new ReadyJson(jsonText(message, decoded.version, decoded.value))
}

function decodeEmbedded<T>(message: Message<T>, bytes: Buffer): { version: number; value: T } | undefined {
  if (bytes.length < 2) return undefined
  const version = bytes.readInt16BE(0)
  try {
    return { version, value: readMessage(message, version, bytes, (reader) => reader.take(2), true) }
  } catch (error) {
    if (error instanceof CorruptDataError) return undefined
    throw error
  }
}

/** What a member subscribed to and was given, where its bytes say so. */
export function memberTopics(member: Fields): { topics: string[]; partitions: string[] } {
  const subscription = decodeEmbedded(ConsumerProtocolSubscription, member.subscription as Buffer)
  const assignment = decodeEmbedded(ConsumerProtocolAssignment, member.assignment as Buffer)
  const assigned = assignment?.value.assignedPartitions ?? []
  return {
    topics: subscription?.value.topics ?? [],
    partitions: assigned.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => `${topic}-${partition}`),
    ),
  }
}
