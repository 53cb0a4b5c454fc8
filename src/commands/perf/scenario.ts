import { defineCommand } from '../../cli/command.ts'
import { connectionOptions, timeoutOption } from '../../cli/connection-options.ts'
import type { Context } from '../../cli/context.ts'
import { flag } from '../../cli/options.ts'
import type { ScenarioValues } from '../../cli/perf/scenario-steps.ts'

export default defineCommand({
  operands: [{ name: 'file', summary: 'the scenario', isRequired: true }],
  options: {
    ...connectionOptions,
    ...timeoutOption,
    'dry-run': flag('show the steps, and do nothing'),
  },
  description:
    'Runs the steps of a YAML file one after the other and compares them in a table. A step has the options of ' +
    'kt perf producer, consumer or latency, and client properties by their names; a matrix makes a step for each ' +
    'combination.',
  examples: [
    { line: 'kt perf scenario examples/perf-classic.yaml', does: 'acks, batches, codecs, partitions' },
    { line: 'kt perf scenario steps.yaml --dry-run', does: 'what it would do' },
  ],
  async run(values, context: Context) {
    const { runScenario } = await import('../../cli/perf/run-scenario.ts')
    await runScenario(values as unknown as ScenarioValues, context)
  },
})
