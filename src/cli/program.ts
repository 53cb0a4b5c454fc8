/** The table of commands → commander, which parses. The only importer of commander. */
import { Command as Commander, CommanderError, Option as CommanderOption } from 'commander'
import { UsageError } from '../core/errors.ts'
import { type Leaf, groupOf, leaves, nouns } from '../commands/index.ts'
import { CommandLineError, explainUsage } from './usage-errors.ts'
import { terminal } from './terminal.ts'
import { type Command, camelCase } from './command.ts'
import { type Options, flag, text } from './options.ts'
import { OUTPUT_STYLES } from './output/index.ts'

export interface Invocation {
  leaf: Leaf
  command: Command
  values: Record<string, unknown>
  /** Client properties that the person set through options of their own, e.g. --batch-size. */
  clientProperties: Record<string, string>
}

export interface Parsed {
  /** What to run; absent when the person asked for help or the version, which is in `text`. */
  invocation?: Invocation
  text: string
}

/** Options that every command has. */
export const commonOptions = {
  output: text('how results are printed', { choices: OUTPUT_STYLES, placeholder: 'STYLE' }),
  verbose: flag('say more, and add the trace to an error'),
}

/** Parses the words after `kt`. Throws CommandLineError, with the nearest known word as the hint. */
export async function parse(argv: readonly string[], version: string): Promise<Parsed> {
  let text = ''
  let invocation: Invocation | undefined
  const write = (more: string) => void (text += more)
  const words = helpLast(argv)
  const program = buildProgram(words[0], version, write, (ready) => void (invocation = ready))
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (error instanceof UsageError) throw new CommandLineError(pathIn(words), error.message, error)
    if (!(error instanceof CommanderError)) throw error
    // Neither a command nor an option: help is the answer, as with git, gh and docker.
    const isAnswered = error.exitCode === 0 || error.code === 'commander.help'
    if (!isAnswered) throw await explainUsage(error, pathIn(words))
  }
  return { invocation, text }
}

/** The command that the words begin with, as far as there is one. */
function pathIn(words: readonly string[]): string[] {
  const [first = '', second = ''] = words
  if (leaves.some(({ path }) => path[0] === first && path[1] === second)) return [first, second]
  const isKnown = nouns.some(({ name }) => name === first) || leaves.some(({ path }) => path[0] === first)
  return isKnown ? [first] : []
}

/** `help topics create`, `topics help` → `… --help`: commander's own help command skips the lazy loading. */
function helpLast(argv: readonly string[]): string[] {
  const [first, second] = argv
  if (first === 'help') return [...argv.slice(1), '--help']
  return second === 'help' && nouns.some(({ name }) => name === first) ? [first!, '--help'] : [...argv]
}

/** With only the commands that `word`, the first one, can lead to; with all first words where it leads to none. */
function buildProgram(
  word: string | undefined,
  version: string,
  write: (text: string) => void,
  found: (invocation: Invocation) => void,
): Commander {
  const program = prepare(new Commander('kt'), write)
    .description("Apache Kafka's shell scripts as one fast toolkit")
    .version(version, '--version', 'print the version')
    .addHelpText('after', '\nEach command explains itself: kt COMMAND --help')
  const isKnown = leaves.some(({ path }) => path[0] === word)
  const isWanted = (first: string) => !isKnown || first === word
  const nounCommands = new Map<string, Commander>()
  for (const noun of nouns.filter(({ name }) => isWanted(name))) {
    const command = prepare(program.command(noun.name), write)
      .description(noun.summary)
      .helpGroup(`${noun.group}:`)
    nounCommands.set(noun.name, command)
  }
  for (const leaf of leaves.filter(({ path }) => isWanted(path[0]))) {
    const [first, second] = leaf.path
    // The help of kt itself names only first words.
    if (!isKnown && second !== undefined) continue
    const parent = second === undefined ? program : nounCommands.get(first)!
    const command = prepare(parent.command(second ?? first), write).description(leaf.summary)
    if (second === undefined) command.helpGroup(`${groupOf[first] ?? 'Commands'}:`)
    parent.hook('preSubcommand', async (_, chosen) => {
      if (chosen === command) await fill(command, leaf, found)
    })
  }
  return program
}

function prepare(command: Commander, write: (text: string) => void): Commander {
  return command
    .exitOverride()
    .helpCommand(false)
    .helpOption('-h, --help', 'print this')
    .configureOutput({
      writeOut: write,
      writeErr: write,
      outputError: () => {},
      // Its own ways of finding these out begin with process.stdout, which is slow to make.
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
}

/** Loads the command's module and gives commander its options. */
async function fill(
  commander: Commander,
  leaf: Leaf,
  found: (invocation: Invocation) => void,
): Promise<void> {
  const { default: command } = await leaf.load()
  const options: Options = { ...command.options, ...commonOptionsFor(command) }
  for (const [name, option] of Object.entries(options)) addOption(commander, name, option)
  for (const operand of command.operands ?? [])
    commander.argument(asArgument(operand.name.toUpperCase(), operand), operand.summary)
  if (command.description !== undefined) commander.description(`${leaf.summary}\n\n${command.description}`)
  commander.addHelpText('after', () => examplesText(command))
  commander.action(() => {
    const values = readValues(commander, command, options)
    found({ leaf, command, values, clientProperties: clientProperties(commander, options, values) })
  })
}

function commonOptionsFor(command: Command): Options {
  return Object.fromEntries(Object.entries(commonOptions).filter(([name]) => !(name in command.options)))
}

function asArgument(name: string, { isRequired = false, isVariadic = false }): string {
  const dots = isVariadic ? '...' : ''
  return isRequired ? `<${name}${dots}>` : `[${name}${dots}]`
}

/** Each long name, current or former, collects what was written; the values are read from all of them. */
function addOption(commander: Commander, name: string, option: Options[string]): void {
  const { summary, placeholder = 'VALUE', aliases = [], short, bare, takesValue } = option
  const value = !takesValue ? '' : bare === undefined ? ` <${placeholder}>` : ` [${placeholder}]`
  for (const long of [name, ...aliases]) {
    const letter = long === name && short !== undefined ? `-${short}, ` : ''
    const shown = new CommanderOption(`${letter}--${long}${value}`, describe(summary, option))
    shown.argParser((raw: string, earlier: string[] = []) => [...earlier, raw])
    if (bare !== undefined) shown.preset(bare)
    if (option.heading !== undefined) shown.helpGroup(`${option.heading}:`)
    if (long !== name || option.isHidden === true) shown.hideHelp()
    commander.addOption(shown)
  }
}

function describe(summary: string, { choices, defaultValue, isRequired }: Options[string]): string {
  const notes = []
  if (choices !== undefined) notes.push(choices.join(' | '))
  if (typeof defaultValue === 'string' || typeof defaultValue === 'number')
    notes.push(`default ${defaultValue}`)
  if (isRequired === true) notes.push('required')
  return notes.length === 0 ? summary : `${summary} (${notes.join('; ')})`
}

function examplesText(command: Command): string {
  if (command.examples.length === 0) return ''
  const width = Math.max(...command.examples.map(({ line }) => line.length))
  const lines = command.examples.map(({ line, does }) =>
    width > 60 ? `  # ${does}\n  ${line}` : `  ${line.padEnd(width)}  # ${does}`,
  )
  return `\nExamples:\n${lines.join('\n')}`
}

function readValues(commander: Commander, command: Command, options: Options): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const operandNames = new Set(command.operands?.map(({ name }) => name))
  for (const [name, option] of Object.entries(options)) {
    const raw = [name, ...(option.aliases ?? [])].flatMap((long) => rawValues(commander, long))
    if (operandNames.has(name))
      raw.push(...operandsBeside(raw, option, operandWords(commander, command, name)))
    if (raw.length > 0) values[camelCase(name)] = option.parse(raw, name)
    else if (option.isRequired === true) throw new UsageError(`--${name} is required: ${option.summary}`)
    else values[camelCase(name)] = option.defaultValue
  }
  for (const { name, isVariadic } of command.operands ?? []) {
    if (name in options) continue
    const words = operandWords(commander, command, name)
    values[camelCase(name)] = isVariadic === true ? words : words[0]
  }
  return values
}

/** What stands without its option's name; where there can be one only, not beside another one. */
function operandsBeside(raw: readonly string[], option: Options[string], words: string[]): string[] {
  const [word] = words
  const other = raw.find((value) => value !== word)
  if (Array.isArray(option.defaultValue) || word === undefined || other === undefined) return words
  throw new UsageError(`two values for the same: "${word}" and "${other}"`)
}

function clientProperties(
  commander: Commander,
  options: Options,
  values: Record<string, unknown>,
): Record<string, string> {
  const given: Record<string, string> = {}
  for (const [name, { property, aliases = [] }] of Object.entries(options)) {
    const isGiven = [name, ...aliases].some((long) => rawValues(commander, long).length > 0)
    if (property !== undefined && isGiven) given[property] = String(values[camelCase(name)])
  }
  return given
}

function rawValues(commander: Commander, long: string): string[] {
  // Under commander's own key: it keeps the dot of names like `producer.config`.
  const option = commander.options.find((known) => known.long === `--${long}`)
  const value = commander.getOptionValue(option?.attributeName() ?? '') as string[] | boolean | undefined
  if (value === undefined || value === false) return []
  return Array.isArray(value) ? value : [String(value)]
}

function operandWords(commander: Commander, command: Command, name: string): string[] {
  const index = command.operands!.findIndex((operand) => operand.name === name)
  const word = commander.processedArgs[index] as string[] | string | undefined
  return word === undefined ? [] : Array.isArray(word) ? word : [word]
}
