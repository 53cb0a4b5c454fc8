import { defineCommand } from '../../cli/command.ts'
import { flag, text, texts } from '../../cli/options.ts'
import { type MemberToRemove, removeMembers } from '../../core/admin/alter-offsets.ts'
import { describe } from '../../core/admin/describe-groups.ts'
import type { GroupDescription, GroupMember } from '../../core/admin/group-description.ts'
import { KtError, UsageError } from '../../core/errors.ts'
import { clusterOptions, confirmGroups, explainMissing, openCluster } from './shared.ts'

/** JSON: `{"groupId", "members": [{"memberId", "instanceId", "isRemoved", "error"}]}` */
export default defineCommand({
  description:
    'Sends members away, so that the others get their partitions at once: static members that will not come back, or ' +
    'members that hang. One that still runs joins again. On a terminal it asks first.',
  operands: [{ name: 'group', summary: 'whose members', isRequired: true }],
  options: {
    member: texts('a member by its id; may be repeated', { placeholder: 'ID' }),
    instance: texts('a static member by its group.instance.id; may be repeated', { placeholder: 'ID' }),
    'all-members': flag('all it has'),
    reason: text('what the brokers write into their log', { placeholder: 'TEXT', default: 'removed by kt' }),
    yes: flag('do not ask', { short: 'y' }),
    ...clusterOptions,
  },
  examples: [
    {
      line: 'kt groups remove-members billing --instance billing-3',
      does: 'a static member that is gone for good',
    },
    { line: 'kt groups remove-members billing --all-members --yes', does: 'all of them, without a question' },
  ],
  async run({ group, member, instance, allMembers, reason, yes, timeout }, context) {
    const groupId = group as string
    if (!allMembers && member.length + instance.length === 0)
      throw new UsageError('no member given', { hint: '--member ID, --instance ID or --all-members' })
    const cluster = await openCluster(timeout, context)
    const described = (await describe(cluster, [groupId])).get(groupId)!
    if (described instanceof KtError)
      throw (await explainMissing(cluster, new Map([[groupId, described]])))[0]!
    const chosen = choose(described, { member, instance, allMembers })
    if (chosen.length === 0) throw new KtError(`group "${groupId}" has no members`)
    const names = chosen.map(({ instanceId, memberId }) => instanceId ?? memberId)
    if (!yes) await confirmGroups(`Remove ${names.join(', ')} from`, [groupId], '', context)
    const outcomes = await removeMembers(cluster, groupId, chosen, reason)
    const rows = outcomes.map(({ memberId, instanceId, error }) => ({
      memberId,
      instanceId,
      isRemoved: error === undefined,
      error: error?.message ?? null,
    }))
    const text = rows
      .filter(({ isRemoved }) => isRemoved)
      .map((one) => `removed ${one.instanceId ?? one.memberId}`)
    context.out.message({ groupId, members: rows }, text.length === 0 ? undefined : text.join('\n'))
    const [failed] = outcomes.flatMap(({ error }) => error ?? [])
    if (failed !== undefined) throw failed
  },
})

interface Wanted {
  member: readonly string[]
  instance: readonly string[]
  allMembers: boolean
}

/** Throws KtError, with those there are, for one that there is not. */
function choose(
  { groupId, members }: GroupDescription,
  { member, instance, allMembers }: Wanted,
): MemberToRemove[] {
  if (allMembers) return members.map(asMember)
  const find = (name: string, idOf: (one: GroupMember) => string | null) => {
    const found = members.find((one) => idOf(one) === name)
    if (found !== undefined) return asMember(found)
    const there = members.map((one) => idOf(one) ?? one.memberId).join(', ')
    throw new KtError(`group "${groupId}" has no member "${name}"`, {
      hint: members.length === 0 ? 'it has none' : `it has ${there}`,
    })
  }
  return [
    ...member.map((name) => find(name, ({ memberId }) => memberId)),
    ...instance.map((name) => find(name, ({ instanceId }) => instanceId)),
  ]
}

function asMember({ memberId, instanceId }: GroupMember): MemberToRemove {
  return { memberId, instanceId }
}
