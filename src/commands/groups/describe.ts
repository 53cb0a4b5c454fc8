import { defineCommand } from '../../cli/command.ts'
import { count, flag, text } from '../../cli/options.ts'
import { describe } from '../../core/admin/describe-groups.ts'
import type { GroupDescription } from '../../core/admin/group-description.ts'
import { type LagRow, lagOf } from '../../core/admin/group-lag.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { atName, timestampsAt } from '../../core/consumer/next-record.ts'
import { KtError, UsageError } from '../../core/errors.ts'
import type { Described, View } from './described.ts'
import { printJava } from './describe-java.ts'
import { printJson, printTables, totalsOf } from './describe-output.ts'
import {
  choose,
  clusterOptions,
  explainMissing,
  groupOperand,
  groupOption,
  namesAndPatterns,
  openCluster,
  refuseFailed,
  toolOf,
} from './shared.ts'
import { watch } from './watch.ts'

const heading = 'What to show (--offsets if none)'
const about = 'About lag'

export default defineCommand({
  description: namesAndPatterns,
  operands: [groupOperand],
  options: {
    group: groupOption,
    'all-groups': flag('all there are'),
    offsets: flag('partitions, offsets and lag, with totals', { heading }),
    members: flag('who is in it, and reads what', { heading }),
    state: flag('state, coordinator and assignor', { heading }),
    verbose: flag('more columns: leader epochs, assignments, epochs; and the trace of an error', { heading }),
    'lag-time': flag('how old the next record to read is', { heading: about }),
    'lag-above': count('only groups that lag by more records than that', { heading: about }),
    'exit-code': flag('end with 1 where there is such a group', { heading: about }),
    watch: text('redraw lag, rates and time to catch up every so many seconds', {
      bare: '2',
      placeholder: 'SECONDS',
      heading: about,
    }),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt groups describe billing', does: 'offsets and lag of one group' },
    { line: 'kt groups describe billing --members --verbose', does: 'its members and their assignments' },
    { line: "kt groups describe 'billing-.*' --state", does: 'the state of some' },
  ],
  async run(values, context) {
    const { group, allGroups, verbose, lagTime, lagAbove, exitCode, as, timeout } = values
    const view = viewOf(values)
    const intervalSec = secondsOf(values.watch)
    const isAboutLag = lagTime || lagAbove !== undefined || exitCode || intervalSec !== undefined
    if (isAboutLag && view !== 'offsets') throw new UsageError(`lag is not shown with --${view}`)
    if (exitCode && lagAbove === undefined) throw new UsageError('--exit-code needs --lag-above')
    const tool = toolOf(as, context)
    const cluster = await openCluster(timeout, context)
    const lookAgain = async () => {
      const listed = await choose(cluster, { group, allGroups, tool }, context)
      const { described, errors } = await look(cluster, listed, view)
      return { listed, errors, described: described.filter(({ rows }) => isAbove(rows, lagAbove)) }
    }
    if (intervalSec !== undefined)
      await watch(context, intervalSec, async () => (await lookAgain()).described.flatMap(({ rows }) => rows))
    const { listed, described, errors } = await lookAgain()
    if (lagTime) await addLagTimes(cluster, described)
    const show = { view, isVerbose: verbose, hasLagTime: lagTime }
    if (context.out.style === 'json') printJson(context.out, described, show)
    else if (context.out.style === 'java') printJava(context, described, show)
    else await printTables(context.out, described, show)
    refuseFailed(await explainMissing(cluster, errors), listed.length, 'described')
    if (exitCode && described.length > 0) throw tooFarBehind(described, lagAbove!)
  },
})

function viewOf(wanted: Readonly<Record<View, boolean>>): View {
  const [first = 'offsets', second] = (['offsets', 'members', 'state'] as const).filter(
    (name) => wanted[name],
  )
  // org.apache.kafka.tools.consumer.group.ConsumerGroupCommandOptions says it so.
  if (second !== undefined)
    throw new UsageError(
      'Option [describe] takes at most one of these options: [members], [offsets], [state]',
    )
  return first
}

async function look(
  cluster: Cluster,
  listed: Parameters<typeof describe>[1],
  view: View,
): Promise<{ described: Described[]; errors: Map<string, KtError> }> {
  const errors = new Map<string, KtError>()
  const groups: GroupDescription[] = []
  for (const [groupId, one] of await describe(cluster, listed))
    if (one instanceof KtError) errors.set(groupId, one)
    else groups.push(one)
  const lag = view === 'offsets' ? await lagOf(cluster, groups) : new Map<string, LagRow[] | KtError>()
  const described = groups.flatMap((group) => {
    const rows = lag.get(group.groupId) ?? []
    if (!(rows instanceof KtError)) return [{ group, rows }]
    errors.set(group.groupId, rows)
    return []
  })
  return { described, errors }
}

function secondsOf(raw: string | undefined): number | undefined {
  if (raw === undefined) return undefined
  const seconds = Number(raw)
  if (/^\d+(\.\d+)?$/.test(raw) && seconds >= 0.1 && seconds <= 86_400) return seconds
  throw new UsageError(`--watch takes seconds from 0.1 to 86400, not "${raw}"`, {
    hint: 'it stands best behind the groups: kt groups describe GROUP --watch 5',
  })
}

function isAbove(rows: readonly LagRow[], lagAbove: number | undefined): boolean {
  return lagAbove === undefined || totalsOf(rows).lag > lagAbove
}

/** Asks for one record of each partition that has one to read. */
async function addLagTimes(cluster: Cluster, described: readonly Described[]): Promise<void> {
  const waiting = described
    .flatMap(({ rows }) => rows)
    .flatMap((row) =>
      row.currentOffset !== undefined && (row.lag ?? 0) > 0 ? [{ row, offset: row.currentOffset }] : [],
    )
  const times = await timestampsAt(cluster, [
    ...waiting.map(({ row: { topic, partition }, offset }) => ({ topic, partition, offset })),
  ])
  const nowMs = Date.now()
  for (const { row, offset } of waiting) {
    const timestampMs = times.get(atName({ ...row, offset }))
    if (timestampMs !== undefined) row.lagTimeMs = Math.max(0, nowMs - timestampMs)
  }
}

/** What a monitor reads beside the exit code. */
function tooFarBehind(described: readonly Described[], lagAbove: number): KtError {
  const groups = described.map(({ group, rows }) => `${group.groupId} (${totalsOf(rows).lag})`)
  const what = groups.length === 1 ? '1 group lags' : `${groups.length} groups lag`
  return new KtError(`${what} by more than ${lagAbove} records: ${groups.join(', ')}`)
}
