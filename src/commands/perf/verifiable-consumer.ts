import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import {
  verifiableConsumerOptions,
  type VerifiableConsumerValues,
} from '../../cli/perf/verifiable-options.ts'

export default defineCommand({
  operands: [{ name: 'topic', summary: 'the topic to read' }],
  options: verifiableConsumerOptions,
  description:
    'Reads as a member of a group and prints a line of JSON for what happens: assignments, records, commits. With ' +
    '--verbose each record has its own.',
  examples: [
    {
      line: 'kt perf verifiable-consumer orders --group-id check --max-messages 1000',
      does: 'and commit them',
    },
    { line: 'kt perf verifiable-consumer orders --group-id check --verbose', does: 'until interrupted' },
  ],
  async run(values, context: Context) {
    const { runVerifiableConsumer } = await import('../../cli/perf/run-verifiable-consumer.ts')
    await runVerifiableConsumer(values as unknown as VerifiableConsumerValues, context)
  },
})
