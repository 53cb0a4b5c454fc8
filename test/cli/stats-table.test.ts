import { expect, it } from 'vitest'
import { startStats } from '../../src/cli/stats-table.ts'
import { PartitionPosition } from '../../src/core/consumer/position.ts'

it('shows where each partition stands, in columns', async () => {
  const shown: string[] = []
  const known = new PartitionPosition('orders', 0, 8)
  known.highWatermark = 12_000
  const stats = await startStats([known, new PartitionPosition('orders', 10, 0)], (text) => shown.push(text))
  stats.stop()
  expect(shown).toEqual([
    [
      'TOPIC-PARTITION  POSITION    END    LAG  RECORDS/S',
      'orders-0                8  12000  11992          0',
      'orders-10               0      -      -          0',
    ].join('\n'),
  ])
})
