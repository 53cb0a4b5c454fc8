/**
 * THE table of commands: everything that help, completion and the drop-in names need to know without
 * loading a command. A new command is one file and one line here.
 */
import type { Command } from '../cli/command.ts'

export interface Leaf {
  /** The words of it: `['topics', 'create']`, `['console-producer']`. */
  path: readonly [string] | readonly [string, string]
  summary: string
  /** Kafka's script that this replaces, without `.sh`. */
  script?: string
  /** The flag of that script which chooses this action, e.g. `--create`. */
  actionFlag?: string
  load: () => Promise<{ default: Command }>
}

export interface Noun {
  name: string
  summary: string
  group: string
}

export const nouns: readonly Noun[] = [
  { name: 'topics', summary: 'create, list, describe, alter and delete topics', group: 'Topics and records' },
  { name: 'sandbox', summary: 'a real Apache Kafka on this machine, without Docker', group: 'This machine' },
]

export const leaves: readonly Leaf[] = [
]

/** The group of `kt --help` that a command without verbs stands in. */
export const groupOf: Readonly<Record<string, string>> = {
  'console-producer': 'Topics and records',
  'console-consumer': 'Topics and records',
  completion: 'This machine',
}
