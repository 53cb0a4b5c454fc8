/** Kafka's way to write columns: `%-15s %s`. */
import type { TopicPartition } from '../../core/consumer/offsets.ts'

/** Each cell as wide as its column; a width of 0 pads nothing. */
export function padded(cells: readonly unknown[], widths: readonly number[]): string {
  return cells.map((cell, index) => String(cell ?? '-').padEnd(widths[index] ?? 0)).join(' ')
}

/** The width of a column: its longest value, or `least`. */
export function widthOf<T>(items: readonly T[], textOf: (item: T) => string, least: number): number {
  return items.reduce((width, item) => Math.max(width, textOf(item).length), least)
}

/** `orders:0,1;payments:2`, or `-`. */
export function assignmentText(partitions: readonly TopicPartition[] | undefined): string {
  if (partitions === undefined || partitions.length === 0) return '-'
  const byTopic = new Map<string, number[]>()
  for (const { topic, partition } of partitions) {
    const numbers = byTopic.get(topic)
    if (numbers) numbers.push(partition)
    else byTopic.set(topic, [partition])
  }
  const texts = [...byTopic].map(([topic, numbers]) => `${topic}:${numbers.sort((a, b) => a - b).join(',')}`)
  return texts.sort().join(';')
}
