/** The table of commands → completion for bash, from 3.2 on and without the bash-completion package. */
import type { Completed, CompletedCommand, CompletedOption } from './model.ts'

export function bashCompletion({ first, verbs, commands }: Completed): string {
  const lines = [
    '# bash completion for kt, generated from its table of commands. Use: source <(kt completion bash)',
    '',
    '_kt_words() {',
    '  COMPREPLY=($(compgen -W "$1" -- "$cur"))',
    '}',
    '',
    '_kt_files() {',
    "  local IFS=$'\\n'",
    '  COMPREPLY=($(compgen "$1" -- "$cur"))',
    '  compopt -o filenames 2>/dev/null',
    '}',
    '',
    ...commands.flatMap((command) => [...commandFunction(command), '']),
    '_kt() {',
    '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}',
    '  local noun=${COMP_WORDS[1]} verb=${COMP_WORDS[2]}',
    '  COMPREPLY=()',
    '  # bash cuts --name=value into three words.',
    '  if [ "$cur" = = ]; then',
    '    cur=',
    '  elif [ "$prev" = = ]; then',
    '    prev=${COMP_WORDS[COMP_CWORD - 2]}',
    '  fi',
    '  if ((COMP_CWORD == 1)); then',
    `    _kt_words '${[...first.map(({ name }) => name), 'help', '--help', '--version'].join(' ')}'`,
    '    return',
    '  fi',
    '  if ((COMP_CWORD == 2)); then',
    '    case $noun in',
    ...[...verbs].map(
      ([noun, words]) =>
        `    ${noun}) _kt_words '${words.map(({ name }) => name).join(' ')} --help'; return ;;`,
    ),
    `    help) _kt_words '${first.map(({ name }) => name).join(' ')}'; return ;;`,
    '    esac',
    '  fi',
    '  case "$noun $verb" in',
    ...commands.map(({ path }) => `  ${pattern(path)}) ${functionName(path)} ;;`),
    '  esac',
    '}',
    '',
    'complete -F _kt kt',
    '',
  ]
  return lines.join('\n')
}

function commandFunction({ path, options, operands }: CompletedCommand): string[] {
  const withValue = options.filter(({ value }) => value !== undefined)
  const plain = withValue.filter(({ value }) => value!.kind === 'anything')
  const names = [...operands, ...options.map(({ name }) => `--${name}`), '--help']
  return [
    `${functionName(path)}() {`,
    '  case $prev in',
    ...withValue.filter((option) => !plain.includes(option)).map((option) => `  ${valueCase(option)}`),
    ...(plain.length === 0 ? [] : [`  ${plain.flatMap(spellings).join(' | ')}) ;;`]),
    `  *) _kt_words '${names.join(' ')}' ;;`,
    '  esac',
    '}',
  ]
}

function valueCase(option: CompletedOption): string {
  const { value } = option
  const names = spellings(option).join(' | ')
  if (value?.kind === 'words') return `${names}) _kt_words '${value.words.join(' ')}' ;;`
  return `${names}) _kt_files ${value?.kind === 'directory' ? '-d' : '-f'} ;;`
}

function spellings({ name, short }: CompletedOption): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`]
}

function functionName(path: readonly string[]): string {
  return `_kt_${path.join('_').replaceAll('-', '_')}`
}

function pattern([noun, verb]: readonly string[]): string {
  return verb === undefined ? `"${noun} "*` : `"${noun} ${verb}"`
}
