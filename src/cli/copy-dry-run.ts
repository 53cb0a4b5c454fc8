/** `kt copy --dry-run`: what would be copied. */
import type { PartitionPosition } from '../core/consumer/position.ts'
import type { Context } from './context.ts'
import type { CopyPlan, CopyValues } from './copy-plan.ts'

export async function showPlan(
  { out, note }: Context,
  values: CopyValues,
  plan: CopyPlan,
  positions: readonly PartitionPosition[],
): Promise<void> {
  const { fromTopic, toTopic } = values
  const { isCreated, keepsPartition, targetPartitions, codec, map, filter } = plan
  const rows = positions.map(({ partition, offset, endOffset }) => ({
    partition,
    from: offset,
    until: endOffset === Infinity ? null : endOffset,
    offsets: endOffset === Infinity ? null : Math.max(0, endOffset - offset),
  }))
  const passesBatches =
    keepsPartition &&
    values.keepsTimestamp &&
    codec === undefined &&
    map === undefined &&
    filter === undefined
  await out.list({
    name: 'partitions',
    rows,
    columns: [
      { title: 'PARTITION', value: ({ partition }) => partition, align: 'right' },
      { title: 'FROM', value: ({ from }) => from, align: 'right' },
      { title: 'UNTIL', value: ({ until }) => until, align: 'right' },
      { title: 'OFFSETS', value: ({ offsets }) => offsets, align: 'right' },
    ],
  })
  const verb = isCreated ? 'would be created with' : 'has'
  note(`${toTopic} ${verb} ${targetPartitions === 1 ? '1 partition' : `${targetPartitions} partitions`}`)
  note(keepsPartition ? 'records would stay in their partitions' : 'records would go where their keys lead')
  note(passesBatches ? 'batches would go through as they are' : 'records would be written anew')
  note(`nothing of ${fromTopic} was copied (--dry-run)`)
}
