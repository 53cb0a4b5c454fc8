/** The shape of one row of the table of client properties, and the few words the table is written with. */

/** Who reads a property: a(dmin), p(roducer), c(onsumer), in any combination. */
export type Clients = 'a' | 'p' | 'c' | 'ap' | 'ac' | 'pc' | 'apc'

/**
 * `ignored`: makes no sense outside Java (or changes nothing a person can see), accepted silently.
 * `left out`: ignored, with a warning: somebody may have counted on it.
 * `refused`: leaving it out would do something else than asked for, so a value is a UsageError.
 */
export type Effect = 'used' | 'ignored' | 'left out' | 'refused'

export interface Row<T> {
  type: 'text' | 'password' | 'integer' | 'double' | 'boolean' | 'list' | 'choice'
  clients: Clients
  /** kt's default. */
  default: T
  doc: string
  effect: Effect
  min?: number
  max?: number
  /** The accepted words of a choice, in the spelling that Settings gives. */
  choices?: readonly string[]
  /** Values of a refused property that mean nothing more than what kt does anyway. */
  harmless?: RegExp
}

type Extra = Partial<Pick<Row<unknown>, 'effect' | 'harmless' | 'min' | 'max'>>

export const text = (clients: Clients, value: string, doc: string, extra: Extra = {}): Row<string> => {
  return { type: 'text', clients, default: value, doc, effect: 'used', ...extra }
}

/** A text that has no default: null when nobody gave it. */
export const maybe = (clients: Clients, doc: string, extra: Extra = {}): Row<string | null> => {
  return { type: 'text', clients, default: null, doc, effect: 'used', ...extra }
}

export const password = (clients: Clients, doc: string): Row<string | null> => {
  return { type: 'password', clients, default: null, doc, effect: 'used' }
}

export const integer = (clients: Clients, value: number, range: Range, doc: string, extra: Extra = {}) => {
  return numberRow('integer', clients, value, range, doc, extra)
}

export const double = (clients: Clients, value: number, range: Range, doc: string, extra: Extra = {}) => {
  return numberRow('double', clients, value, range, doc, extra)
}

export const maybeInteger = (clients: Clients, doc: string, extra: Extra = {}): Row<number | null> => {
  return { type: 'integer', clients, default: null, doc, effect: 'used', min: 0, max: INT32_MAX, ...extra }
}

export const boolean = (clients: Clients, value: boolean, doc: string, extra: Extra = {}): Row<boolean> => {
  return { type: 'boolean', clients, default: value, doc, effect: 'used', ...extra }
}

export const list = (clients: Clients, value: string[], doc: string, extra: Extra = {}): Row<string[]> => {
  return { type: 'list', clients, default: value, doc, effect: 'used', ...extra }
}

export function choice<const C extends readonly string[]>(
  clients: Clients,
  value: C[number],
  choices: C,
  doc: string,
  extra: Extra = {},
): Row<C[number]> {
  return { type: 'choice', clients, default: value, choices, doc, effect: 'used', ...extra }
}

/** [smallest, largest]; the largest is Java's int or, for a property that Java keeps as a long, the largest safe integer. */
export type Range = readonly [number, number]

export const INT32_MAX = 2_147_483_647
export const INT: Range = [0, INT32_MAX]
export const POSITIVE: Range = [1, INT32_MAX]
export const ANY_INT: Range = [-2_147_483_648, INT32_MAX]
export const LONG: Range = [0, Number.MAX_SAFE_INTEGER]
export const ANY_LONG: Range = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]

function numberRow(
  type: 'integer' | 'double',
  clients: Clients,
  value: number,
  [min, max]: Range,
  doc: string,
  extra: Extra,
): Row<number> {
  return { type, clients, default: value, doc, effect: 'used', min, max, ...extra }
}
