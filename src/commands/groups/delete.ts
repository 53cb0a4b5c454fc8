import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import { flag, texts } from '../../cli/options.ts'
import { javaHashOrder } from '../../cli/output/java-order.ts'
import { groupError } from '../../core/admin/ask-coordinators.ts'
import { describe } from '../../core/admin/describe-groups.ts'
import { type GroupListing, remove } from '../../core/admin/groups.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { ApiError, KtError } from '../../core/errors.ts'
import { deleteInternalTopics, internalTopics } from './reset-targets.ts'
import {
  canAsk,
  choose,
  clusterOptions,
  confirmGroups,
  explainMissing,
  groupOperand,
  groupOption,
  namesAndPatterns,
  openCluster,
  refuseFailed,
  stillActive,
  type Tool,
  toolOf,
} from './shared.ts'

/** JSON: `{"groups": [{"groupId", "isDeleted"}]}` */
export default defineCommand({
  description: `With everything that the groups have committed. A group must have no members. On a terminal it asks first. ${namesAndPatterns}`,
  operands: [groupOperand],
  options: {
    group: groupOption,
    'all-groups': flag('all there are'),
    'delete-all-internal-topics': flag('also delete the internal topics of a streams group'),
    'delete-internal-topic': texts('one of them; may be repeated', { placeholder: 'TOPIC' }),
    yes: flag('do not ask', { short: 'y' }),
    ...clusterOptions,
  },
  examples: [
    { line: 'kt groups delete billing', does: 'one group' },
    { line: "kt groups delete 'console-consumer-.*' --yes", does: 'all that match, without a question' },
  ],
  async run(values, context) {
    const { group, allGroups, yes, as, timeout } = values
    const tool = toolOf(as, context)
    const cluster = await openCluster(timeout, context)
    const listed = await choose(cluster, { group, allGroups, tool }, context)
    const asks = !yes && canAsk(context)
    const errors = asks ? await refusedAhead(cluster, listed) : new Map<string, KtError>()
    const ids = listed.map(({ groupId }) => groupId).filter((groupId) => !errors.has(groupId))
    if (asks && ids.length > 0) await confirmGroups('Delete', ids, 'with all its offsets', context)
    const streams = await streamsAmong(cluster, listed, values)
    for (const [groupId, error] of ids.length === 0 ? [] : await remove(cluster, ids))
      if (error !== undefined) errors.set(groupId, error)
    const deleted = ids.filter((groupId) => !errors.has(groupId))
    print(context, deleted, { tool, isWhole: errors.size === 0 })
    const gone = streams.filter(({ groupId }) => !errors.has(groupId))
    await deleteInternalTopics(cluster, gone, values)
    if (context.out.style === 'java' && gone.some((group) => internalTopics(group).length > 0))
      context.out.line(
        `Deletion of associated internal topics of the streams groups (${quotedNames(deleted)}) was successful.`,
      )
    refuseFailed(await explain(cluster, errors), listed.length, 'deleted')
  },
})

/** Those that cannot be deleted, and why, as a coordinator would say it: nobody is asked about them. */
async function refusedAhead(
  cluster: Cluster,
  listed: readonly GroupListing[],
): Promise<Map<string, KtError>> {
  const refused = new Map<string, KtError>()
  if (listed.length === 0) return refused
  for (const [groupId, group] of await describe(cluster, listed))
    if (group instanceof KtError) refused.set(groupId, group)
    else if (group.members.length > 0) refused.set(groupId, groupError(NON_EMPTY_GROUP, `group "${groupId}"`))
  return refused
}

const NON_EMPTY_GROUP = 68

/** What is known of them only as long as they are there. */
async function streamsAmong(
  cluster: Cluster,
  listed: readonly GroupListing[],
  wanted: { deleteAllInternalTopics: boolean; deleteInternalTopic: readonly string[] },
) {
  if (!wanted.deleteAllInternalTopics && wanted.deleteInternalTopic.length === 0) return []
  const groups = await describe(
    cluster,
    listed.filter(({ type }) => type === 'Streams'),
  )
  return [...groups.values()].flatMap((group) =>
    group instanceof KtError ? [] : [{ groupId: group.groupId, subtopologies: group.subtopologies ?? [] }],
  )
}

/** Kafka's sentences in the `java` style. */
function print(
  { out }: Context,
  deleted: readonly string[],
  { tool, isWhole }: { tool: Tool | undefined; isWhole: boolean },
): void {
  const document = { groups: deleted.map((groupId) => ({ groupId, isDeleted: true })) }
  if (out.style !== 'java') {
    const text = deleted.map((groupId) => `deleted group ${groupId}`).join('\n')
    return out.message(document, deleted.length === 0 ? undefined : text)
  }
  const kind =
    { 'kafka-share-groups': 'share', 'kafka-streams-groups': 'streams' }[tool as string] ?? 'consumer'
  const names = quotedNames(deleted)
  if (isWhole) out.line(`Deletion of requested ${kind} groups (${names}) was successful.`)
  else if (deleted.length > 0) {
    const end = kind === 'streams' ? '.' : ''
    out.line(`\nThese ${kind} groups were deleted successfully: ${names}${end}`)
  }
}

function quotedNames(groupIds: readonly string[]): string {
  return javaHashOrder(groupIds, (groupId) => groupId)
    .map((groupId) => `'${groupId}'`)
    .join(', ')
}

/** Who holds a group that is not empty, and which group was meant by a name that there is not. */
async function explain(cluster: Cluster, errors: ReadonlyMap<string, KtError>): Promise<KtError[]> {
  const isActive = (error: KtError) => error instanceof ApiError && error.codeName === 'NON_EMPTY_GROUP'
  const active = [...errors].filter(([, error]) => isActive(error)).map(([groupId]) => groupId)
  const described = active.length === 0 ? new Map<string, never>() : await describe(cluster, active)
  const explained = [...errors].map(([groupId, error]): [string, KtError] => {
    const group = described.get(groupId)
    if (group === undefined || group instanceof KtError) return [groupId, error]
    return [groupId, stillActive(error.message, group.members)]
  })
  return explainMissing(cluster, new Map(explained))
}
