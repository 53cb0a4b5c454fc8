/** `kafka-….sh --help`: what the script of that name takes here. */
import type { Leaf } from '../commands/index.ts'
import type { Command } from './command.ts'
import type { Option } from './options.ts'

interface Action {
  leaf: Leaf
  command: Command
  actionFlag: string | undefined
}

export function scriptHelp(script: string, actions: readonly Action[]): string {
  const flags = actions.flatMap(({ actionFlag }) => actionFlag ?? [])
  const action = flags.length === 0 ? '' : ` (${flags.join(' | ')})`
  const stands = actions.map(({ leaf }) => `kt ${leaf.path.join(' ')}`)
  const rows = actions.flatMap(({ leaf, actionFlag }): Row[] =>
    actionFlag === undefined ? [] : [[actionFlag, leaf.summary]],
  )
  const lines = [
    `Usage: ${script}.sh${action} [--OPTION VALUE]...`,
    `Kafka's own syntax for ${stands.join(', ')}.`,
    ...(rows.length === 0 ? [] : ['', 'Actions:', ...table(rows)]),
    '',
    'Options:',
    ...table(optionRows(actions)),
    '',
  ]
  return lines.join('\n')
}

type Row = [left: string, right: string]

function optionRows(actions: readonly Action[]): Row[] {
  const options = new Map<string, Option<unknown>>()
  for (const { command } of actions) {
    for (const [name, option] of Object.entries(command.options)) {
      if (option.isHidden !== true && !options.has(name)) options.set(name, option)
    }
  }
  return [...options]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, option]) => [`--${name}${valueOf(option)}`, option.summary])
}

function valueOf({ takesValue, bare, placeholder = 'VALUE' }: Option<unknown>): string {
  if (!takesValue) return ''
  return bare === undefined ? ` <${placeholder}>` : ` [${placeholder}]`
}

function table(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
