/**
 * Drop-in names: the words of a Kafka script → the words of kt. Which script and which action flag lead
 * to which command stands in the table of commands; here is only the translation.
 */
import { type Leaf, leaves, scripts, uses } from '../commands/index.ts'
import { UsageError } from '../core/errors.ts'
import type { Command } from './command.ts'
import type { Options } from './options.ts'
import type { Arity, Word } from './joptsimple.ts'

export interface Translated {
  script: string
  /** What to parse; absent when there is only `text` to print. */
  argv?: string[]
  text?: string
  /** For stderr. */
  notes: string[]
}

interface Action {
  leaf: Leaf
  command: Command
  /** The flag of this script that chooses it; the leaf's own belongs to its first script. */
  actionFlag: string | undefined
  /** What else its command line says. */
  words: readonly string[]
}

/** The launcher passes the name that it was called by as `--invoked-as NAME`, before everything else. */
const INVOKED_AS = '--invoked-as'

/** The name as it was called, e.g. `kafka-topics.sh`; undefined for kt's own. */
export function scriptNameIn(words: readonly string[]): string | undefined {
  return words[0] === INVOKED_AS ? words[1] : undefined
}

/** Translates when `words` say that a Kafka script's name was used; undefined for kt's own name. */
export async function translateScript(words: readonly string[]): Promise<Translated | undefined> {
  if (words[0] !== INVOKED_AS) return undefined
  const script = (words[1] ?? '').replace(/\.sh$/, '')
  const candidates = leaves.flatMap((leaf) =>
    uses(leaf)
      .filter((use) => use.script === script)
      .map((use) => ({ leaf, use })),
  )
  if (candidates.length === 0) throw new UsageError(`no command stands in for ${script}`)
  const actions = await Promise.all(
    candidates.map(async ({ leaf, use: { actionFlag, words = [] } }) => ({
      leaf,
      command: (await leaf.load()).default,
      actionFlag,
      words,
    })),
  )
  return translate(script, actions, words.slice(2))
}

async function translate(script: string, actions: Action[], words: readonly string[]): Promise<Translated> {
  const { readWords } = await import('./joptsimple.ts')
  const { options, ignored } = readWords(unfolded(script, words), aritiesOf(script, actions))
  const has = (name: string) => options.some((word) => word.name === name)
  if (has('help')) {
    const { scriptHelp } = await import('./script-help.ts')
    return { script, text: scriptHelp(script, actions), notes: [] }
  }
  if (has('version')) {
    const { DEFAULT_KAFKA_VERSION } = await import('../core/sandbox/types.ts')
    return { script, text: `${DEFAULT_KAFKA_VERSION}\n`, notes: [] }
  }

  const action = chosen(actions, has)
  const kept = keptOptions(script, action, actions, options)
  const argv = [
    ...action.leaf.path,
    ...action.words,
    ...kept.map(({ name, value }) => written(name, value)),
    ...operandsOf(action, options),
  ]
  const notes = ignored.length === 0 ? [] : [`ignored, as no option stands before it: ${ignored.join(' ')}`]
  return { script, argv, notes: [...notes, ...obsoleteNotes(script, options)] }
}

/** `--producer-props a=1 b=2` → `--producer-props a=1 --producer-props b=2`; words alone → the options they stand for. */
function unfolded(script: string, words: readonly string[]): readonly string[] {
  const { lists = [], positions = [] } = scripts[script] ?? {}
  const isPositional = positions.length > 0 && words[0]?.startsWith('-') === false
  if (isPositional)
    return words.flatMap((word, at) => (positions[at] === undefined ? [word] : [`--${positions[at]}`, word]))
  let list: string | undefined
  return words.flatMap((word, at) => {
    if (word.startsWith('-')) {
      list = lists.find((name) => word === `--${name}`)
      return [word]
    }
    const isFurther = list !== undefined && words[at - 1] !== `--${list}`
    return isFurther ? [`--${list}`, word] : [word]
  })
}

/** Everything any action of the script takes, by every name it goes by. */
function aritiesOf(script: string, actions: readonly Action[]): Map<string, Arity> {
  const arities = new Map<string, Arity>([
    ['help', 'none'],
    ['version', 'none'],
    ['output', 'required'],
    ['verbose', 'none'],
  ])
  for (const { actionFlag, command } of actions) {
    for (const [name, option] of Object.entries(command.options)) {
      const arity = !option.takesValue ? 'none' : option.bare === undefined ? 'required' : 'optional'
      // Where one action takes a value and another none, the parser takes one if there is one.
      for (const long of [name, ...(option.aliases ?? [])])
        if (arities.get(long) !== 'optional') arities.set(long, arity)
    }
    if (actionFlag !== undefined) {
      const { name, takesValue } = flagOf(actionFlag)
      arities.set(name, takesValue ? 'required' : 'none')
    }
  }
  for (const name of Object.keys(scripts[script]?.obsolete ?? {})) arities.set(name, 'required')
  return arities
}

function chosen(actions: readonly Action[], has: (name: string) => boolean): Action {
  const whole = actions.find(({ actionFlag }) => actionFlag === undefined)
  if (whole) return whole
  const given = actions.filter(({ actionFlag }) => has(flagOf(actionFlag!).name))
  if (given.length === 1) return given[0]!
  const flags = actions.map(({ actionFlag }) => `--${flagOf(actionFlag!).name}`)
  const last = flags.pop()
  // Kafka's own sentence (org.apache.kafka.tools.TopicCommand).
  throw new UsageError(`Command must include exactly one action: ${flags.join(', ')} or ${last}`, {
    hint: 'see --help',
  })
}

/** What the action takes; the rest is refused in Kafka's words, or dropped where Kafka drops it. */
function keptOptions(
  script: string,
  { actionFlag, command }: Action,
  actions: readonly Action[],
  options: readonly Word[],
): Word[] {
  const { ignored = [], obsolete = {} } = scripts[script] ?? {}
  const flags = new Set(
    actions.flatMap((action) => (action.actionFlag ? flagOf(action.actionFlag).name : [])),
  )
  const own = new Set(namesOf(command.options))
  const common = ['output', 'verbose']
  return options.filter(({ name }) => {
    if (own.has(name) || common.includes(name)) return true
    if (flags.has(name) || name in obsolete || ignored.includes(name)) return false
    throw new UsageError(`Option "[${name}]" can't be used with option "[${flagOf(actionFlag ?? '').name}]"`)
  })
}

/** `--validate-regex VALUE`: an action flag whose value is the command's operand. */
function flagOf(actionFlag: string): { name: string; takesValue: boolean } {
  const [flag = '', value] = actionFlag.split(' ')
  return { name: flag.slice(2), takesValue: value !== undefined }
}

function operandsOf({ actionFlag = '' }: Action, options: readonly Word[]): string[] {
  const { name, takesValue } = flagOf(actionFlag)
  if (!takesValue) return []
  return ['--', ...options.filter((word) => word.name === name).map(({ value = '' }) => value)]
}

function namesOf(options: Options): string[] {
  return Object.entries(options).flatMap(([name, { aliases = [] }]) => [name, ...aliases])
}

function obsoleteNotes(script: string, options: readonly Word[]): string[] {
  const obsolete = scripts[script]?.obsolete ?? {}
  return options.flatMap(({ name }) => obsolete[name] ?? [])
}

function written(name: string, value: string | undefined): string {
  return value === undefined ? `--${name}` : `--${name}=${value}`
}
