/** The lines of Kafka's performance tools, to the letter. */
import { type Interval, totalOf } from '../../core/perf/recorder.ts'
import type { Summary } from '../../core/perf/result.ts'

/** Of a window (org.apache.kafka.tools.ProducerPerformance.Stats.printWindow). */
export function producerWindow(interval: Interval): string {
  const { records, bytes, averageUs, maxUs } = totalOf(interval)
  const seconds = (interval.toMs - interval.fromMs) / 1000
  const rates = `${(records / seconds).toFixed(1)} records/sec (${(bytes / 2 ** 20 / seconds).toFixed(2)} MB/sec)`
  const latency = `${milliseconds(averageUs / 1000, 1)} ms avg latency, ${milliseconds(maxUs / 1000, 1)} ms max latency.`
  return `${records} records sent, ${rates}, ${latency}`
}

/** Of the whole run, or of what followed the warm-up (ProducerPerformance.Stats.printTotal). */
export function producerTotal(summary: Summary, isSteadyState = false): string {
  const { records, recordsPerSec, mbPerSec, latencyMs } = summary
  const whole = (ms: number | undefined) => Math.floor(ms ?? 0)
  return [
    `${records}${isSteadyState ? ' steady state' : ''} records sent`,
    `${recordsPerSec.toFixed(6)} records/sec (${mbPerSec.toFixed(2)} MB/sec)`,
    `${milliseconds(latencyMs?.avg ?? NaN, 2)} ms avg latency`,
    `${milliseconds(latencyMs?.max ?? 0, 2)} ms max latency`,
    `${whole(latencyMs?.p50)} ms 50th`,
    `${whole(latencyMs?.p95)} ms 95th`,
    `${whole(latencyMs?.p99)} ms 99th`,
    `${whole(latencyMs?.['p99.9'])} ms 99.9th.`,
  ].join(', ')
}

/** Java prints NaN where nothing was counted. */
function milliseconds(value: number, digits: number): string {
  return Number.isNaN(value) ? 'NaN' : value.toFixed(digits)
}
