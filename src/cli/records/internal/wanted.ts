/** Only the records that were asked for by name, and an error for names of which there are none. */
import { KtError } from '../../../core/errors.ts'
import { didYouMean } from '../../../core/nearest.ts'
import type { Formatter } from '../formatter.ts'
import type { NameFilter } from './key-filter.ts'

export interface Wanted {
  /** Drops what nobody asked for; stands before everything that keeps records. */
  only(inner: Formatter): Formatter
  /** Notes of which names something is shown; stands behind everything that drops records. */
  noting(inner: Formatter): Formatter
  /** Throws KtError, which names what `topic` holds nothing of. */
  refuseMissing(topic: string): Promise<void>
}

const ALL: Wanted = {
  only: (inner) => inner,
  noting: (inner) => inner,
  refuseMissing: () => Promise.resolve(),
}

export function wantedBy(filters: readonly NameFilter[]): Wanted {
  if (filters.length === 0) return ALL
  const missing = filters.map(({ names }) => new Set(names))
  return {
    only: (inner) => ({
      write(cursor, topic, partition, out) {
        if (filters.every((filter) => filter.indexOf(cursor) >= 0)) inner.write(cursor, topic, partition, out)
      },
      end: (out) => inner.end?.(out) ?? Promise.resolve(),
    }),
    noting: (inner) => ({
      write(cursor, topic, partition, out) {
        filters.forEach((filter, at) => missing[at]!.delete(filter.names[filter.indexOf(cursor)]!))
        inner.write(cursor, topic, partition, out)
      },
      end: (out) => inner.end?.(out) ?? Promise.resolve(),
    }),
    async refuseMissing(topic) {
      const found = filters.flatMap((filter, at) => {
        const names = [...missing[at]!]
        return names.length === 0 ? [] : [{ filter, names }]
      })
      if (found.length === 0) return
      const told = found.map(({ filter: { what }, names }) => {
        const quoted = names.map((name) => `"${name}"`).join(', ')
        return `${what}${names.length === 1 ? '' : 's'} ${quoted}`
      })
      const hint = await nearestHint(found[0]!.filter, found[0]!.names[0]!)
      throw new KtError(`${topic} holds nothing of ${told.join(' and ')}`, hint === undefined ? {} : { hint })
    },
  }
}

async function nearestHint({ existing }: NameFilter, name: string): Promise<string | undefined> {
  try {
    // A name that is there has nothing kept, which is no misspelling.
    const names = (await existing?.()) ?? []
    return names.includes(name) ? undefined : didYouMean(name, names)
  } catch (error) {
    // Whoever may not list them is told what was found all the same.
    if (!(error instanceof KtError)) throw error
    return undefined
  }
}
