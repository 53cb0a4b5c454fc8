/** Where the values of generated records come from: slices of one block, moved into the batch without a stop between. */
import type { Random } from './random.ts'
import { fillLetters } from './random.ts'
import type { Template } from './template.ts'

/** Writes, or chooses, the value of the next record in `bytes`; `start` and `end` say where it is then. */
export interface Values {
  readonly bytes: Buffer
  start: number
  end: number
  next(index: number): void
}

/**
 * Slices at random places of a block of random letters. `compressible` is the share of each value (0 to 1) that a
 * codec can take away: that much of the block is one letter, and the rest any bytes.
 */
export class RandomValues implements Values {
  readonly bytes: Buffer
  start = 0
  end = 0
  readonly #random: Random
  readonly #from: number
  readonly #minBytes: number
  readonly #spread: number
  readonly #places: number

  constructor(
    area: { bytes: Buffer; start: number; end: number },
    size: { minBytes: number; maxBytes: number },
    random: Random,
    compressible: number | undefined,
  ) {
    this.bytes = area.bytes
    this.#from = area.start
    this.#random = random
    this.#minBytes = size.minBytes
    this.#spread = size.maxBytes - size.minBytes + 1
    this.#places = area.end - area.start - size.maxBytes + 1
    if (compressible === undefined) fillLetters(area.bytes, area.start, area.end, random)
    else fillCompressible(area, compressible, random)
  }

  next(): void {
    const size = this.#spread === 1 ? this.#minBytes : this.#minBytes + this.#random.below(this.#spread)
    this.start = this.#from + this.#random.below(this.#places)
    this.end = this.start + size
  }
}

/** Random and constant bytes in turn, so that each value has its share of both. */
const STRIPE_BYTES = 256

function fillCompressible(
  { bytes, start, end }: { bytes: Buffer; start: number; end: number },
  compressible: number,
  random: Random,
): void {
  const randomBytes = Math.round(STRIPE_BYTES * (1 - compressible))
  for (let at = start; at < end; at++)
    bytes[at] = (at - start) % STRIPE_BYTES < randomBytes ? random.next() >>> 24 : 0x41
}

/** One of the payloads of a file, in no order, as Kafka's tool takes them. */
export class ListedValues implements Values {
  readonly bytes: Buffer
  start = 0
  end = 0
  readonly #ends: readonly number[]
  readonly #starts: readonly number[]
  readonly #random: Random

  constructor(payloads: readonly Buffer[], random: Random) {
    this.bytes = Buffer.concat(payloads)
    this.#random = random
    const ends: number[] = []
    for (const payload of payloads) ends.push((ends[ends.length - 1] ?? 0) + payload.length)
    this.#ends = ends
    this.#starts = [0, ...ends.slice(0, -1)]
  }

  next(): void {
    const chosen = this.#random.below(this.#ends.length)
    this.start = this.#starts[chosen]!
    this.end = this.#ends[chosen]!
  }
}

const MAX_DIGITS = 20

/** 0, 1, 2, … as decimal text. With several workers each takes every n-th number. */
export class CountedValues implements Values {
  readonly bytes = Buffer.allocUnsafe(MAX_DIGITS)
  readonly start = 0
  end = 0
  readonly #first: number
  readonly #step: number

  constructor(first = 0, step = 1) {
    this.#first = first
    this.#step = step
  }

  next(index: number): void {
    this.end = this.bytes.write(String(this.#first + index * this.#step), 0, 'latin1')
  }
}

/** What a template makes of each record. */
export class TemplateValues implements Values {
  bytes = Buffer.allocUnsafe(4096)
  readonly start = 0
  end = 0
  readonly #template: Template
  readonly #first: number
  readonly #step: number

  constructor(template: Template, first = 0, step = 1) {
    this.#template = template
    this.#first = first
    this.#step = step
  }

  next(index: number): void {
    const text = this.#template.render(this.#first + index * this.#step)
    // A character takes three bytes at most; those outside the basic plane are two.
    if (text.length * 3 > this.bytes.length) this.bytes = Buffer.allocUnsafe(text.length * 3)
    this.end = this.bytes.write(text, 0, 'utf8')
  }
}
