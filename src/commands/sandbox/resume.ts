import { defineCommand } from '../../cli/command.ts'
import { resumeNode } from '../../core/sandbox/nodes.ts'
import { dirOption, nodeIdOf, nodeOperand, sandboxDirOf } from './shared.ts'

export default defineCommand({
  options: { dir: dirOption },
  operands: [{ ...nodeOperand, isRequired: true }],
  examples: [
    { line: 'kt sandbox resume 1', does: 'node 1 goes on after kt sandbox pause 1' },
    { line: 'kt sandbox resume 3 --dir /tmp/cluster', does: 'a node of another sandbox' },
  ],
  async run({ dir, node }, { env }) {
    await resumeNode(sandboxDirOf(dir, env), nodeIdOf(node))
  },
})
