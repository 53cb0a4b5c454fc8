import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import { latencyOptions, type LatencyValues } from '../../cli/perf/latency-options.ts'

export default defineCommand({
  operands: [{ name: 'topic', summary: 'the topic to send to and read from' }],
  options: latencyOptions,
  description:
    'Sends a record, waits until it is acknowledged and has been read again, then sends the next. With --throughput ' +
    'records are sent by a timetable whether or not those before are back.',
  examples: [
    { line: 'kt perf latency orders --num-records 10000', does: 'one at a time' },
    { line: 'kt perf latency orders --duration 30s --throughput 1000', does: 'under a steady load' },
  ],
  async run(values, context: Context) {
    const { runLatency } = await import('../../cli/perf/run-latency.ts')
    await runLatency(values as unknown as LatencyValues, context)
  },
})
