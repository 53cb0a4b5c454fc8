/** One seed for a whole run, so that a failure can be repeated: KT_FAULT_SEED. */

export interface Random {
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  pick<T>(items: readonly T[]): T
}

/** The seed of the run; the global set-up chooses one where none is given. */
export function runSeed(): number {
  const seed = Number(process.env['KT_FAULT_SEED'])
  if (!Number.isSafeInteger(seed)) throw new Error(`KT_FAULT_SEED must be a whole number, not ${seed}`)
  return seed
}

/** Numbers that depend on the run's seed and on `name` alone, not on what ran before (mulberry32). */
export function randomFor(name: string): Random {
  let state = runSeed() >>> 0
  for (const char of name) state = (Math.imul(state, 31) + char.charCodeAt(0)) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return { between, pick: (items) => items[between(0, items.length - 1)]! }
}
