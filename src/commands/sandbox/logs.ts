import { createReadStream } from 'node:fs'
import { defineCommand } from '../../cli/command.ts'
import { describe, logFileOf } from '../../core/sandbox/nodes.ts'
import { dirOption, nodeIdOf, nodeOperand, sandboxDirOf } from './shared.ts'

export default defineCommand({
  options: { dir: dirOption },
  operands: [{ ...nodeOperand, summary: 'only this node, by number from 1' }],
  examples: [
    { line: 'kt sandbox logs', does: 'the logs of all nodes' },
    { line: 'kt sandbox logs 2 | grep ERROR', does: 'what went wrong on node 2' },
  ],
  async run({ dir: rawDir, node }, { env, out }) {
    const dir = sandboxDirOf(rawDir, env)
    const files =
      node === undefined
        ? (await describe(dir)).nodes.map(({ logFile }) => logFile)
        : [await logFileOf(dir, nodeIdOf(node))]
    for (const file of files) {
      for await (const chunk of createReadStream(file)) await out.sink.write(chunk as Buffer)
    }
  },
})
