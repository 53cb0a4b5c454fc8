/**
 * Drop-in names: the words of a Kafka script → the words of kt. Which script and which action flag lead
 * to which command stands in the table of commands; here is only the translation.
 */
import { leaves } from '../commands/index.ts'
import { UsageError } from '../core/errors.ts'

export interface Translated {
  script: string
  argv: string[]
}

/** The launcher passes the name that it was called by as `--invoked-as NAME`, before everything else. */
const INVOKED_AS = '--invoked-as'

/** Translates when `words` say that a Kafka script's name was used; undefined for kt's own name. */
export function translateScript(words: readonly string[]): Translated | undefined {
  if (words[0] !== INVOKED_AS) return undefined
  const script = (words[1] ?? '').replace(/\.sh$/, '')
  return { script, argv: translate(script, words.slice(2)) }
}

function translate(script: string, words: readonly string[]): string[] {
  const candidates = leaves.filter((leaf) => leaf.script === script)
  if (candidates.length === 0) throw new UsageError(`no command stands in for ${script}`)
  const whole = candidates.find((leaf) => leaf.actionFlag === undefined)
  if (whole) return [...whole.path, ...words]
  if (words.includes('--version')) return ['--version']

  const actions = candidates.filter((leaf) => words.includes(leaf.actionFlag!))
  const flags = candidates.map((leaf) => leaf.actionFlag).join(', ')
  if (words.includes('--help') || words.length === 0) return [candidates[0]!.path[0], '--help']
  const action = actions[0]
  // Kafka's own sentence (org.apache.kafka.tools.TopicCommand).
  if (action === undefined || actions.length > 1)
    throw new UsageError(`Command must include exactly one action: ${flags}`)
  return [...action.path, ...words.filter((word) => word !== action.actionFlag)]
}
