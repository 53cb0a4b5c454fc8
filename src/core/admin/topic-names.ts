/** What a topic may be called (org.apache.kafka.common.internals.Topic), and which topics a person means. */
import { UsageError } from '../errors.ts'
import { javaPattern } from './java-pattern.ts'

const MAX_NAME_LENGTH = 249
const NAME = /^[a-zA-Z0-9._-]+$/
const INTERNAL = new Set(['__consumer_offsets', '__transaction_state', '__share_group_state'])

/** Throws UsageError, in Kafka's own words, where no cluster could take the name. */
export function checkName(name: string): void {
  const why = whyInvalid(name)
  if (why !== undefined) throw new UsageError(`Topic name is invalid: ${why}`)
}

function whyInvalid(name: string): string | undefined {
  if (name === '') return 'the empty string is not allowed'
  if (name === '.' || name === '..') return `'${name}' is not allowed`
  if (name.length > MAX_NAME_LENGTH)
    return `the length of '${name}' is longer than the max allowed length ${MAX_NAME_LENGTH}`
  if (NAME.test(name)) return undefined
  return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
}

/** Whether metrics could confuse this name with another one: there `.` becomes `_`. */
export function couldCollide(name: string): boolean {
  return /[._]/.test(name)
}

export function isInternal(name: string): boolean {
  return INTERNAL.has(name)
}

/** Chooses among the names of a cluster. */
export interface Selector {
  /** What the person wrote. */
  raw: string
  /** The names, where the person wrote names; undefined for a pattern. */
  names?: readonly string[]
  matches(name: string): boolean
}

/**
 * A word made only of what a topic may be called is that topic's name, so that `a.b` never means `aXb`;
 * anything else is a regular expression for whole names. Several, of either kind, with commas.
 */
export function selectorOf(raw: string): Selector {
  const names = raw.split(',')
  if (names.every((name) => NAME.test(name))) {
    return { raw, names, matches: (name) => names.includes(name) }
  }
  return patternSelectorOf(raw)
}

/**
 * As Kafka's scripts read `--topic`: always a regular expression
 * (org.apache.kafka.server.util.TopicFilter.IncludeList).
 */
export function patternSelectorOf(raw: string): Selector {
  const text = raw
    .trim()
    .replaceAll(',', '|')
    .replaceAll(' ', '')
    .replace(/^["']+/, '')
    .replace(/["']+$/, '')
  const pattern = javaPattern(text)
  return { raw, matches: (name) => pattern.test(name) }
}
