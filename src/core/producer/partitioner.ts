/** Which partition a record goes to. Bit-equal to Java's for keys, so that mixed producers agree. */

/** Chooses a partition for a key that is a slice of `bytes`. */
export type KeyPartitioner = (bytes: Uint8Array, start: number, end: number, partitionCount: number) => number

/** `toPositive(murmur2(key)) % partitions` (org.apache.kafka.clients.producer.internals.BuiltInPartitioner). */
export function partitionForKey(
  bytes: Uint8Array,
  start: number,
  end: number,
  partitionCount: number,
): number {
  return (murmur2(bytes, start, end) & 0x7fffffff) % partitionCount
}

const SEED = 0x9747b28c
const M = 0x5bd1e995

/** MurmurHash2, 32 bits (org.apache.kafka.common.utils.Utils.murmur2), of bytes[start, end). */
export function murmur2(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  let hash = SEED ^ length
  let at = start
  for (; at + 4 <= end; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    word = Math.imul(word, M)
    word ^= word >>> 24
    hash = Math.imul(hash, M) ^ Math.imul(word, M)
  }
  const tail = end - at
  if (tail === 3) hash ^= bytes[at + 2]! << 16
  if (tail >= 2) hash ^= bytes[at + 1]! << 8
  if (tail >= 1) hash = Math.imul(hash ^ bytes[at]!, M)
  hash ^= hash >>> 13
  hash = Math.imul(hash, M)
  return hash ^ (hash >>> 15)
}

/**
 * Sticks to one partition until a batch of it is full, then moves on, as KIP-480 does for records without a
 * key: full batches, evenly spread over time.
 */
export class StickyPartition {
  #current = -1

  /** The partition to use now; `available` are those with a leader. */
  current(available: readonly number[]): number {
    if (this.#current < 0 || !available.includes(this.#current)) this.next(available)
    return this.#current
  }

  /** Moves to another partition, where there is one. */
  next(available: readonly number[]): void {
    const others =
      available.length > 1 ? available.filter((partition) => partition !== this.#current) : available
    this.#current = others[Math.floor(Math.random() * others.length)] ?? -1
  }
}
