/** How described groups are printed for a person and for programs. */
import { durationText } from '../../cli/duration.ts'
import type { Out } from '../../cli/output/index.ts'
import { NAME, type Narrow } from '../../cli/output/narrow-table.ts'
import { assignmentText } from './java-text.ts'
import type { Described, Show } from './described.ts'

const OPTIONAL: Narrow = { isOptional: true }
const MEMBER: Narrow = { cutTo: 16, isOptional: true }
const LIST: Narrow = { wrapTo: 16 }

/**
 * `{"groups": [{"groupId", "type", "state", "protocol", "assignor", "coordinator": {"nodeId", "host", "port"}, "members": […],
 * "offsets": [{"topic", "partition", "currentOffset", "leaderEpoch", "logEndOffset", "lag", "memberId"}],
 * "totals": {"lag", "partitions", "topics": [{"topic", "partitions", "lag"}]}}]}`; offsets and totals in the view of offsets.
 */
export function printJson(out: Out, described: readonly Described[], { view, hasLagTime }: Show): void {
  const groups = described.map(({ group, rows }) => {
    if (view !== 'offsets') return group
    const offsets = rows.map((row) => ({
      ...asOffset(row),
      ...(hasLagTime ? { lagTimeMs: row.lagTimeMs ?? null } : {}),
    }))
    return { ...group, offsets, totals: totalsOf(rows) }
  })
  out.message({ groups })
}

function asOffset({ topic, partition, currentOffset, leaderEpoch, logEndOffset, lag, member }: Row) {
  return {
    topic,
    partition,
    currentOffset: currentOffset ?? null,
    leaderEpoch: leaderEpoch ?? null,
    logEndOffset: logEndOffset ?? null,
    lag: lag ?? null,
    memberId: member?.memberId ?? null,
  }
}

export async function printTables(out: Out, described: readonly Described[], show: Show): Promise<void> {
  if (show.view === 'members') return printMembers(out, described, show)
  if (show.view === 'state') return printStates(out, described, show)
  await printOffsets(out, described, show)
}

async function printOffsets(
  out: Out,
  described: readonly Described[],
  { isVerbose, hasLagTime }: Show,
): Promise<void> {
  const rows = described.flatMap((one) => one.rows)
  await out.list({
    name: 'offsets',
    rows,
    columns: [
      { title: 'GROUP', value: ({ groupId }) => groupId, narrow: NAME },
      { title: 'TOPIC', value: ({ topic }) => topic, narrow: NAME },
      { title: 'PARTITION', value: ({ partition }) => partition, align: 'right', narrow: { title: 'PART' } },
      ...(isVerbose
        ? [
            {
              title: 'LEADER-EPOCH',
              value: (row: Row) => row.leaderEpoch,
              align: 'right' as const,
              narrow: { title: 'EPOCH' },
            },
          ]
        : []),
      {
        title: 'CURRENT-OFFSET',
        value: ({ currentOffset }) => currentOffset,
        align: 'right',
        narrow: { title: 'CURRENT' },
      },
      {
        title: 'LOG-END-OFFSET',
        value: ({ logEndOffset }) => logEndOffset,
        align: 'right',
        narrow: { title: 'LOG-END' },
      },
      { title: 'LAG', value: ({ lag }) => lag, align: 'right' },
      ...(hasLagTime
        ? [{ title: 'LAG-TIME', value: (row: Row) => lagTimeText(row), align: 'right' as const }]
        : []),
      { title: 'CONSUMER-ID', value: ({ member }) => member?.memberId, narrow: MEMBER },
      { title: 'HOST', value: ({ member }) => member?.host, narrow: OPTIONAL },
      { title: 'CLIENT-ID', value: ({ member }) => member?.clientId, narrow: OPTIONAL },
    ],
  })
  if (rows.length > 0) out.line('')
  await out.list({
    name: 'totals',
    rows: described.flatMap(totalRows),
    whenEmpty: 'there is no such group',
    columns: [
      { title: 'GROUP', value: ({ groupId }) => groupId, narrow: NAME },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'TOPIC', value: ({ topic }) => topic, narrow: NAME },
      { title: 'PARTITIONS', value: ({ partitions }) => partitions, align: 'right' },
      { title: 'TOTAL-LAG', value: ({ lag }) => lag, align: 'right' },
    ],
  })
}

type Row = Described['rows'][number]

function lagTimeText({ lagTimeMs }: Row): string | undefined {
  return lagTimeMs === undefined ? undefined : durationText(lagTimeMs)
}

interface Totals {
  partitions: number
  /** Of the partitions where it is known. */
  lag: number
  topics: { topic: string; partitions: number; lag: number }[]
}

export function totalsOf(rows: readonly Row[]): Totals {
  const topics = new Map<string, Totals['topics'][number]>()
  for (const { topic, lag = 0 } of rows) {
    const total = topics.get(topic) ?? { topic, partitions: 0, lag: 0 }
    total.partitions++
    total.lag += Math.max(0, lag)
    topics.set(topic, total)
  }
  const sorted = [...topics.values()].sort((one, other) => (one.topic < other.topic ? -1 : 1))
  return { partitions: rows.length, lag: sorted.reduce((sum, { lag }) => sum + lag, 0), topics: sorted }
}

/** A row for each topic, and one for all of them where there are several. */
function totalRows({ group: { groupId, state }, rows }: Described) {
  const { topics, ...all } = totalsOf(rows)
  const shown = topics.map((topic) => ({ groupId, state, ...topic }))
  return topics.length === 1 ? shown : [...shown, { groupId, state, topic: '', ...all }]
}

async function printMembers(out: Out, described: readonly Described[], { isVerbose }: Show): Promise<void> {
  const rows = described.flatMap(({ group }) => group.members.map((member) => ({ ...member, group })))
  type MemberRow = (typeof rows)[number]
  const isStatic = rows.some(({ instanceId }) => instanceId !== null)
  await out.list({
    name: 'members',
    rows,
    whenEmpty: 'there are no members',
    columns: [
      { title: 'GROUP', value: ({ group }) => group.groupId, narrow: NAME },
      { title: 'MEMBER', value: ({ memberId }) => memberId, narrow: { cutTo: 16 } },
      ...(isStatic
        ? [{ title: 'INSTANCE', value: ({ instanceId }: MemberRow) => instanceId, narrow: NAME }]
        : []),
      { title: 'HOST', value: ({ host }) => host, narrow: OPTIONAL },
      { title: 'CLIENT-ID', value: ({ clientId }) => clientId, narrow: OPTIONAL },
      {
        title: 'PARTITIONS',
        value: ({ assignment }) => assignment.length,
        align: 'right',
        narrow: { title: 'PARTS' },
      },
      { title: 'ASSIGNMENT', value: ({ assignment }) => assignmentText(assignment), narrow: LIST },
      ...(isVerbose
        ? [
            { title: 'EPOCH', value: ({ memberEpoch }: MemberRow) => memberEpoch, align: 'right' as const },
            {
              title: 'TARGET-ASSIGNMENT',
              value: ({ targetAssignment }: MemberRow) => assignmentText(targetAssignment),
              narrow: LIST,
            },
            {
              title: 'SUBSCRIBED',
              value: ({ subscribedTopics, subscribedRegex }: MemberRow) =>
                subscribedRegex ?? subscribedTopics,
              narrow: LIST,
            },
          ]
        : []),
    ],
  })
}

async function printStates(out: Out, described: readonly Described[], { isVerbose }: Show): Promise<void> {
  const rows = described.map(({ group }) => group)
  type StateRow = (typeof rows)[number]
  await out.list({
    name: 'groups',
    rows,
    whenEmpty: 'there is no such group',
    columns: [
      { title: 'GROUP', value: ({ groupId }) => groupId, narrow: NAME },
      { title: 'TYPE', value: ({ type }) => type },
      { title: 'PROTOCOL', value: ({ protocol }) => protocol, narrow: OPTIONAL },
      { title: 'STATE', value: ({ state }) => state },
      {
        title: 'COORDINATOR',
        value: ({ coordinator: { nodeId, host, port } }) => `${nodeId} (${host}:${port})`,
        narrow: { wrapTo: 16, isOptional: true },
      },
      { title: 'ASSIGNOR', value: ({ assignor }) => assignor, narrow: OPTIONAL },
      { title: 'MEMBERS', value: ({ members }) => members.length, align: 'right' },
      ...(isVerbose
        ? [
            { title: 'EPOCH', value: ({ groupEpoch }: StateRow) => groupEpoch, align: 'right' as const },
            {
              title: 'ASSIGNMENT-EPOCH',
              value: ({ targetAssignmentEpoch }: StateRow) => targetAssignmentEpoch,
              align: 'right' as const,
              narrow: { title: 'ASSIGNED' },
            },
          ]
        : []),
    ],
  })
}
