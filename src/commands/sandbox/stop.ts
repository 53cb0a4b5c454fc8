import { defineCommand } from '../../cli/command.ts'
import { flag } from '../../cli/options.ts'
import { requireState } from '../../core/sandbox/state.ts'
import { stop } from '../../core/sandbox/stop.ts'
import { cacheDirOf, dirOption, sandboxDirOf } from './shared.ts'

export default defineCommand({
  options: { dir: dirOption, delete: flag('delete its topics and logs too') },
  examples: [
    { line: 'kt sandbox stop', does: 'stop it; the next start has its topics again' },
    { line: 'kt sandbox stop --delete', does: 'stop it and forget everything' },
  ],
  async run({ dir: rawDir, delete: isDeleted }, { env, note, out, progress }) {
    const dir = sandboxDirOf(rawDir, env)
    await requireState(dir)
    const spinner = await progress('stopping the sandbox')
    const stopped = await stop({ dir, cacheDir: cacheDirOf(env), isDeleted }).finally(() => spinner.stop())
    if (stopped === 0 && !isDeleted) note('no node was running')
    out.message({ dir, stopped, deleted: isDeleted })
  },
})
