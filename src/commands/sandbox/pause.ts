import { defineCommand } from '../../cli/command.ts'
import { pauseNode } from '../../core/sandbox/nodes.ts'
import { dirOption, nodeIdOf, nodeOperand, sandboxDirOf } from './shared.ts'

export default defineCommand({
  options: { dir: dirOption },
  operands: [{ ...nodeOperand, isRequired: true }],
  examples: [
    { line: 'kt sandbox pause 1', does: 'node 1 hangs: connections stay open, nothing answers' },
    { line: 'kt sandbox resume 1', does: 'and goes on' },
  ],
  async run({ dir, node }, { env }) {
    await pauseNode(sandboxDirOf(dir, env), nodeIdOf(node))
  },
})
