import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import { count, flag, text, texts } from '../../cli/options.ts'
import { alter } from '../../core/admin/alter-offsets.ts'
import { parseTopicArgument } from '../../core/admin/topic-arguments.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { ApiError, KtError, UsageError } from '../../core/errors.ts'
import { printPlans } from './reset-output.ts'
import { noScenario, scenarioOf } from './reset-scenario.ts'
import { deleteInternalTopics, findTargets, type Plan, planAll } from './reset-targets.ts'
import {
  choose,
  clusterOptions,
  groupOperand,
  groupOption,
  namesAndPatterns,
  openCluster,
  refuseFailed,
  toolOf,
} from './shared.ts'

const where = 'Where to'
const scope = 'Which partitions'
const LONG = { min: Number.MIN_SAFE_INTEGER }

/**
 * JSON: `{"isExecuted", "groups": [{"groupId", "offsets": [{"topic", "partition", "currentOffset", "newOffset", "logEndOffset"}]}]}`
 */
export default defineCommand({
  description:
    'Without --execute it only shows what would be. A group must have no members. A group that is not there yet is ' +
    `made by --topic and --execute. An offset that is not in the log becomes the nearest one that is. ${namesAndPatterns}`,
  operands: [groupOperand],
  options: {
    group: groupOption,
    'all-groups': flag('all there are'),
    'to-earliest': flag('the first offset', { heading: where }),
    'to-latest': flag('the end', { heading: where }),
    'to-current': flag('what is committed; the end where nothing is', { heading: where }),
    'to-offset': count('this offset', { ...LONG, heading: where }),
    'shift-by': count('so many records on, or back where negative', { ...LONG, heading: where }),
    'by-duration': text('the first record that is not older: PnDTnHnMnS', {
      placeholder: 'DURATION',
      heading: where,
    }),
    'to-datetime': text('the first record from then on: YYYY-MM-DDThh:mm:ss.sss, UTC unless it says a zone', {
      placeholder: 'TIME',
      heading: where,
    }),
    'from-file': text('CSV as --export writes it', { placeholder: 'FILE', heading: where }),
    topic: texts('TOPIC or TOPIC:0,1; may be repeated', {
      placeholder: 'TOPIC',
      heading: scope,
      aliases: ['input-topic'],
    }),
    'all-topics': flag('all that the group has offsets for', {
      heading: scope,
      aliases: ['all-input-topics'],
    }),
    'to-group': text('another group, which gets these offsets in place of GROUP', { placeholder: 'GROUP' }),
    'dry-run': flag('only show what would be (the default)'),
    execute: flag('do it'),
    export: flag('print CSV that --from-file reads'),
    'delete-all-internal-topics': flag('also delete the internal topics of a streams group, with --execute'),
    'delete-internal-topic': texts('one of them; may be repeated', { placeholder: 'TOPIC' }),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt groups reset-offsets billing --to-earliest --all-topics', does: 'what would be read again' },
    {
      line: 'kt groups reset-offsets billing --shift-by -100 --topic orders:0,1 --execute',
      does: '100 records back',
    },
    {
      line: 'kt groups reset-offsets billing --to-group billing-2 --execute',
      does: 'another group begins where this one is',
    },
  ],
  async run(values, context) {
    const { group, allGroups, toGroup, execute, dryRun, allTopics, as, timeout } = values
    const tool = toolOf(as, context)
    const topics = values.topic.map(parseTopicArgument)
    const scenario =
      scenarioOf(values, group) ?? (toGroup === undefined ? undefined : { to: 'current' as const })
    if (scenario === undefined) throw noScenario()
    if (execute && dryRun)
      throw new UsageError('Option [reset-offsets] only accepts one of [execute] and [dry-run]')
    if (allTopics && topics.length > 0)
      throw new UsageError('Option "[all-topics]" can\'t be used with option "[topic]"')
    const wantsAll = allTopics || toGroup !== undefined
    if (scenario.to !== 'plan' && !wantsAll && topics.length === 0)
      throw new UsageError('One of the reset scopes should be defined: --all-topics, --topic.')
    if (!execute && !dryRun && tool === 'kafka-streams-groups' && context.isScript)
      throw new UsageError('Option [reset-offsets] takes the option: [execute] or [dry-run]')
    if (!execute && !dryRun && context.isScript) context.note(NO_ACTION)

    const cluster = await openCluster(timeout, context)
    const listed = await choose(cluster, { group, allGroups, tool }, context)
    const { targets, errors } = await findTargets(cluster, listed, toGroup)
    const plans = await planAll(cluster, targets, { scenario, topics, errors })
    const show = {
      isExport: values.export,
      isSingle: group.length === 1,
      tool,
      isExecuted: execute,
      groups: listed.length,
      isRefused: errors.size > 0,
    }
    await printPlans(context, plans, show)
    if (execute) await executeAll(cluster, plans, errors)
    if (execute) await deleteInternalTopics(cluster, targets, values)
    if (execute && context.out.style === 'table' && !values.export) tellDone(context, plans, errors)
    refuseFailed([...errors.values()], listed.length, 'reset')
  },
})

const NO_ACTION =
  'WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require ' +
  'either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you are scripting ' +
  'this command and want to keep the current default behavior without prompting.'

async function executeAll(
  cluster: Cluster,
  plans: readonly Plan[],
  errors: Map<string, KtError>,
): Promise<void> {
  await Promise.all(
    plans.map(async ({ target: { groupId, type }, rows }) => {
      try {
        const offsets = rows.map(({ topic, partition, newOffset: offset }) => ({ topic, partition, offset }))
        await alter(cluster, groupId, type, offsets)
      } catch (error) {
        if (!(error instanceof KtError)) throw error
        errors.set(groupId, explainRefused(groupId, error))
      }
    }),
  )
}

/** What a coordinator says to a commit from outside while somebody reads. */
function explainRefused(groupId: string, error: KtError): KtError {
  const isActive =
    error instanceof ApiError && ['UNKNOWN_MEMBER_ID', 'NON_EMPTY_GROUP'].includes(error.codeName)
  if (!isActive) return error
  return new KtError(`group "${groupId}" has members by now: nothing was changed`, { cause: error })
}

function tellDone({ note }: Context, plans: readonly Plan[], errors: ReadonlyMap<string, KtError>): void {
  for (const { target, rows } of plans)
    if (!errors.has(target.groupId))
      note(
        `group ${target.groupId}: ${rows.length} ${rows.length === 1 ? 'partition was' : 'partitions were'} reset`,
      )
}
