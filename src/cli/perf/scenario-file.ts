/** Scenario files: YAML → steps, each the options of a perf command. What is wrong is told with its line. The only importer of yaml. */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import { UsageError } from '../../core/errors.ts'
import { didYouMean } from '../../core/nearest.ts'
import { camelCase } from '../command.ts'
import type { Options } from '../options.ts'

export const KINDS = ['producer', 'consumer', 'latency'] as const
export type Kind = (typeof KINDS)[number]

export interface Step {
  name: string
  kind: Kind
  line: number
  /** What the command's own parser would have made of the options. */
  values: Record<string, unknown>
  /** Client properties that options stand for. */
  clientProperties: Record<string, string>
  /** The same, as a command line. */
  words: string[]
}

export interface Scenario {
  title: string
  /** Topics that steps create are deleted at the end. */
  isCleanedUp: boolean
  steps: Step[]
}

const TOP = ['title', 'cleanup', 'defaults', 'steps']
const OF_STEP = ['name', 'run', 'properties', 'matrix']

/** Throws UsageError: `FILE:LINE: what is wrong`. */
export function parseScenario(
  text: string,
  file: string,
  optionsOf: Readonly<Record<Kind, Options>>,
): Scenario {
  return new ScenarioReader(text, file, optionsOf).scenario()
}

class ScenarioReader {
  readonly #file: string
  readonly #optionsOf: Readonly<Record<Kind, Options>>
  readonly #counter = new LineCounter()
  readonly #contents: unknown
  #defaults = new Map<string, Entry>()

  constructor(text: string, file: string, optionsOf: Readonly<Record<Kind, Options>>) {
    this.#file = file
    this.#optionsOf = optionsOf
    const { contents, errors } = parseDocument(text, { lineCounter: this.#counter })
    this.#contents = contents
    const [broken] = errors
    if (broken === undefined) return
    const { line } = this.#counter.linePos(broken.pos[0])
    throw new UsageError(`${file}:${line}: ${broken.message.split('\n')[0]}`)
  }

  scenario(): Scenario {
    const top = this.#entriesOf(this.#contents, 'a scenario')
    for (const [name, { key }] of top) if (!TOP.includes(name)) this.#failUnknown(key, name, TOP)
    const list = top.get('steps')?.value
    if (!isSeq(list) || list.items.length === 0)
      return this.#fail(list ?? this.#contents, 'a scenario needs steps')
    if (top.has('defaults')) this.#defaults = this.#entriesOf(top.get('defaults')!.value, 'defaults')
    const steps = list.items.flatMap((item) => this.#stepsOf(item))
    const cleanup = top.get('cleanup')?.value
    if (cleanup !== undefined && typeof scalar(cleanup) !== 'boolean')
      this.#fail(cleanup, 'cleanup is true or false')
    return {
      title: top.has('title') ? String(scalar(top.get('title')!.value)) : this.#file,
      isCleanedUp: cleanup === undefined || scalar(cleanup) === true,
      steps,
    }
  }

  /** One step, or, with a matrix, one for each combination. */
  #stepsOf(item: unknown): Step[] {
    const own = this.#entriesOf(item, 'a step')
    const kind = own.has('run') ? scalar(own.get('run')!.value) : 'producer'
    if (!KINDS.includes(kind as Kind))
      this.#fail(own.get('run')!.value, `run is ${KINDS.join(', ')}, not "${String(kind)}"`)
    const options = this.#optionsOf[kind as Kind]
    const given = new Map(own)
    // A default that this kind of step has no use for is for others.
    for (const [name, entry] of this.#defaults)
      if (!given.has(name) && (name in options || OF_STEP.includes(name))) given.set(name, entry)
    const matrix = given.get('matrix')
    const combinations = matrix === undefined ? [new Map<string, Entry>()] : this.#combine(matrix.value)
    return combinations.map((combination) => this.#stepOf(item, kind as Kind, options, given, combination))
  }

  #stepOf(
    item: unknown,
    kind: Kind,
    options: Options,
    given: Map<string, Entry>,
    combination: Map<string, Entry>,
  ): Step {
    const { properties, rest } = this.#split(new Map([...given, ...combination]), options)
    const values: Record<string, unknown> = { commandProperty: properties }
    const clientProperties: Record<string, string> = {}
    const words = [
      'perf',
      kind,
      ...Object.entries(properties).map(([name, value]) => `--command-property=${name}=${value}`),
    ]
    for (const [name, option] of Object.entries(options)) {
      if (name === 'command-property') continue
      const entry = rest.get(name)
      if (entry !== undefined) words.push(...wordsOf(name, option.takesValue, scalar(entry.value)))
      values[camelCase(name)] = entry === undefined ? option.defaultValue : this.#valueOf(entry, name, option)
      if (option.property !== undefined && entry !== undefined)
        clientProperties[option.property] = String(values[camelCase(name)])
    }
    const suffix = [...combination].map(([name, { value }]) => `${name}=${String(scalar(value))}`).join(' ')
    const base = given.has('name') ? String(scalar(given.get('name')!.value)) : suffix === '' ? kind : ''
    return {
      name: [base, suffix].filter((part) => part !== '').join(' '),
      kind,
      line: this.#lineOf(item),
      values,
      clientProperties,
      words,
    }
  }

  #valueOf({ value, key }: Entry, name: string, option: Options[string]): unknown {
    const raw = scalar(value)
    if (!option.takesValue) {
      if (typeof raw !== 'boolean') this.#fail(value, `${name} is true or false`)
      return raw
    }
    if (raw === null || typeof raw === 'object') this.#fail(value ?? key, `${name} needs a value`)
    try {
      return option.parse([String(raw)], name)
    } catch (error) {
      return this.#fail(value, (error as Error).message.replace(`--${name}`, name))
    }
  }

  /** What is no option of the command, and has a dot, is a client property; `acks` is one too. */
  #split(all: Map<string, Entry>, options: Options) {
    const properties: Record<string, string> = {}
    const rest = new Map<string, Entry>()
    for (const [name, entry] of all) {
      if (name === 'properties')
        for (const [property, { value }] of this.#entriesOf(entry.value, 'properties'))
          properties[property] = String(scalar(value))
      else if (name in options) rest.set(name, entry)
      else if (name === 'acks' || /^[a-z]+(\.[a-z]+)+$/.test(name))
        properties[name] = String(scalar(entry.value))
      else if (!OF_STEP.includes(name))
        this.#failUnknown(entry.key, name, [...OF_STEP, ...Object.keys(options)])
    }
    return { properties, rest }
  }

  #combine(matrix: unknown): Map<string, Entry>[] {
    let combinations = [new Map<string, Entry>()]
    for (const [name, { key, value }] of this.#entriesOf(matrix, 'a matrix')) {
      if (!isSeq(value)) this.#fail(value, `the matrix needs a list for ${name}`)
      const values = (value as { items: unknown[] }).items
      combinations = combinations.flatMap((before) =>
        values.map((one) => new Map([...before, [name, { key, value: one }]])),
      )
    }
    return combinations
  }

  #entriesOf(node: unknown, what: string): Map<string, Entry> {
    if (!isMap(node)) return this.#fail(node, `${what} is a list of NAME: VALUE`)
    return new Map((node.items as Pair[]).map(({ key, value }) => [String(scalar(key)), { key, value }]))
  }

  #failUnknown(node: unknown, name: string, known: readonly string[]): never {
    return this.#fail(node, `"${name}" is nothing known`, didYouMean(name, [...known]))
  }

  #fail(node: unknown, message: string, hint?: string): never {
    throw new UsageError(`${this.#file}:${this.#lineOf(node)}: ${message}`, { hint })
  }

  #lineOf(node: unknown): number {
    return this.#counter.linePos((node as Node | null)?.range?.[0] ?? 0).line
  }
}

interface Entry {
  key: unknown
  value: unknown
}

function wordsOf(name: string, takesValue: boolean, value: unknown): string[] {
  if (takesValue) return [`--${name}=${String(value)}`]
  return value === true ? [`--${name}`] : []
}

function scalar(node: unknown): unknown {
  return isScalar(node) ? node.value : node
}
