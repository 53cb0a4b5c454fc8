import { defineCommand } from '../../cli/command.ts'
import { flag } from '../../cli/options.ts'
import { describe } from '../../core/admin/describe-groups.ts'
import type { GroupDescription } from '../../core/admin/group-description.ts'
import { type LagRow, lagOf } from '../../core/admin/group-lag.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { KtError, UsageError } from '../../core/errors.ts'
import type { Described, View } from './described.ts'
import { printJava } from './describe-java.ts'
import { printJson, printTables } from './describe-output.ts'
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

const heading = 'What to show (--offsets if none)'

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
    ...clusterOptions,
  },
  examples: [
    { line: 'kt groups describe billing', does: 'offsets and lag of one group' },
    { line: 'kt groups describe billing --members --verbose', does: 'its members and their assignments' },
    { line: "kt groups describe 'billing-.*' --state", does: 'the state of some' },
  ],
  async run({ group, allGroups, offsets, members, state, verbose, as, timeout }, context) {
    const view = viewOf({ offsets, members, state })
    const tool = toolOf(as, context)
    const cluster = await openCluster(timeout, context)
    const listed = await choose(cluster, { group, allGroups, tool }, context)
    const { described, errors } = await look(cluster, listed, view)
    if (context.out.style === 'json') printJson(context.out, described, view)
    else if (context.out.style === 'java') printJava(context, described, { view, isVerbose: verbose })
    else await printTables(context.out, described, { view, isVerbose: verbose })
    refuseFailed(await explainMissing(cluster, errors), listed.length, 'described')
  },
})

function viewOf(wanted: Record<View, boolean>): View {
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
