import { defineCommand } from '../../cli/command.ts'
import type { Context } from '../../cli/context.ts'
import {
  verifiableProducerOptions,
  type VerifiableProducerValues,
} from '../../cli/perf/verifiable-options.ts'

export default defineCommand({
  operands: [{ name: 'topic', summary: 'the topic to send to' }],
  options: verifiableProducerOptions,
  description:
    'Sends 0, 1, 2 … and prints a line of JSON for each record that was, or was not, acknowledged.',
  examples: [
    { line: 'kt perf verifiable-producer orders --max-messages 1000', does: 'and tell what arrived' },
    {
      line: 'kt perf verifiable-producer orders --throughput 100 --repeating-keys 10',
      does: 'until interrupted',
    },
  ],
  async run(values, context: Context) {
    const { runVerifiableProducer } = await import('../../cli/perf/run-verifiable-producer.ts')
    await runVerifiableProducer(values as unknown as VerifiableProducerValues, context)
  },
})
