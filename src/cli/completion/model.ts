/** What the shells are told: the table of commands with their options, without hidden ones. */
import type { Command } from '../command.ts'
import type { Option } from '../options.ts'

export interface CompletedOption {
  name: string
  short: string | undefined
  summary: string
  /** What completes its value; undefined where it takes none. */
  value: ValueKind | undefined
  placeholder: string
}

export type ValueKind =
  { kind: 'words'; words: readonly string[] } | { kind: 'file' | 'directory' | 'anything' }

export interface CompletedCommand {
  path: readonly string[]
  summary: string
  options: readonly CompletedOption[]
  /** What the first operand may be, where that is known. */
  operands: readonly string[]
}

export interface CompletedWord {
  name: string
  summary: string
}

export interface Completed {
  /** What may follow `kt`. */
  first: readonly CompletedWord[]
  /** What may follow `kt NOUN`. */
  verbs: ReadonlyMap<string, readonly CompletedWord[]>
  commands: readonly CompletedCommand[]
}

export interface Described {
  path: readonly string[]
  summary: string
  command: Command
}

/** `commonOptions` are those that every command has, unless it has its own of that name. */
export function completed(
  nouns: readonly CompletedWord[],
  described: readonly Described[],
  commonOptions: Record<string, Option<unknown>>,
): Completed {
  const commands = described.map(({ path, summary, command }) => ({
    path,
    summary,
    operands: command.operands?.[0]?.choices ?? [],
    options: Object.entries({ ...commonOptions, ...command.options })
      .filter(([, { isHidden }]) => isHidden !== true)
      .map(([name, option]) => asCompleted(name, option)),
  }))
  const tools = commands.filter(({ path }) => path.length === 1)
  const verbs = new Map(
    nouns.map(({ name }) => [
      name,
      commands
        .filter(({ path }) => path.length === 2 && path[0] === name)
        .map(({ path, summary }) => ({ name: path[1]!, summary })),
    ]),
  )
  const first = [...nouns, ...tools.map(({ path, summary }) => ({ name: path[0]!, summary }))]
  return { first, verbs, commands }
}

function asCompleted(name: string, option: Option<unknown>): CompletedOption {
  const { short, summary, placeholder = 'VALUE' } = option
  return { name, short, summary, placeholder, value: option.takesValue ? valueKind(option) : undefined }
}

function valueKind({ choices, placeholder }: Option<unknown>): ValueKind {
  if (choices !== undefined) return { kind: 'words', words: choices }
  if (placeholder === 'FILE') return { kind: 'file' }
  if (placeholder === 'DIR') return { kind: 'directory' }
  return { kind: 'anything' }
}
