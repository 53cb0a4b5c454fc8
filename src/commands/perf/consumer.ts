import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import { consumeOptions, type ConsumeValues } from '../../cli/perf/consume-options.ts'

export default defineCommand({
  operands: [{ name: 'topic', summary: 'the topic to read' }],
  options: consumeOptions,
  description:
    'Reads records and tells how many a second came. Every record is decoded and every batch has its checksum ' +
    'looked at (--command-property check.crcs=false leaves that out). The latencies are how long it waited for ' +
    'each answer of a broker.',
  examples: [
    { line: 'kt perf consumer orders --num-records 1000000', does: 'all partitions, from the beginning' },
    { line: 'kt perf consumer orders --duration 30s --group perf', does: 'as a member of a group' },
    { line: 'kt perf consumer orders --num-records 5000000 --workers 2', does: 'with two processes' },
  ],
  async run(values, context: Context) {
    const { runConsumer } = await import('../../cli/perf/run-consumer.ts')
    await runConsumer(values as unknown as ConsumeValues, context)
  },
})
