/** Reproducible random numbers: the same seed, the same records. */

/** The generator xorshift32: unsigned 32-bit numbers. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_769 + 0x9e3779b9) | 0 || 1
  }

  next(): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    return state >>> 0
  }

  /** From 0 up to `bound - 1`. */
  below(bound: number): number {
    return this.next() % bound
  }
}

const LETTER_A = 65
const LETTERS = 26

/** The letters A to Z, as Kafka's performance tools send. */
export function fillLetters(bytes: Uint8Array, start: number, end: number, random: Random): void {
  for (let at = start; at < end; at++) bytes[at] = LETTER_A + random.below(LETTERS)
}
