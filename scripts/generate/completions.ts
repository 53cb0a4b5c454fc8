/** The table of commands -> completions/ for bash, zsh and fish. */
import { bashCompletion } from '../../src/cli/completion/bash.ts'
import { fishCompletion } from '../../src/cli/completion/fish.ts'
import { completed } from '../../src/cli/completion/model.ts'
import { zshCompletion } from '../../src/cli/completion/zsh.ts'
import { commonOptions } from '../../src/cli/program.ts'
import { leaves, nouns } from '../../src/commands/index.ts'

const folder = 'completions'

export const completions = {
  name: 'completions',
  folders: [folder],
  async run(): Promise<Map<string, string>> {
    const described = await Promise.all(
      leaves.map(async ({ path, summary, load }) => ({ path, summary, command: (await load()).default })),
    )
    const model = completed(nouns, described, commonOptions)
    return new Map([
      [`${folder}/kt.bash`, bashCompletion(model)],
      [`${folder}/kt.zsh`, zshCompletion(model)],
      [`${folder}/kt.fish`, fishCompletion(model)],
    ])
  },
}
