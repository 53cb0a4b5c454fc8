/** What the generated records are: keys, values and headers, without an object for each. */
import type { InputWindow } from '../producer/lines.ts'
import type { EncodedHeaders } from '../records/batch-writer.ts'
import { encodeHeaders } from '../records/headers.ts'
import { fillLetters, Random } from './random.ts'
import { Template } from './template.ts'
import { CountedValues, ListedValues, RandomValues, TemplateValues, type Values } from './values.ts'

export type ValueSpec =
  | { kind: 'random'; minBytes: number; maxBytes: number; compressible?: number | undefined }
  | { kind: 'listed'; payloads: readonly Buffer[] }
  | { kind: 'counted' }
  | { kind: 'template'; text: string }

export interface KeySpec {
  bytes: number
  /** How many different ones there are; undefined: each record has its own. */
  distinct: number | undefined
}

export interface RecordSpec {
  value: ValueSpec
  key: KeySpec | undefined
  headers: readonly { key: Buffer; value: Buffer | null }[]
}

/** Which part of a run this process does: numbers and random bytes differ between the parts. */
export interface Share {
  index: number
  of: number
}

export interface RecordSource {
  values: Values
  keys: Keys | undefined
  headers: EncodedHeaders | null
  /** Key and value together, where all records have the same size. */
  fixedBytes: number | undefined
}

/** Keys stand in the same block as the values, or in one of their own. */
export interface Keys {
  readonly bytes: Buffer
  start: number
  end: number
  next(): void
}

/** Slices of a block of this size, where values are compressed: repetitions would be found in a smaller one. */
const LARGE_BLOCK_BYTES = 8 * 1024 * 1024

/**
 * Random values are slices of `window` where they fit, because moving bytes within one allocation is what costs least.
 * Throws UsageError for a template that makes no sense.
 */
export function recordSource(
  spec: RecordSpec,
  { window, isCompressed, share }: { window: InputWindow; isCompressed: boolean; share: Share },
): RecordSource {
  const random = new Random(share.index + 1)
  const values = valuesOf(spec.value, { window, isCompressed, share, random })
  const keys = spec.key && new BlockKeys(spec.key, random, share)
  const { value } = spec
  const isFixed = value.kind === 'random' && value.minBytes === value.maxBytes
  return {
    values,
    keys,
    headers: spec.headers.length === 0 ? null : encodeHeaders(spec.headers),
    fixedBytes: isFixed ? value.minBytes + (spec.key?.bytes ?? 0) : undefined,
  }
}

function valuesOf(
  spec: ValueSpec,
  parts: { window: InputWindow; isCompressed: boolean; share: Share; random: Random },
): Values {
  const { window, isCompressed, share, random } = parts
  if (spec.kind === 'listed') return new ListedValues(spec.payloads, random)
  if (spec.kind === 'counted') return new CountedValues(share.index, share.of)
  if (spec.kind === 'template')
    return new TemplateValues(new Template(spec.text, random), share.index, share.of)
  const needed = spec.maxBytes * 2
  const isLarge = isCompressed || spec.compressible !== undefined
  const size = Math.max(needed, isLarge ? LARGE_BLOCK_BYTES : 0)
  const isInWindow = size <= window.windowBytes
  const area = isInWindow
    ? { bytes: window.arena, start: 0, end: window.windowBytes }
    : { bytes: Buffer.allocUnsafeSlow(size), start: 0, end: size }
  return new RandomValues(area, spec, random, spec.compressible)
}

/** At most this many bytes of keys are kept; beyond it each key is made when it is wanted. */
const MAX_KEY_BLOCK_BYTES = 16 * 1024 * 1024

/**
 * Keys of one size. Distinct ones are their number, with zeros before it; where the size cannot hold so many digits,
 * the number is written with the letters and digits of base 36. Without a number of them, random letters.
 */
class BlockKeys implements Keys {
  bytes: Buffer
  start = 0
  end = 0
  readonly #size: number
  readonly #random: Random
  readonly #distinct: number | undefined
  readonly #isWhole: boolean

  constructor({ bytes: size, distinct }: KeySpec, random: Random, share: Share) {
    this.#size = size
    this.#random = new Random(random.next() + share.index)
    this.#distinct = distinct
    this.#isWhole = distinct !== undefined && distinct * size <= MAX_KEY_BLOCK_BYTES
    this.bytes = Buffer.allocUnsafeSlow(this.#isWhole ? distinct! * size : Math.max(size * 2, 65_536))
    if (distinct === undefined) fillLetters(this.bytes, 0, this.bytes.length, this.#random)
    else if (this.#isWhole) for (let index = 0; index < distinct; index++) this.#write(index, index * size)
  }

  next(): void {
    const size = this.#size
    if (this.#distinct === undefined) {
      this.start = this.#random.below(this.bytes.length - size + 1)
    } else {
      const chosen = this.#random.below(this.#distinct)
      this.start = this.#isWhole ? chosen * size : 0
      if (!this.#isWhole) this.#write(chosen, 0)
    }
    this.end = this.start + size
  }

  #write(index: number, at: number): void {
    this.bytes.write(keyText(index, this.#size), at, 'latin1')
  }
}

function keyText(index: number, size: number): string {
  const digits = String(index)
  return (digits.length <= size ? digits : index.toString(36)).padStart(size, '0').slice(-size)
}

/** How many different keys of so many bytes there can be. */
export function mostKeys(bytes: number): number {
  return 36 ** bytes
}
