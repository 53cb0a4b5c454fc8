/** `--print-metrics`: what was counted, under the names of Kafka's metrics (org.apache.kafka.tools.ToolsUtils). */
import type { BatchStatistics } from '../../core/perf/produce.ts'
import { type Recorder, totalOf } from '../../core/perf/recorder.ts'
import { merged } from '../../core/perf/tally.ts'

export function metricLines(recorder: Recorder, statistics: BatchStatistics, clientId: string): string[] {
  const tally = merged(recorder.intervals.map(totalOf))
  const seconds = recorder.elapsedMs / 1000
  const { batches, batchBytes, largestBatchBytes } = statistics
  const values: Record<string, number> = {
    'batch-size-avg': batchBytes / batches,
    'batch-size-max': largestBatchBytes,
    'record-error-rate': tally.failed / seconds,
    'record-error-total': tally.failed,
    'record-send-rate': tally.records / seconds,
    'record-send-total': tally.records,
    'record-size-avg': batchBytes / tally.records,
    'records-per-batch-avg': tally.records / batches,
  }
  return metricTable('producer-metrics', clientId, values)
}

/** Names to the left, numbers with three digits to the right, as wide as the longest name. */
export function metricTable(group: string, clientId: string, values: Record<string, number>): string[] {
  const rows = Object.entries(values).map(([name, value]) => ({
    name: `${group}:${name}:{client-id=${clientId}}`,
    value: Number.isNaN(value) ? 'NaN' : value.toFixed(3),
  }))
  const width = Math.max(...rows.map(({ name }) => name.length))
  const lines = rows.map(({ name, value }) => `${name.padEnd(width)} : ${value}`)
  return ['', `${'Metric Name'.padEnd(width)}   Value`, ...lines]
}
