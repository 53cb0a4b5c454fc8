import { connectionOptions, timeoutOption } from '../../cli/connection-options.ts'
import type { Context } from '../../cli/context.ts'
import { texts } from '../../cli/options.ts'
import { isInternal, patternSelectorOf, type Selector, selectorOf } from '../../core/admin/topic-names.ts'
import { type Outcome, unknownTopic } from '../../core/admin/topics.ts'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { knownTopic } from '../../core/cluster/known-topic.ts'
import { ApiError, KtError, UsageError } from '../../core/errors.ts'

export const clusterOptions = { ...connectionOptions, ...timeoutOption }

export const topicOption = texts('topics by name or regular expression', { placeholder: 'TOPIC' })

export const topicOperand = {
  name: 'topic',
  summary: 'names, or regular expressions for whole names',
  isVariadic: true,
}

export const namesAndPatterns =
  'A TOPIC of letters, digits, ".", "_" and "-" is a name and matches nothing else; anything else is a ' +
  'regular expression for whole names.'

/** A name is itself; under a Kafka script's name everything is a regular expression, as there. */
export function selectorsOf(raw: readonly string[], { isScript }: Context): Selector[] {
  return raw.map((word) => (isScript ? patternSelectorOf(word) : selectorOf(word)))
}

export interface Choice {
  existing: readonly string[]
  /** What matches nothing is left out instead of being an error. */
  ifExists: boolean
  /** Patterns choose among internal topics too; a name always does. */
  includesInternal: boolean
  /** What the user must be allowed to do with them. */
  right: string
}

/** The existing names that are meant, sorted. Throws KtError for a name or pattern without any. */
export async function choose(
  cluster: Cluster,
  selectors: readonly Selector[],
  choice: Choice,
): Promise<string[]> {
  const { existing, ifExists, includesInternal, right } = choice
  const unlisted = selectors.flatMap(({ names }) => names ?? []).find((name) => !existing.includes(name))
  // A list leaves out what may not be described; asked by its name, the broker says so.
  if (unlisted !== undefined && !ifExists) await knownTopic(cluster, unlisted, { right })
  const chosen = new Set<string>()
  for (const selector of selectors) {
    const isMeant = (name: string) =>
      selector.matches(name) && (includesInternal || selector.names !== undefined || !isInternal(name))
    const found = existing.filter(isMeant)
    if (!ifExists) refuseMissing(selector, found, existing)
    for (const name of found) chosen.add(name)
  }
  return [...chosen].sort()
}

function refuseMissing(
  { raw, names }: Selector,
  found: readonly string[],
  existing: readonly string[],
): void {
  const missing =
    names === undefined ? (found.length === 0 ? raw : undefined) : names.find((name) => !found.includes(name))
  if (missing !== undefined) throw unknownTopic(missing, existing)
}

/** Throws when a topic was refused: its error, or one sentence for all of them. */
export function refuseFailed(outcomes: readonly Outcome<unknown>[], verb: string): void {
  const failed = outcomes.flatMap(({ error }) => (error === undefined ? [] : [error]))
  const [first] = failed
  if (first === undefined) return
  if (outcomes.length === 1) throw first
  const reasons = failed.map(({ message }) => message).join('; ')
  const message = `${failed.length} of ${outcomes.length} topics were not ${verb}: ${reasons}`
  const { code, codeName, isRetriable, hint } = first
  throw failed.length === 1
    ? new ApiError(message, { code, codeName, isRetriable, ...(hint === undefined ? {} : { hint }) })
    : new KtError(message, hint === undefined ? {} : { hint })
}

/** In Kafka's words where its script was called. */
export function noTopic(verb: string, { isScript }: Context): UsageError {
  if (isScript) return new UsageError('Missing required argument "[topic]"')
  return new UsageError('no topic given', { hint: `kt topics ${verb} TOPIC` })
}
