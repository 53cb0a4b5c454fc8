import { defineCommand } from '../cli/command.ts'
import { UsageError } from '../core/errors.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

const texts: Record<Shell, () => Promise<{ default: string }>> = {
  bash: () => import('../../completions/kt.bash'),
  zsh: () => import('../../completions/kt.zsh'),
  fish: () => import('../../completions/kt.fish'),
}

export default defineCommand({
  description: 'Prints a script that completes commands, options and their values.',
  operands: [{ name: 'shell', summary: 'bash, zsh or fish', isRequired: true, choices: SHELLS }],
  options: {},
  examples: [
    { line: 'source <(kt completion bash)', does: 'in ~/.bashrc; zsh likewise' },
    { line: 'kt completion fish > ~/.config/fish/completions/kt.fish', does: 'for fish' },
  ],
  async run({ shell }, { out }) {
    if (!isShell(shell))
      throw new UsageError(`there is completion for ${SHELLS.join(', ')}, not "${String(shell)}"`)
    const { default: text } = await texts[shell]()
    out.line(text.trimEnd())
  },
})

function isShell(word: unknown): word is Shell {
  return SHELLS.some((shell) => shell === word)
}
