/** The table of commands → completion for fish. */
import type { Completed, CompletedCommand, CompletedOption } from './model.ts'

export function fishCompletion({ first, verbs, commands }: Completed): string {
  const lines = [
    '# fish completion for kt, generated from its table of commands. Use: kt completion fish | source',
    '',
    '# Nothing but these words stands after kt.',
    'function __kt_after',
    '    set -l words (commandline -opc)',
    '    set -e words[1]',
    '    test "$words" = "$argv"',
    'end',
    '',
    '# These words stand first after kt.',
    'function __kt_in',
    '    set -l words (commandline -opc)',
    '    set -e words[1]',
    '    for word in $argv',
    '        test (count $words) -gt 0; and test "$words[1]" = "$word"; or return 1',
    '        set -e words[1]',
    '    end',
    'end',
    '',
    'complete -c kt -f',
    ...first.map(({ name, summary }) => `complete -c kt -n '__kt_after' -a ${name} -d ${quoted(summary)}`),
    ...[...verbs].flatMap(([noun, words]) =>
      words.map(
        ({ name, summary }) => `complete -c kt -n '__kt_after ${noun}' -a ${name} -d ${quoted(summary)}`,
      ),
    ),
    ...commands.flatMap(commandLines),
    '',
  ]
  return lines.join('\n')
}

function commandLines({ path, options, operands }: CompletedCommand): string[] {
  const place = `complete -c kt -n '__kt_in ${path.join(' ')}'`
  return [
    ...options.map((option) => `${place} ${optionWords(option)} -d ${quoted(option.summary)}`),
    ...(operands.length === 0
      ? []
      : [`complete -c kt -n '__kt_after ${path.join(' ')}' -a ${quoted(operands.join(' '))}`]),
  ]
}

function optionWords({ name, short, value }: CompletedOption): string {
  const words = short === undefined ? [`-l ${name}`] : [`-l ${name} -s ${short}`]
  if (value?.kind === 'words') words.push(`-x -a ${quoted(value.words.join(' '))}`)
  if (value?.kind === 'file') words.push('-r -F')
  if (value?.kind === 'directory') words.push(`-x -a '(__fish_complete_directories)'`)
  if (value?.kind === 'anything') words.push('-x')
  return words.join(' ')
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
