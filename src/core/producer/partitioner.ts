/** Which partition a record goes to. The default is bit-equal to Java's, so that mixed producers agree. */

/** Lets the sticky partition take the record. */
export const STICKY = -1

/**
 * Chooses a partition from 0 to `partitionCount - 1`, or STICKY. Key and value are slices of `bytes`; a
 * negative start is Kafka's null. `available` are the partitions that have a leader.
 */
export type Partitioner = (
  bytes: Uint8Array,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
  partitionCount: number,
  available: readonly number[],
) => number

/** Java's default: the key's hash decides, records without a key stick together (BuiltInPartitioner, KIP-794). */
export const byKey: Partitioner = (bytes, keyStart, keyEnd, _valueStart, _valueEnd, partitionCount) =>
  keyStart < 0 ? STICKY : partitionForKey(bytes, keyStart, keyEnd, partitionCount)

/** Full batches for one partition after the other, whatever the keys (Java: partitioner.ignore.keys=true). */
export const sticky: Partitioner = () => STICKY

/** Record by record, in turn, whatever the keys (Java: RoundRobinPartitioner). */
export function roundRobin(): Partitioner {
  let turn = 0
  return (_bytes, _keyStart, _keyEnd, _valueStart, _valueEnd, _partitionCount, available) =>
    available[turn++ % available.length]!
}

/** As librdkafka's murmur2_random: Java's hash for keys, anywhere for records without one. */
export const murmur2Random: Partitioner = (
  bytes,
  keyStart,
  keyEnd,
  _valueStart,
  _valueEnd,
  partitionCount,
  available,
) => (keyStart < 0 ? anyOf(available) : partitionForKey(bytes, keyStart, keyEnd, partitionCount))

/** As librdkafka's consistent_random, which is kcat's default: CRC-32 of the key; anywhere for an empty key or none. */
export function consistentCrc32(crc32: (bytes: Uint8Array) => number): Partitioner {
  return (bytes, keyStart, keyEnd, _valueStart, _valueEnd, partitionCount, available) =>
    keyEnd <= keyStart ? anyOf(available) : crc32(bytes.subarray(keyStart, keyEnd)) % partitionCount
}

function anyOf(available: readonly number[]): number {
  return available[Math.floor(Math.random() * available.length)]!
}

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
