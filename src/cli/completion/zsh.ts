/** The table of commands → completion for zsh, sourced or as `_kt` in a folder of fpath. */
import type { Completed, CompletedCommand, CompletedOption, CompletedWord } from './model.ts'

export function zshCompletion({ first, verbs, commands }: Completed): string {
  const tools = commands.filter(({ path }) => path.length === 1)
  const lines = [
    '#compdef kt',
    '# zsh completion for kt, generated from its table of commands. Use: source <(kt completion zsh)',
    '',
    '_kt() {',
    '  local -a candidates',
    '  if (( CURRENT == 2 )); then',
    ...describeWords(first, '    '),
    '    return',
    '  fi',
    '  local noun=$words[2]',
    '  case $noun in',
    ...[...verbs].flatMap(([noun, words]) => [
      `  ${noun})`,
      '    if (( CURRENT == 3 )); then',
      ...describeWords(words, '      '),
      '      return',
      '    fi',
      '    local verb=$words[3]',
      '    shift 2 words',
      '    (( CURRENT -= 2 ))',
      '    case $verb in',
      ...commands
        .filter(({ path }) => path[0] === noun && path.length === 2)
        .flatMap((command) => [`    ${command.path[1]})`, ...argumentsCall(command, '      '), '      ;;']),
      '    esac',
      '    ;;',
    ]),
    ...tools.flatMap((command) => [
      `  ${command.path[0]})`,
      '    shift words',
      '    (( CURRENT -= 1 ))',
      ...argumentsCall(command, '    '),
      '    ;;',
    ]),
    '  esac',
    '}',
    '',
    'if [[ $funcstack[1] == _kt ]]; then',
    '  _kt "$@"',
    'else',
    '  compdef _kt kt',
    'fi',
    '',
  ]
  return lines.join('\n')
}

function describeWords(words: readonly CompletedWord[], indent: string): string[] {
  return [
    `${indent}candidates=(`,
    ...words.map(({ name, summary }) => `${indent}  ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`),
    `${indent})`,
    `${indent}_describe command candidates`,
  ]
}

function argumentsCall({ options, operands }: CompletedCommand, indent: string): string[] {
  const operand = operands.length === 0 ? `'*: :'` : quoted(`1: :(${operands.join(' ')})`)
  const specs = [...options.flatMap(optionSpecs), `'--help[print this]'`, operand]
  return [
    `${indent}_arguments \\`,
    ...specs.map((spec, index) => `${indent}  ${spec}${index + 1 < specs.length ? ' \\' : ''}`),
  ]
}

function optionSpecs(option: CompletedOption): string[] {
  const { name, short } = option
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map((spelling) =>
    optionSpec(spelling, option),
  )
}

function optionSpec(spelling: string, { summary, value, placeholder }: CompletedOption): string {
  const text = summary.replace(/[[\]:\\]/g, '\\$&')
  if (value === undefined) return quoted(`${spelling}[${text}]`)
  const equals = spelling.startsWith('--') ? '=' : ''
  const actions = {
    words: value.kind === 'words' ? `(${value.words.join(' ')})` : '',
    file: '_files',
    directory: '_files -/',
    anything: ' ',
  }
  return quoted(`*${spelling}${equals}[${text}]:${placeholder.replaceAll(':', '\\:')}:${actions[value.kind]}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
