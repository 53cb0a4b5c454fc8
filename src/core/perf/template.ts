/**
 * Payload templates: text with `{{…}}` where each record has something of its own: seq, timestamp, iso, uuid,
 * int:MIN..MAX, float:MIN..MAX, letters:N, hex:N, choice:a|b|c.
 */
import { UsageError } from '../errors.ts'
import type { Random } from './random.ts'

type Part = (sequence: number) => string

const HINT = 'seq, timestamp, iso, uuid, int:1..100, float:0..1, letters:8, hex:16 or choice:a|b|c'

export class Template {
  readonly #parts: readonly (string | Part)[]

  /** Throws UsageError that names the placeholder nobody knows. */
  constructor(text: string, random: Random) {
    this.#parts = text
      .split(/(\{\{[^{}]*\}\})/)
      .map((piece) => (piece.startsWith('{{') ? partOf(piece.slice(2, -2).trim(), random) : piece))
  }

  render(sequence: number): string {
    let text = ''
    for (const part of this.#parts) text += typeof part === 'string' ? part : part(sequence)
    return text
  }
}

function partOf(word: string, random: Random): Part {
  const [name = '', rest = ''] = splitOnce(word, ':')
  const make = PARTS[name]
  if (make === undefined)
    throw new UsageError(`the template has {{${word}}}, which is nothing known`, { hint: HINT })
  const part = make(rest, random)
  if (part !== undefined) return part
  throw new UsageError(`the template has {{${word}}}, which makes no sense`, { hint: HINT })
}

const PARTS: Readonly<Record<string, (rest: string, random: Random) => Part | undefined>> = {
  seq: () => (sequence) => String(sequence),
  timestamp: () => () => String(Date.now()),
  iso: () => () => new Date().toISOString(),
  uuid: (_, random) => () => uuidOf(random),
  int(rest, random) {
    const range = rangeOf(rest)
    if (range === undefined || !Number.isSafeInteger(range.min) || !Number.isSafeInteger(range.max))
      return undefined
    const { min, max } = range
    return () => String(min + Math.floor(fraction(random) * (max - min + 1)))
  },
  float(rest, random) {
    const range = rangeOf(rest)
    return range && (() => String(range.min + fraction(random) * (range.max - range.min)))
  },
  letters: (rest, random) => textOf(rest, random, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  hex: (rest, random) => textOf(rest, random, '0123456789abcdef'),
  choice(rest, random) {
    const choices = rest.split('|')
    return rest === '' ? undefined : () => choices[random.below(choices.length)]!
  },
}

function rangeOf(text: string): { min: number; max: number } | undefined {
  const [, from, to] = /^(-?[\d.]+)\.\.(-?[\d.]+)$/.exec(text) ?? []
  const [min, max] = [Number(from), Number(to)]
  return min <= max ? { min, max } : undefined
}

const MAX_TEXT = 1_000_000

function textOf(rawLength: string, random: Random, alphabet: string): Part | undefined {
  const length = Number(rawLength)
  if (!/^\d+$/.test(rawLength) || length > MAX_TEXT) return undefined
  return () => {
    let text = ''
    for (let at = 0; at < length; at++) text += alphabet[random.below(alphabet.length)]!
    return text
  }
}

function fraction(random: Random): number {
  return random.next() / 2 ** 32
}

/** Version 4, of the run's own random numbers. */
function uuidOf(random: Random): string {
  let hex = ''
  for (let word = 0; word < 4; word++) hex += random.next().toString(16).padStart(8, '0')
  const variant = '89ab'[random.below(4)]!
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
