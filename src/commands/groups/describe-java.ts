/** Kafka's own text for described groups, each kind of group as its own script prints it. */
import type { Context } from '../../cli/context.ts'
import { javaHashOrder } from '../../cli/output/java-order.ts'
import type { GroupMember } from '../../core/admin/group-description.ts'
import type { Described, Show } from './described.ts'
import { shareMemberRows, shareOffsetRows, shareStateRows } from './describe-share.ts'
import { streamsMemberRows, streamsOffsetRows, streamsStateRows } from './describe-streams.ts'
import { assignmentText, padded, widthOf } from './java-text.ts'

export function printJava(context: Context, described: readonly Described[], show: Show): void {
  for (const one of inJavaOrder(described)) {
    const rows = ROWS[kindOf(one)][show.view](one, show)
    tellState(context, one, show)
    if (rows.length === 0) continue
    // Kafka begins each line with a line feed, and ends a table with one.
    if (kindOf(one) !== 'Streams') context.out.line('')
    for (const row of rows) context.out.line(row)
  }
}

/** In the order of the ids, as the tree map of Kafka's tool has them; that for streams groups has a hash map. */
function inJavaOrder(described: readonly Described[]): Described[] {
  if (described.every((one) => kindOf(one) === 'Streams'))
    return javaHashOrder(described, ({ group }) => group.groupId)
  return [...described].sort((one, other) => (one.group.groupId < other.group.groupId ? -1 : 1))
}

type Kind = 'Consumer' | 'Share' | 'Streams'

function kindOf({ group: { type } }: Described): Kind {
  return type === 'Share' || type === 'Streams' ? type : 'Consumer'
}

type RowsOf = (one: Described, show: Show) => string[]

const ROWS: Readonly<Record<Kind, Record<Show['view'], RowsOf>>> = {
  Consumer: { offsets: offsetRows, members: memberRows, state: stateRows },
  Share: { offsets: shareOffsetRows, members: shareMemberRows, state: shareStateRows },
  Streams: { offsets: streamsOffsetRows, members: streamsMemberRows, state: streamsStateRows },
}

const REBALANCING = new Set(['PreparingRebalance', 'CompletingRebalance', 'Assigning', 'Reconciling'])

function tellState({ note, out }: Context, one: Described, { view }: Show): void {
  const { groupId, state } = one.group
  const kind = kindOf(one)
  if (kind === 'Share' && view === 'offsets') return
  const start = kind === 'Streams' ? '' : '\n'
  // One of Kafka's tools says it on stdout, and only here.
  if (state === 'Empty' && kind === 'Streams' && view === 'state')
    return out.line(`\nError: Streams group '${groupId}' has no active members.`)
  if (state === 'Empty') note(`${start}${kind} group '${groupId}' has no active members.`)
  if (kind === 'Consumer' && REBALANCING.has(state))
    note(`\nWarning: Consumer group '${groupId}' is rebalancing.`)
}

/** `%-15s %-15s %-10s %-15s %-15s %-15s %-15s %-15s %s`; with --verbose the leader epoch too. */
function offsetRows({ rows }: Described, { isVerbose }: Show): string[] {
  if (rows.length === 0) return []
  const epochs = isVerbose ? [15] : []
  const widths = [
    widthOf(rows, ({ groupId }) => groupId, 15),
    widthOf(rows, ({ topic }) => topic, 15),
    10,
    ...epochs,
    15,
    15,
    15,
    widthOf(rows, ({ member }) => member?.memberId ?? '-', 15),
    widthOf(rows, ({ member }) => member?.host ?? '-', 15),
  ]
  const titles = [
    ...['GROUP', 'TOPIC', 'PARTITION', ...(isVerbose ? ['LEADER-EPOCH'] : [])],
    ...['CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG', 'CONSUMER-ID', 'HOST', 'CLIENT-ID'],
  ]
  const lines = rows.map(
    ({ groupId, topic, partition, leaderEpoch, currentOffset, logEndOffset, lag, member }) => [
      ...[groupId, topic, partition, ...(isVerbose ? [leaderEpoch] : [])],
      ...[currentOffset, logEndOffset, lag, member?.memberId, member?.host, member?.clientId],
    ],
  )
  return [titles, ...lines].map((cells) => padded(cells, widths))
}

function memberRows({ group }: Described, { isVerbose }: Show): string[] {
  const { groupId, members, targetAssignmentEpoch } = group
  const isStatic = members.some(({ instanceId }) => instanceId !== null)
  const isMixed = members.some(({ isUpgraded }) => isUpgraded === false)
  const columns: {
    title: string
    value: (member: GroupMember) => unknown
    least: number
    isFixed?: boolean
  }[] = [
    { title: 'GROUP', value: () => groupId, least: 15 },
    { title: 'CONSUMER-ID', value: ({ memberId }) => memberId, least: 15 },
    ...(isStatic
      ? [{ title: 'GROUP-INSTANCE-ID', value: ({ instanceId }: GroupMember) => instanceId ?? '', least: 17 }]
      : []),
    { title: 'HOST', value: ({ host }) => host, least: 15 },
    { title: 'CLIENT-ID', value: ({ clientId }) => clientId, least: 15 },
    { title: '#PARTITIONS', value: ({ assignment }) => assignment.length, least: 15, isFixed: true },
    ...(isVerbose
      ? [
          {
            title: 'CURRENT-EPOCH',
            value: ({ memberEpoch }: GroupMember) => memberEpoch ?? '-',
            least: 15,
            isFixed: true,
          },
          {
            title: 'CURRENT-ASSIGNMENT',
            value: ({ assignment }: GroupMember) => assignmentText(assignment),
            least: 20,
          },
          { title: 'TARGET-EPOCH', value: () => targetAssignmentEpoch ?? '-', least: 15, isFixed: true },
          {
            title: 'TARGET-ASSIGNMENT',
            value: ({ targetAssignment }: GroupMember) => assignmentText(targetAssignment),
            least: 20,
          },
          ...(isMixed
            ? [{ title: 'UPGRADED', value: ({ isUpgraded }: GroupMember) => isUpgraded ?? '-', least: 0 }]
            : []),
        ]
      : []),
  ]
  const widths = columns.map(({ value, least, isFixed }) =>
    isFixed === true || least === 0 ? least : widthOf(members, (member) => String(value(member)), least),
  )
  const rows = members.map((member) => columns.map(({ value }) => value(member)))
  // Kafka's line goes on with a space, whether more columns follow or not.
  const end = isVerbose ? '' : ' '
  return [columns.map(({ title }) => title), ...rows].map((cells) => padded(cells, widths) + end)
}

/** `%-15s %-25s %-20s %-20s %s`; with --verbose the epochs too. */
function stateRows({ group }: Described, { isVerbose }: Show): string[] {
  const { groupId, coordinator, assignor, state, members, groupEpoch, targetAssignmentEpoch } = group
  const where = `${coordinator.host}:${coordinator.port}  (${coordinator.nodeId})`
  const widths = [
    Math.max(15, groupId.length),
    Math.max(25, where.length),
    20,
    20,
    ...(isVerbose ? [15, 25] : []),
  ]
  const strategy = assignor === '' ? '-' : assignor
  const titles = [
    ...['GROUP', 'COORDINATOR (ID)', 'ASSIGNMENT-STRATEGY', 'STATE'],
    ...(isVerbose ? ['GROUP-EPOCH', 'TARGET-ASSIGNMENT-EPOCH'] : []),
    '#MEMBERS',
  ]
  const cells = [
    ...[groupId, where, strategy, state],
    ...(isVerbose ? [groupEpoch, targetAssignmentEpoch] : []),
    members.length,
  ]
  return [titles, cells].map((row) => padded(row, widths))
}
