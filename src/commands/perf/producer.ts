import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import { produceOptions, type ProduceValues } from '../../cli/perf/produce-options.ts'

export default defineCommand({
  operands: [{ name: 'words', summary: 'the topic, and client properties as KEY=VALUE', isVariadic: true }],
  options: produceOptions,
  description:
    'Sends generated records and tells how many a second arrived, and how long each took from when it was meant ' +
    'to be sent to its acknowledgement. With --throughput the records have a timetable: what a stalled broker ' +
    'holds up is in their latencies.',
  examples: [
    { line: 'kt perf producer orders --num-records 1000000', does: 'as fast as possible, 100 bytes each' },
    { line: 'kt perf producer orders --duration 30s --throughput 5000', does: 'latency under a steady load' },
    {
      line: 'kt perf producer orders --num-records 1000000 --record-size 50..2000 --report orders.html',
      does: 'with a page of charts',
    },
  ],
  async run(values, context: Context) {
    const { runProducer } = await import('../../cli/perf/run-producer.ts')
    await runProducer(values as unknown as ProduceValues, context)
  },
})
