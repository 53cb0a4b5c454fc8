/** Streams groups as kafka-streams-groups.sh prints them: lines without the line feeds that the other scripts begin with. */
import { javaPartitionOrder } from '../../cli/output/java-order.ts'
import type { StreamsTasks } from '../../core/admin/group-description.ts'
import type { Described, Show } from './described.ts'
import { padded, widthOf } from './java-text.ts'

/** `%-15s %-15s %-10s %s`; with --verbose the offsets too. */
export function streamsOffsetRows(
  { group: { groupId, members }, rows }: Described,
  { isVerbose }: Show,
): string[] {
  if (members.length === 0) return []
  const assigned = javaPartitionOrder(rows.filter(({ member }) => member !== undefined))
  const widths = [
    Math.max(15, groupId.length),
    widthOf(assigned, ({ topic }) => topic, 15),
    10,
    ...(isVerbose ? [15, 15, 15, 15] : []),
  ]
  const offsets = isVerbose ? ['CURRENT-OFFSET', 'LEADER-EPOCH', 'LOG-END-OFFSET'] : []
  const lines = assigned.map(({ topic, partition, currentOffset, leaderEpoch, logEndOffset, lag }) => [
    ...[groupId, topic, partition],
    ...(isVerbose ? [currentOffset, leaderEpoch, logEndOffset] : []),
    lag,
  ])
  return [['GROUP', 'TOPIC', 'PARTITION', ...offsets, 'OFFSET-LAG'], ...lines].map((cells) =>
    padded(cells, widths),
  )
}

/** `%-15s %-15s %-15s %-15s %s`; with --verbose epochs and the target too. */
export function streamsMemberRows({ group }: Described, { isVerbose }: Show): string[] {
  const { groupId, members, targetAssignmentEpoch } = group
  if (members.length === 0) return []
  const groupWidth = Math.max(15, groupId.length)
  const memberWidth = widthOf(members, ({ memberId }) => memberId, 15)
  const processWidth = widthOf(members, ({ streams }) => streams?.processId ?? '', 15)
  const clientWidth = widthOf(members, ({ clientId }) => clientId, 15)
  if (!isVerbose) {
    const widths = [groupWidth, memberWidth, processWidth, clientWidth]
    const lines = members.map(({ memberId, clientId, streams }) => [
      ...[groupId, memberId, streams?.processId, clientId, tasksText(streams?.tasks, '')],
    ])
    return [['GROUP', 'MEMBER', 'PROCESS', 'CLIENT-ID', 'ASSIGNMENTS'], ...lines].map((cells) =>
      padded(cells, widths),
    )
  }
  const line = (cells: readonly unknown[]) => {
    // Kafka's format has no space before the member.
    const start = padded(cells.slice(0, 3), [groupWidth, 25, 15])
    return start + padded(cells.slice(3), [memberWidth, 15, 15, processWidth, clientWidth])
  }
  const titles = [
    ...['GROUP', 'TARGET-ASSIGNMENT-EPOCH', 'TOPOLOGY-EPOCH', 'MEMBER', 'MEMBER-PROTOCOL', 'MEMBER-EPOCH'],
    ...['PROCESS', 'CLIENT-ID', 'ASSIGNMENTS'],
  ]
  const lines = members.map(({ memberId, clientId, memberEpoch, streams }) => [
    ...[groupId, targetAssignmentEpoch, streams?.topologyEpoch, memberId],
    ...[streams?.isClassic === true ? 'classic' : 'streams', memberEpoch, streams?.processId, clientId],
    tasksText(streams?.tasks, '') + tasksText(streams?.targetTasks, 'TARGET-'),
  ])
  return [titles, ...lines].map(line)
}

/** `ACTIVE: 0:[0,1]; ` */
function tasksText(tasks: StreamsTasks | undefined, prefix: string): string {
  if (tasks === undefined) return ''
  return (['active', 'standby', 'warmup'] as const)
    .filter((kind) => tasks[kind].length > 0)
    .map((kind) => {
      const all = tasks[kind].map(
        ({ subtopologyId, partitions }) => `${subtopologyId}:[${partitions.join(',')}]; `,
      )
      return `${prefix}${kind.toUpperCase()}: ${all.join('')}`
    })
    .join('')
}

/** `%-15s %-25s %-25s %s`; with --verbose the epochs too. */
export function streamsStateRows({ group }: Described, { isVerbose }: Show): string[] {
  const { groupId, coordinator, state, members, groupEpoch, targetAssignmentEpoch } = group
  const where = `${coordinator.host}:${coordinator.port} (${coordinator.nodeId})`
  const widths = [
    ...[Math.max(15, groupId.length), Math.max(25, where.length), 25],
    ...(isVerbose ? [15, 25] : []),
  ]
  const epochs = isVerbose ? ['GROUP-EPOCH', 'TARGET-ASSIGNMENT-EPOCH'] : []
  const cells = [
    groupId,
    where,
    state,
    ...(isVerbose ? [groupEpoch, targetAssignmentEpoch] : []),
    members.length,
  ]
  return [['GROUP', 'COORDINATOR (ID)', 'STATE', ...epochs, '#MEMBERS'], cells].map((row) =>
    padded(row, widths),
  )
}
