/** The order in which a java.util.HashMap gives its entries: what Kafka's scripts print in no other order. */
import { javaHash } from '../../core/records/internal/coordinator-partition.ts'

const DEFAULT_CAPACITY = 16
const LOAD_FACTOR = 0.75

/**
 * As if `items` were put, in their order, into a map made for `expected` entries (`new HashMap<>(expected)`;
 * undefined: `new HashMap<>()`), and read from it.
 */
export function javaHashOrder<T>(items: readonly T[], keyOf: (item: T) => string, expected?: number): T[] {
  return inOrder(items, (item) => javaHash(keyOf(item)), expected)
}

/** The same with org.apache.kafka.common.TopicPartition as the key. */
export function javaPartitionOrder<T extends { topic: string; partition: number }>(
  items: readonly T[],
  expected?: number,
): T[] {
  return inOrder(items, ({ topic, partition }) => (31 * (31 + partition) + javaHash(topic)) | 0, expected)
}

function inOrder<T>(items: readonly T[], hashOf: (item: T) => number, expected?: number): T[] {
  const buckets = capacityFor(items.length, expected)
  const bucketOf = (item: T) => spread(hashOf(item)) & (buckets - 1)
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
