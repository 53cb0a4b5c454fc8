/** The order in which a java.util.HashMap with text keys gives its entries: what Kafka's scripts print in no other order. */
import { javaHash } from '../../core/records/internal/coordinator-partition.ts'

const DEFAULT_CAPACITY = 16
const LOAD_FACTOR = 0.75

/**
 * As if `items` were put, in their order, into a map made for `expected` entries (`new HashMap<>(expected)`;
 * undefined: `new HashMap<>()`), and read from it.
 */
export function javaHashOrder<T>(items: readonly T[], keyOf: (item: T) => string, expected?: number): T[] {
  const buckets = capacityFor(items.length, expected)
  const bucketOf = (item: T) => spread(javaHash(keyOf(item))) & (buckets - 1)
  return items
    .map((item) => ({ item, bucket: bucketOf(item) }))
    .sort((one, other) => one.bucket - other.bucket)
    .map(({ item }) => item)
}

function capacityFor(size: number, expected: number | undefined): number {
  let capacity = expected === undefined ? DEFAULT_CAPACITY : 1
  while (expected !== undefined && capacity < expected) capacity *= 2
  while (size > capacity * LOAD_FACTOR) capacity *= 2
  return capacity
}

/** java.util.HashMap.hash */
function spread(hash: number): number {
  return hash ^ (hash >>> 16)
}
