/** What the search options of the console consumer say together. */
import type { Cluster } from '../core/cluster/cluster.ts'
import { knownTopic } from '../core/cluster/known-topic.ts'
import type { Assignment } from '../core/consumer/assign.ts'
import { UsageError } from '../core/errors.ts'
import type { Context } from './context.ts'
import type { Search } from './records/searching-printer.ts'
import { type FilterValues, filterOf, partitionOfKey } from './search-options.ts'

export interface SearchPlan extends Search {
  /** Partitions in the order of timestamps. */
  isMerged: boolean
  /** Only the youngest so many of all that is read. */
  last: number | undefined
}

export interface SearchValues extends FilterValues {
  count: boolean
  afterContext: number | undefined
  beforeContext: number | undefined
  context: number | undefined
  merge: boolean
  tail: number | undefined
  output: string
  group: string | undefined
  include: string | undefined
  offsetFile: string | undefined
  parallel: boolean
  interceptor: string[]
  partition: string | undefined
  offset: string | undefined
  fromBeginning: boolean
  until: string | undefined
  topic: string[]
}

/** Undefined where nothing is searched for. Throws UsageError for what cannot go together. */
export async function searchPlan(values: SearchValues): Promise<SearchPlan | undefined> {
  const filter = await filterOf(values)
  const { count: isCount, merge, tail: last, context, output } = values
  const before = values.beforeContext ?? context ?? 0
  const after = values.afterContext ?? context ?? 0
  if (before + after > 0 && filter === undefined)
    throw new UsageError('records around a match need something to match', { hint: 'e.g. --grep REGEX' })
  const isMerged = merge || last !== undefined
  if (isMerged) checkMerge(values, merge ? 'merge' : 'tail')
  if (filter === undefined && !isCount && !isMerged) return undefined
  const separator = output === 'default' ? '--\n' : undefined
  return { filter, isCount, before, after, separator, isMerged, last }
}

function checkMerge(values: SearchValues, option: string): void {
  const { group, include, offsetFile, parallel, interceptor, tail, offset, fromBeginning, until } = values
  const others = { group, include, 'offset-file': offsetFile, ...(parallel ? { parallel } : {}) }
  const other = Object.entries(others).find(([, value]) => value !== undefined)?.[0]
  if (other !== undefined)
    throw new UsageError(`--${option} and --${other} exclude each other: records wait for each other here`)
  if (interceptor.length > 0)
    throw new UsageError(
      `--${option} and --interceptor exclude each other: records are shown to it as they come`,
    )
  if (tail !== undefined && (offset !== undefined || fromBeginning || until !== undefined))
    throw new UsageError('--tail says itself where to start and to end')
}

/** As many offsets again for what is no record to be seen: markers of transactions, and what compaction has removed. */
const TAIL_SLACK = 100

/** Where reading starts and ends for `--tail`, and which partition `--key` leads to. */
export async function narrowed<A extends Omit<Assignment, 'topics'>>(
  assignment: A,
  values: SearchValues,
  cluster: Cluster,
  { note }: Context,
): Promise<A> {
  const { tail, key, partition, invertMatch, include, group, topic } = values
  const span: Partial<Assignment> =
    tail === undefined
      ? {}
      : { start: { at: 'before-end', count: 2 * tail + TAIL_SLACK }, until: { at: 'latest' } }
  const isFree = partition === undefined && include === undefined && group === undefined
  if (key === undefined || invertMatch || !isFree || topic.length !== 1) return { ...assignment, ...span }
  const { partitions } = await knownTopic(cluster, topic[0]!)
  const chosen = await partitionOfKey(key, partitions.length)
  if (partitions.length > 1)
    note(`reading partition ${chosen} of ${partitions.length}, where Kafka’s producers put the key`)
  return { ...assignment, ...span, partitions: [{ partition: chosen, spec: undefined }] }
}
