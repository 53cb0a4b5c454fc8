import { defineCommand } from '../../cli/command.ts'
import { flag, text } from '../../cli/options.ts'
import { javaHashOrder } from '../../cli/output/java-order.ts'
import { NAME } from '../../cli/output/narrow-table.ts'
import {
  GROUP_TYPES,
  type GroupListing,
  type GroupType,
  isConsumerGroup,
  list,
} from '../../core/admin/groups.ts'
import { javaPattern } from '../../core/admin/java-pattern.ts'
import { UsageError } from '../../core/errors.ts'
import { padded, widthOf } from './java-text.ts'
import {
  clusterOptions,
  groupOperand,
  isOf,
  isPlainName,
  namesAndPatterns,
  openCluster,
  type Tool,
  toolOf,
} from './shared.ts'

/** org.apache.kafka.common.GroupState, as each type has them. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  'kafka-consumer-groups': [
    'Dead',
    'CompletingRebalance',
    'PreparingRebalance',
    'Reconciling',
    'Empty',
    'Stable',
    'Assigning',
  ],
  'kafka-share-groups': ['Empty', 'Stable', 'Dead'],
  'kafka-streams-groups': ['Empty', 'NotReady', 'Stable', 'Assigning', 'Reconciling', 'Dead'],
}
/** What an option without its value says: a column for it, and no choice. */
const ALL = 'all'

const ALL_STATES = [...new Set(Object.values(STATES).flat())]

/** JSON: `{"groups": [{"groupId", "type", "protocol", "state", "coordinatorId"}]}` */
export default defineCommand({
  description: namesAndPatterns,
  operands: [groupOperand],
  options: {
    state: text('only groups in these states, e.g. stable,empty', { bare: ALL, placeholder: 'STATES' }),
    type: text('only groups of these types: classic, consumer, share, streams', {
      bare: ALL,
      placeholder: 'TYPES',
      aliases: ['group-type'],
    }),
    protocol: text('only groups of this protocol: consumer, share, streams, connect, …', {
      placeholder: 'NAME',
    }),
    consumer: flag('only groups of consumers: of either protocol, or without members that subscribe'),
    share: flag('only share groups'),
    streams: flag('only streams groups'),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt groups list', does: 'all of them' },
    { line: 'kt groups list --type consumer,share --state stable', does: 'those with members that read' },
    { line: "kt groups list 'billing-.*' --output json", does: 'some, for programs' },
  ],
  async run({ state, type, protocol, consumer, share, streams, as, timeout, group }, context) {
    const tool = toolOf(as, context)
    const types = typesIn(type)
    const states = statesIn(state, tool)
    const patterns = (group as string[]).map(matcherOf)
    const cluster = await openCluster(timeout, context)
    const isGroupsTool = tool === 'kafka-groups' || tool === undefined
    const all = await list(cluster, isGroupsTool ? {} : { types, states })
    // Kafka's tools put what they look at into a hash map, and print what its order is.
    const mine = all.filter((one) => isOf(tool, one))
    const ordered =
      context.out.style === 'java' ? javaHashOrder(mine, ({ groupId }) => groupId) : [...mine].sort(byId)
    const rows = ordered
      .filter((one) => types.length === 0 || types.includes(one.type))
      .filter((one) => states.length === 0 || states.includes(one.state))
      .filter((one) => protocol === undefined || one.protocol === protocol)
      .filter((one) => !consumer || isConsumerGroup(one))
      .filter((one) => !share || one.type === 'Share')
      .filter((one) => !streams || one.type === 'Streams')
      .filter(({ groupId }) => patterns.length === 0 || patterns.some((matches) => matches(groupId)))
    await context.out.list({
      name: 'groups',
      rows,
      whenEmpty: 'there is no such group',
      java: (listed) =>
        javaLines(listed, tool, { hasState: state !== undefined, hasType: type !== undefined }),
      columns: [
        { title: 'GROUP', value: ({ groupId }) => groupId, narrow: NAME },
        { title: 'TYPE', value: (one) => one.type },
        { title: 'PROTOCOL', value: (one) => one.protocol },
        { title: 'STATE', value: (one) => one.state },
        {
          title: 'COORDINATOR',
          value: ({ coordinatorId }) => coordinatorId,
          align: 'right',
          narrow: { title: 'NODE' },
        },
      ],
    })
  },
})

function javaLines(
  rows: readonly GroupListing[],
  tool: Tool | undefined,
  { hasState, hasType }: { hasState: boolean; hasType: boolean },
): string[] {
  const { groupId, type, state, protocol } = COLUMNS
  if (tool === 'kafka-consumer-groups') {
    if (!hasState && !hasType) return rows.map(groupId.value)
    const columns = [groupId, ...(hasType ? [type] : []), ...(hasState ? [state] : [])]
    return javaTable(rows, columns, 15, 10)
  }
  if (tool === 'kafka-share-groups' || tool === 'kafka-streams-groups') {
    if (!hasState) return rows.map(groupId.value)
    return javaTable(rows, [groupId, { ...state, width: 0 }], 15)
  }
  // Kafka's tool ends each row with a space, and the titles with none.
  const columns = [groupId, type, protocol]
  const width = Math.max(...columns.map(({ value }) => widthOf(rows, value, 20)))
  const lines = javaTable(
    rows,
    columns.map((column) => ({ ...column, width })),
    width,
  )
  return lines.map((line, index) => (index === 0 ? line : `${line} `))
}

interface JavaColumn {
  title: string
  value: (one: GroupListing) => string
  width: number
}

const COLUMNS = {
  groupId: { title: 'GROUP', value: (one: GroupListing) => one.groupId, width: 0 },
  type: { title: 'TYPE', value: (one: GroupListing) => one.type as string, width: 20 },
  state: { title: 'STATE', value: (one: GroupListing) => one.state, width: 20 },
  protocol: { title: 'PROTOCOL', value: (one: GroupListing) => one.protocol, width: 20 },
}

function javaTable(
  rows: readonly GroupListing[],
  columns: readonly JavaColumn[],
  least: number,
  more = 0,
): string[] {
  const widths = columns.map(({ width, value }, index) =>
    index === 0 ? widthOf(rows, value, least) + more : width,
  )
  const titles = columns.map(({ title }) => title)
  return [titles, ...rows.map((row) => columns.map(({ value }) => value(row)))].map((cells) =>
    padded(cells, widths),
  )
}

/** A word is the name of a group, or a regular expression where it cannot be one. */
function matcherOf(word: string): (groupId: string) => boolean {
  const pattern = isPlainName(word) ? undefined : javaPattern(word)
  return (groupId) => groupId === word || pattern?.test(groupId) === true
}

function typesIn(raw: string | undefined): GroupType[] {
  if (raw === undefined || raw === ALL) return []
  return raw.split(',').map((word) => {
    const found = GROUP_TYPES.find((one) => one.toLowerCase() === word.trim().toLowerCase())
    if (found === undefined)
      throw new UsageError(`Invalid types list '${raw}'. Valid types are: ${GROUP_TYPES.join(', ')}`)
    return found
  })
}

function statesIn(raw: string | undefined, tool: Tool | undefined): string[] {
  if (raw === undefined || raw === ALL) return []
  const valid = STATES[tool ?? ''] ?? ALL_STATES
  return raw.split(',').map((word) => {
    const found = valid.find((one) => one.toLowerCase() === word.trim().toLowerCase())
    if (found === undefined)
      throw new UsageError(`Invalid state list '${raw}'. Valid states are: ${valid.join(', ')}`)
    return found
  })
}

function byId(one: GroupListing, other: GroupListing): number {
  return one.groupId < other.groupId ? -1 : 1
}
