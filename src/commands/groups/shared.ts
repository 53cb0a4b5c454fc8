import { connectionOptions, timeoutOption } from '../../cli/connection-options.ts'
import type { Context } from '../../cli/context.ts'
import { text, texts } from '../../cli/options.ts'
import type { GroupMember } from '../../core/admin/group-description.ts'
import { findListed } from '../../core/admin/describe-groups.ts'
import { type GroupListing, isConsumerGroup, list, unknownGroup } from '../../core/admin/groups.ts'
import { javaPattern } from '../../core/admin/java-pattern.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { ApiError, KtError, UsageError } from '../../core/errors.ts'

/** The scripts of Kafka that `kt groups` stands in for; each sees only its own kind of groups. */
export const TOOLS = [
  'kafka-consumer-groups',
  'kafka-groups',
  'kafka-share-groups',
  'kafka-streams-groups',
] as const
export type Tool = (typeof TOOLS)[number]

export const clusterOptions = {
  ...connectionOptions,
  ...timeoutOption,
  as: text('which script’s words and texts', { choices: TOOLS, placeholder: 'SCRIPT', isHidden: true }),
}

export const groupOption = texts('groups by name or regular expression', { placeholder: 'GROUP' })

export const groupOperand = {
  name: 'group',
  summary: 'names, or regular expressions for whole names',
  isVariadic: true,
}

export const namesAndPatterns =
  'A GROUP of letters, digits, ".", "_" and "-" is a name and matches nothing else; anything else is a ' +
  'regular expression for whole names, or the name of a group that is called just so.'

/** The script whose name was used; undefined: kt’s own, which sees groups of all kinds. */
export function toolOf(as: string | undefined, { isScript }: Context): Tool | undefined {
  return (as as Tool | undefined) ?? (isScript ? 'kafka-consumer-groups' : undefined)
}

export function openCluster(timeoutMs: number | undefined, context: Context): Promise<Cluster> {
  return context.cluster(timeoutMs === undefined ? {} : { 'default.api.timeout.ms': String(timeoutMs) })
}

/** Whether a group is of the kind that the script is about. */
export function isOf(tool: Tool | undefined, listing: GroupListing): boolean {
  if (tool === 'kafka-share-groups') return listing.type === 'Share'
  if (tool === 'kafka-streams-groups') return listing.type === 'Streams'
  return tool === 'kafka-consumer-groups' ? isConsumerGroup(listing) : true
}

export interface Chosen {
  group: readonly string[]
  /** All there are, in place of `group`. */
  allGroups: boolean
  tool: Tool | undefined
}

/** Nothing that a regular expression would be needed for. */
export function isPlainName(word: string): boolean {
  return /^[\w.-]+$/.test(word)
}

/**
 * The groups that are meant, in the order of the words, or sorted. Those named that no broker lists are of type
 * Unknown: whoever asks their coordinator learns why. Throws KtError for a pattern that matches none.
 */
export async function choose(
  cluster: Cluster,
  { group, allGroups, tool }: Chosen,
  { isScript }: Context,
): Promise<GroupListing[]> {
  // Kafka's own sentence. One of the two is a slip, and the other may delete everything.
  if (allGroups && group.length > 0)
    throw new UsageError(`Option "[group]" can't be used with option "[all-groups]"`)
  if (allGroups) return (await list(cluster)).filter((one) => isOf(tool, one)).sort(byId)
  if (group.length === 0) throw new UsageError('no group given', { hint: 'GROUP, or --all-groups' })
  if (isScript || group.every((word) => isPlainName(word))) {
    const listed = await findListed(cluster, group)
    for (const one of listed) refuseOther(tool, one)
    return listed
  }
  return matching(await list(cluster), group, tool)
}

function matching(all: GroupListing[], words: readonly string[], tool: Tool | undefined): GroupListing[] {
  const chosen = new Map<string, GroupListing>()
  const mine = all.filter((one) => isOf(tool, one))
  for (const word of words) {
    const own = mine.filter(({ groupId }) => groupId === word)
    if (own.length === 0 && isPlainName(word))
      throw unknownGroup(
        word,
        all.map(({ groupId }) => groupId),
      )
    const pattern = own.length > 0 ? undefined : javaPattern(word)
    const found = pattern === undefined ? own : mine.filter(({ groupId }) => pattern.test(groupId))
    if (found.length === 0) throw new KtError(`no group matches "${word}"`)
    for (const one of found) chosen.set(one.groupId, one)
  }
  return [...chosen.values()].sort(byId)
}

function byId(one: GroupListing, other: GroupListing): number {
  return one.groupId < other.groupId ? -1 : 1
}

/** A group that is there, but of another kind than the script is about. */
function refuseOther(tool: Tool | undefined, listing: GroupListing): void {
  if (listing.type === 'Unknown' || isOf(tool, listing)) return
  const { groupId, type, protocol } = listing
  const kind = type === 'Classic' ? `a ${protocol || 'classic'} group` : `a ${type.toLowerCase()} group`
  throw new KtError(`group "${groupId}" is ${kind}`, { hint: `kt groups understands all kinds` })
}

/** Groups that are not there, with the nearest that are. */
export async function explainMissing(
  cluster: Cluster,
  errors: ReadonlyMap<string, KtError>,
): Promise<KtError[]> {
  const isMissing = (error: KtError) => error instanceof ApiError && error.codeName === 'GROUP_ID_NOT_FOUND'
  if (![...errors.values()].some(isMissing)) return [...errors.values()]
  const existing = (await list(cluster)).map(({ groupId }) => groupId)
  return [...errors].map(([groupId, error]) => (isMissing(error) ? unknownGroup(groupId, existing) : error))
}

/** Whether a person is there to ask: on a terminal; under a script's name nobody is asked, as there. */
export function canAsk({ isScript, terminal }: Context): boolean {
  return !isScript && terminal.stdin && terminal.stderr
}

/** Where somebody can be asked. Throws KtError when the answer is no. */
export async function confirmGroups(
  verb: string,
  groupIds: readonly string[],
  end: string,
  context: Context,
): Promise<void> {
  if (!canAsk(context)) return
  const shown = groupIds.slice(0, 10).join(', ')
  const more = groupIds.length > 10 ? ` and ${groupIds.length - 10} more` : ''
  const what = groupIds.length === 1 ? 'group' : `${groupIds.length} groups:`
  if (await context.confirm(`${verb} ${what} ${shown}${more}${end === '' ? '' : ` ${end}`}?`)) return
  throw new KtError('nothing was changed')
}

/** Why a group that has members is not to be changed, and who they are. */
export function stillActive(message: string, members: readonly GroupMember[]): KtError {
  if (members.length === 0) return new KtError(message, { hint: 'it is rebalancing: try again in a moment' })
  const shown = members
    .slice(0, 5)
    .map(({ memberId, clientId, host }) => `${memberId || clientId} at ${host}`)
  const more = members.length > 5 ? ` and ${members.length - 5} more` : ''
  return new KtError(message, { hint: `stop its members first: ${shown.join(', ')}${more}` })
}

/** Throws what is wrong with some of many groups: the one error, or a sentence for all of them. */
export function refuseFailed(errors: readonly KtError[], groups: number, verb: string): void {
  const [first] = errors
  if (first === undefined) return
  if (errors.length === 1 && groups === 1) throw first
  const reasons = [...new Set(errors.map(({ message }) => message))].join('; ')
  const hint = first.hint === undefined ? {} : { hint: first.hint }
  throw new KtError(`${errors.length} of ${groups} groups were not ${verb}: ${reasons}`, hint)
}
