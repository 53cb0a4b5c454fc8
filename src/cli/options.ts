/**
 * Options as data. One description serves the parser, the help text, completion, the docs and the
 * translation of Kafka's own command lines, so a command states each option exactly once.
 */
import { UsageError } from '../core/errors.ts'

export interface OptionDetails {
  /** What stands for the value in the help text, e.g. TOPIC. */
  placeholder?: string
  /** Other long spellings that are accepted but not shown, e.g. Kafka's names before KIP-1147. */
  aliases?: readonly string[]
  /** One letter, for `-n`. */
  short?: string
  /** Accepted but not shown in the help text. */
  isHidden?: boolean
  isRequired?: boolean
  /** The only values allowed; also what completion offers. */
  choices?: readonly string[]
  /** What a bare `--name` means, when the value may be left out. */
  bare?: string
  /** Which heading of the help text it stands under. */
  heading?: string
  /** The client property that this option is another word for, e.g. `batch.size`. */
  property?: string
}

export interface Option<T> extends OptionDetails {
  summary: string
  takesValue: boolean
  defaultValue: T
  /** Turns everything the person wrote for this option into its value. Throws UsageError. */
  parse(raw: readonly string[], name: string): T
}

export type Options = Record<string, Option<unknown>>

/** `--force`: true when present. */
export function flag(summary: string, details: OptionDetails = {}): Option<boolean> {
  return { ...details, summary, takesValue: false, defaultValue: false, parse: () => true }
}

/** One text; the last one wins when repeated, as in Kafka's scripts. */
export function text(summary: string, details: OptionDetails & { default: string }): Option<string>
export function text(summary: string, details: OptionDetails & { isRequired: true }): Option<string>
export function text(summary: string, details?: OptionDetails): Option<string | undefined>
export function text(
  summary: string,
  details: OptionDetails & { default?: string } = {},
): Option<string | undefined> {
  const parse = (raw: readonly string[], name: string) => oneOf(details.choices, lastOf(raw), name)
  return { ...details, summary, takesValue: true, defaultValue: details.default, parse }
}

/** A text that may be given several times; all of them, in order. */
export function texts(summary: string, details: OptionDetails = {}): Option<string[]> {
  const parse = (raw: readonly string[], name: string) =>
    raw.map((value) => oneOf(details.choices, value, name))
  return { ...details, summary, takesValue: true, defaultValue: [], parse }
}

export interface CountDetails extends OptionDetails {
  min?: number
  max?: number
}

/** A whole number within [min, max]; min is 0 unless said. */
export function count(summary: string, details: CountDetails & { default: number }): Option<number>
export function count(summary: string, details: CountDetails & { isRequired: true }): Option<number>
export function count(summary: string, details?: CountDetails): Option<number | undefined>
export function count(
  summary: string,
  details: CountDetails & { default?: number } = {},
): Option<number | undefined> {
  const parse = (raw: readonly string[], name: string) => wholeNumber(lastOf(raw), name, details)
  return { placeholder: 'N', ...details, summary, takesValue: true, defaultValue: details.default, parse }
}

/** `--name key=value`, repeatable; a later one overrides an earlier one. */
export function properties(summary: string, details: OptionDetails = {}): Option<Record<string, string>> {
  const parse = (raw: readonly string[], name: string) =>
    Object.fromEntries(raw.map((pair) => splitProperty(pair, name)))
  return { placeholder: 'KEY=VALUE', ...details, summary, takesValue: true, defaultValue: {}, parse }
}

/** A whole number as text → number, or a UsageError that names the option. */
export function wholeNumber(raw: string, name: string, { min = 0, max }: CountDetails = {}): number {
  const value = Number(raw)
  const upTo = max ?? Number.MAX_SAFE_INTEGER
  if (/^[+-]?\d+$/.test(raw) && value >= min && value <= upTo) return value
  throw new UsageError(`--${name} takes a whole number${rangeText(min, max)}, not "${raw}"`)
}

function rangeText(min: number, max: number | undefined): string {
  if (max !== undefined) return ` from ${min} to ${max}`
  return min === Number.MIN_SAFE_INTEGER ? '' : ` of ${min} or more`
}

function lastOf(raw: readonly string[]): string {
  return raw[raw.length - 1] ?? ''
}

function oneOf(choices: readonly string[] | undefined, value: string, name: string): string {
  if (choices === undefined || choices.includes(value)) return value
  throw new UsageError(`--${name} takes one of ${choices.join(', ')}, not "${value}"`)
}

function splitProperty(pair: string, name: string): [string, string] {
  const at = pair.indexOf('=')
  if (at > 0) return [pair.slice(0, at).trim(), pair.slice(at + 1)]
  throw new UsageError(`--${name} takes KEY=VALUE, not "${pair}"`)
}
