/** When offsets are committed. */
import { UsageError } from '../errors.ts'
import type { Settings } from '../settings.ts'

export type CommitPolicy =
  | { when: 'interval'; intervalMs: number }
  | { when: 'every'; records: number }
  /** Once a partition is given up, or all is over. */
  | { when: 'end' }
  | { when: 'none' }

/** `each`, `every:N`, `end` or `none`; undefined: as enable.auto.commit says. Throws UsageError. */
export function commitPolicy(rawText: string | undefined, settings: Settings): CommitPolicy {
  if (rawText === undefined)
    return settings['enable.auto.commit']
      ? { when: 'interval', intervalMs: settings['auto.commit.interval.ms'] }
      : { when: 'none' }
  if (rawText === 'each') return { when: 'every', records: 1 }
  if (rawText === 'end' || rawText === 'none') return { when: rawText }
  const records = Number(/^every:(\d{1,9})$/.exec(rawText)?.[1] ?? 0)
  if (records > 0) return { when: 'every', records }
  throw new UsageError(`invalid value "${rawText}" for --commit`, {
    hint: 'it is each, every:N (records), end or none',
  })
}
