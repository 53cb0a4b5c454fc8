/** The options that choose among records, for every command that reads some. */
import { KtError, UsageError } from '../core/errors.ts'
import type { RecordFilter } from '../core/search/filter.ts'
import { count, flag, text, texts } from './options.ts'

const heading = 'Search'

/** What makes a record a match. */
export const filterOptions = {
  key: text('records with this very key; reads only the partition that the key leads to', {
    placeholder: 'KEY',
    heading,
  }),
  'key-matches': text('records whose key matches, in RE2’s syntax', { placeholder: 'REGEX', heading }),
  grep: text('records whose value matches', { placeholder: 'REGEX', heading }),
  header: texts('records with this header, or with a header of this name; may be repeated', {
    placeholder: 'NAME=VALUE',
    heading,
  }),
  where: text('records for which this holds, e.g. value.amount > 10 && headers.x == "y"', {
    placeholder: 'CONDITION',
    heading,
  }),
  'invert-match': flag('all records but these', { heading }),
}

/** What is shown of the matches. */
export const searchOptions = {
  ...filterOptions,
  count: flag('print only how many there are', { heading }),
  'after-context': count('print as many records behind each match in its partition', { short: 'A', heading }),
  'before-context': count('print as many records before it', { short: 'B', heading }),
  context: count('print as many records before and behind it', { short: 'C', heading }),
  merge: flag('print partitions in the order of timestamps, not one after the other', { heading }),
  tail: count('look at the last records of all partitions together, and end', { min: 1, heading }),
}

export interface FilterValues {
  key: string | undefined
  keyMatches: string | undefined
  grep: string | undefined
  header: string[]
  where: string | undefined
  invertMatch: boolean
}

/** Undefined: every record is wanted. Throws UsageError. */
export async function filterOf(values: FilterValues): Promise<RecordFilter | undefined> {
  const { key, keyMatches, grep, header, where, invertMatch } = values
  const isAny = [key, keyMatches, grep, where].every((one) => one === undefined) && header.length === 0
  if (isAny && invertMatch)
    throw new UsageError('--invert-match needs something to invert', { hint: 'e.g. --grep REGEX' })
  if (isAny) return undefined
  const [filters, { all, not }] = await Promise.all([
    import('../core/search/filters.ts'),
    import('../core/search/filter.ts'),
  ])
  const wanted: RecordFilter[] = []
  if (key !== undefined) wanted.push(filters.keyIs(Buffer.from(key)))
  for (const raw of header) wanted.push(headerFilter(raw, filters.headerIs))
  if (grep !== undefined || keyMatches !== undefined) {
    const { compilePattern } = await import('../core/search/pattern.ts')
    if (keyMatches !== undefined) wanted.push(filters.keyMatches(compilePattern(keyMatches, 'key-matches')))
    if (grep !== undefined) wanted.push(filters.valueMatches(compilePattern(grep, 'grep')))
  }
  if (where !== undefined) wanted.push((await import('../core/search/where.ts')).where(where))
  return invertMatch ? not(all(wanted)) : all(wanted)
}

type HeaderIs = (name: Buffer, value: Buffer | undefined) => RecordFilter

function headerFilter(raw: string, headerIs: HeaderIs): RecordFilter {
  const at = raw.indexOf('=')
  if (raw === '' || at === 0) throw new UsageError(`--header takes NAME or NAME=VALUE, not "${raw}"`)
  if (at < 0) return headerIs(Buffer.from(raw), undefined)
  return headerIs(Buffer.from(raw.slice(0, at)), Buffer.from(raw.slice(at + 1)))
}

/** The partition of `partitionCount` that Kafka's own producer puts `key` into. */
export async function partitionOfKey(key: string, partitionCount: number): Promise<number> {
  if (partitionCount <= 0) throw new KtError('the topic has no partitions')
  const { partitionForKey } = await import('../core/producer/partitioner.ts')
  const bytes = Buffer.from(key)
  return partitionForKey(bytes, 0, bytes.length, partitionCount)
}
