/** Share groups as kafka-share-groups.sh prints them. */
import type { Described, Show } from './described.ts'
import { assignmentText, padded, widthOf } from './java-text.ts'

/** `%-15s %-15s %-10s %-13s %s`; with --verbose the leader epoch too. */
export function shareOffsetRows({ group: { groupId }, rows }: Described, { isVerbose }: Show): string[] {
  if (rows.length === 0) return [`Share group '${groupId}' has no offset information.`]
  const widths = [
    Math.max(15, groupId.length),
    widthOf(rows, ({ topic }) => topic, 15),
    10,
    ...(isVerbose ? [13] : []),
    13,
  ]
  const titles = [
    'GROUP',
    'TOPIC',
    'PARTITION',
    ...(isVerbose ? ['LEADER-EPOCH'] : []),
    'START-OFFSET',
    'LAG',
  ]
  const lines = rows.map(({ topic, partition, leaderEpoch, currentOffset, lag }) => [
    ...[groupId, topic, partition, ...(isVerbose ? [leaderEpoch] : []), currentOffset, lag],
  ])
  return [titles, ...lines].map((cells) => padded(cells, widths))
}

/** `%-15s %-15s %-15s %-15s %-12s %s`; with --verbose the member epoch too. */
export function shareMemberRows({ group }: Described, { isVerbose }: Show): string[] {
  const { groupId } = group
  const members = [...group.members].sort((one, other) => (one.memberId < other.memberId ? -1 : 1))
  if (members.length === 0) return []
  const widths = [
    Math.max(15, groupId.length),
    widthOf(members, ({ memberId }) => memberId, 15),
    widthOf(members, ({ host }) => host, 15),
    widthOf(members, ({ clientId }) => clientId, 15),
    12,
    ...(isVerbose ? [13] : []),
  ]
  const epoch = isVerbose ? ['MEMBER-EPOCH'] : []
  const titles = ['GROUP', 'CONSUMER-ID', 'HOST', 'CLIENT-ID', '#PARTITIONS', ...epoch, 'ASSIGNMENT']
  const lines = members.map(({ memberId, host, clientId, assignment, memberEpoch }) => [
    ...[groupId, memberId, host, clientId, assignment.length, ...(isVerbose ? [memberEpoch] : [])],
    assignment.length === 0 ? '' : assignmentText(assignment),
  ])
  return [titles, ...lines].map((cells) => padded(cells, widths))
}

/** `%-15s %-25s %-15s %s`; with --verbose the epochs too. */
export function shareStateRows({ group }: Described, { isVerbose }: Show): string[] {
  const { groupId, coordinator, state, members, groupEpoch, targetAssignmentEpoch } = group
  const where = `${coordinator.host}:${coordinator.port}  (${coordinator.nodeId})`
  const widths = [
    ...[Math.max(15, groupId.length), Math.max(25, where.length), 15],
    ...(isVerbose ? [12, 17] : []),
  ]
  const epochs = isVerbose ? ['GROUP-EPOCH', 'ASSIGNMENT-EPOCH'] : []
  const titles = ['GROUP', 'COORDINATOR (ID)', 'STATE', ...epochs, '#MEMBERS']
  const cells = [
    groupId,
    where,
    state,
    ...(isVerbose ? [groupEpoch, targetAssignmentEpoch] : []),
    members.length,
  ]
  return [titles, cells].map((row) => padded(row, widths))
}
