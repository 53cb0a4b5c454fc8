/** What commander refuses → one sentence of ours and the nearest word there is. */
import { leaves, uses } from '../commands/index.ts'
import { UsageError } from '../core/errors.ts'

/** The words are wrong; `path` is the command as far as it was understood. */
export class CommandLineError extends UsageError {
  readonly path: readonly string[]

  constructor(
    path: readonly string[],
    message: string,
    { hint, cause }: { hint?: string | undefined; cause?: unknown },
  ) {
    super(message, { ...(hint === undefined ? {} : { hint }), cause })
    this.path = path
  }
}

/** commander's error. */
export interface Refusal {
  code: string
  message: string
}

export async function explainUsage(error: Refusal, path: readonly string[]): Promise<CommandLineError> {
  const text = error.message.replace(/^error: /, '')
  const what = (text.split('\n')[0] ?? text).replace(/^(unknown option '--?[^=']+)=.*'$/, "$1'")
  const near = /\(Did you mean (one of )?(.+?)\?\)/.exec(text)?.[2]
  const hint = near === undefined ? await otherHint(error.code, what, path) : `did you mean ${near}?`
  return new CommandLineError(path, what, { hint, cause: error })
}

async function otherHint(code: string, what: string, path: readonly string[]): Promise<string> {
  const help = `see kt ${[...path, '--help'].join(' ')}`
  const word = /'([^']+)'/.exec(what)?.[1] ?? ''
  if (code === 'commander.unknownOption') return (await optionHint(word, path)) ?? help
  if (code !== 'commander.unknownCommand') return help
  const { didYouMean } = await import('../core/nearest.ts')
  return didYouMean(word, wordsAfter(path)) ?? help
}

/** Nouns and commands, or the verbs of a noun. */
function wordsAfter([noun]: readonly string[]): string[] {
  if (noun === undefined) return [...new Set(leaves.map(({ path }) => path[0]))]
  return leaves.flatMap(({ path: [first, verb] }) => (first === noun && verb !== undefined ? [verb] : []))
}

const REMOVED: Readonly<Record<string, string>> = {
  '--zookeeper': 'Kafka has no ZooKeeper any more: --bootstrap-server HOST:PORT names a broker',
  '--new-consumer': 'there is no other consumer any more: leave it out',
}

async function optionHint(word: string, path: readonly string[]): Promise<string | undefined> {
  return REMOVED[word] ?? actionHint(word, path) ?? (await ownersOf(word.replace(/^-+/, ''), path))
}

/** `kt topics --create`, as the words of `kafka-topics.sh` would be. */
function actionHint(flag: string, [noun]: readonly string[]): string | undefined {
  const leaf = leaves.find(
    (one) => one.path[0] === noun && uses(one).some(({ actionFlag }) => actionFlag?.split(' ')[0] === flag),
  )
  return leaf && `it is a word here: kt ${leaf.path.join(' ')}`
}

/** Which commands do have that option: those of the same noun, else any. */
async function ownersOf(name: string, path: readonly string[]): Promise<string | undefined> {
  const owners: (readonly string[])[] = []
  for (const leaf of leaves) {
    const { default: command } = await leaf.load()
    const isIts = Object.entries(command.options).some(
      ([own, { aliases = [], isHidden }]) => isHidden !== true && (own === name || aliases.includes(name)),
    )
    if (isIts) owners.push(leaf.path)
  }
  if (owners.length === 0) return undefined
  if (!isWhole(path) && owners.length > 2) return 'options stand after the command'
  if (owners.some((owner) => owner.join(' ') === path.join(' '))) return `--${name} takes no value`
  const near = owners.filter(([noun]) => noun === path[0])
  const shown = (near.length > 0 ? near : owners).map((owner) => `kt ${owner.join(' ')}`)
  return `--${name} is an option of ${shown.slice(0, 3).join(', ')}`
}

function isWhole(path: readonly string[]): boolean {
  return leaves.some((leaf) => leaf.path.join(' ') === path.join(' '))
}
