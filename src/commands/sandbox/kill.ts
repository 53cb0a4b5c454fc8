import { defineCommand } from '../../cli/command.ts'
import { killNode } from '../../core/sandbox/nodes.ts'
import { dirOption, nodeIdOf, nodeOperand, sandboxDirOf } from './shared.ts'

export default defineCommand({
  options: { dir: dirOption },
  operands: [{ ...nodeOperand, isRequired: true }],
  examples: [
    { line: 'kt sandbox kill 2', does: 'node 2 is gone, as after a power cut' },
    { line: 'kt sandbox start 2', does: 'and back, with its data' },
  ],
  async run({ dir, node }, { env }) {
    await killNode(sandboxDirOf(dir, env), nodeIdOf(node))
  },
})
