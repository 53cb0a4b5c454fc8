import { defineCommand } from '../../cli/command.ts'
import { describe } from '../../core/sandbox/nodes.ts'
import { readState, registeredDirs } from '../../core/sandbox/state.ts'
import { cleanOrphans } from '../../core/sandbox/stop.ts'
import { cacheDirOf, dirOption, sandboxDirOf } from './shared.ts'

export default defineCommand({
  description: 'Says what runs, and ends what a kt that was killed has left behind.',
  options: { dir: dirOption },
  examples: [
    { line: 'kt sandbox status', does: 'the nodes of all sandboxes' },
    { line: 'kt sandbox status --output json', does: 'the same for programs' },
  ],
  async run({ dir: rawDir }, { env, note, out }) {
    const cacheDir = cacheDirOf(env)
    const cleaned = await cleanOrphans(cacheDir)
    for (const dir of cleaned) note(`ended a sandbox whose kt had died: ${dir}`)
    const dirs = rawDir === undefined ? await registeredDirs(cacheDir) : [sandboxDirOf(rawDir, env)]
    const rows = (await Promise.all(dirs.map(nodesIn))).flat()
    await out.list({
      name: 'nodes',
      rows,
      whenEmpty: 'there is no sandbox',
      columns: [
        { title: 'NODE', value: ({ id }) => id, align: 'right' },
        { title: 'STATUS', value: ({ condition }) => condition },
        { title: 'ADDRESS', value: ({ port }) => `127.0.0.1:${port}` },
        { title: 'PID', value: ({ pid }) => pid, align: 'right' },
        { title: 'KAFKA', value: ({ kafkaVersion }) => kafkaVersion },
        { title: 'DIR', value: ({ dir }) => dir },
      ],
    })
  },
})

async function nodesIn(dir: string) {
  if ((await readState(dir)) === undefined) return []
  const { kafkaVersion, nodes } = await describe(dir)
  return nodes.map((node) => ({ ...node, kafkaVersion, dir }))
}
