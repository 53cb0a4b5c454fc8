/**
 * `value.amount > 10 && headers.x == "y"`: expressions in CEL (github.com/google/cel-spec), which cannot loop or reach
 * outside. The only importer of cel-js.
 */
import { Environment } from '@marcbachmann/cel-js'
import { UsageError } from '../errors.ts'
import type { RecordCursor } from '../records/record-cursor.ts'
import { headersOf } from '../records/headers.ts'
import type { RecordFilter } from './filter.ts'
import { parseExactly } from './exact-json.ts'
import { compilePattern, type Pattern } from './pattern.ts'

const VARIABLES = ['topic', 'partition', 'offset', 'timestamp', 'key', 'value', 'headers'] as const
type Variable = (typeof VARIABLES)[number]

/**
 * `key` is text, `value` what its JSON says, or text; numbers of JSON are doubles, which may be compared and reckoned with
 * whole numbers, and whole ones that a double cannot hold are ints. A field that is missing makes the record no match. Throws UsageError with a caret under the fault.
 */
export function where(raw: string): RecordFilter {
  const { expression, evaluate } = compile(raw)
  const used = VARIABLES.filter((name) => new RegExp(`\\b${name}\\b`).test(expression))
  const context: Record<string, unknown> = {}
  let faults = 0
  let firstFault: string | undefined
  return {
    mayMatch: () => true,
    matches(cursor, topic, partition) {
      for (const name of used) context[name] = READ[name](cursor, topic, partition)
      try {
        return evaluate(context) === true
      } catch (error) {
        const { message } = error as Error
        if (!isMissing(message)) {
          faults++
          firstFault ??= firstLine(message)
        }
        return false
      }
    },
    notes: () =>
      firstFault === undefined
        ? []
        : [`--where could not be told of ${faults} records, which do not count as matches: ${firstFault}`],
  }
}

const READ: Record<Variable, (cursor: RecordCursor, topic: string, partition: number) => unknown> = {
  topic: (_, topic) => topic,
  partition: (_cursor, _topic, partition) => BigInt(partition),
  offset: ({ offset }) => BigInt(offset),
  timestamp: ({ timestamp }) => new Date(timestamp),
  key: ({ bytes, keyStart, keyEnd }) => textOf(bytes, keyStart, keyEnd),
  value: ({ bytes, valueStart, valueEnd }) => jsonOf(textOf(bytes, valueStart, valueEnd)),
  headers: (cursor) =>
    Object.fromEntries(
      headersOf(cursor).map(({ key, value }) => [key.toString(), value?.toString() ?? null]),
    ),
}

function textOf(bytes: Uint8Array, start: number, end: number): string | null {
  return start < 0 ? null : Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()
}

function jsonOf(text: string | null): unknown {
  if (text === null) return null
  try {
    return parseExactly(text)
  } catch {
    return text
  }
}

function compile(raw: string): { expression: string; evaluate: (context: object) => unknown } {
  const expression = withSafePatterns(raw)
  const environment = createEnvironment()
  try {
    const { valid, error, type } = environment.check(expression)
    if (!valid) throw error ?? new Error('it cannot be understood')
    if (type !== 'bool' && type !== 'dyn') throw new UsageError(`--where is a condition, not ${type}: ${raw}`)
    const parsed = environment.parse(expression)
    return { expression, evaluate: (context) => parsed(context as Record<string, unknown>) as unknown }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw explained(error as Error & { node?: { pos?: number } }, raw)
  }
}

function explained(error: Error & { node?: { pos?: number } }, raw: string): UsageError {
  const position = Math.min(error.node?.pos ?? 0, raw.length)
  const why = firstLine(error.message).replaceAll('reMatch', 'matches')
  return new UsageError(`--where: ${why.charAt(0).toLowerCase()}${why.slice(1)}`, {
    hint: `there are ${VARIABLES.join(', ')}`,
    excerpt: `${raw.replace(/\n/g, ' ')}\n${' '.repeat(position)}^`,
    cause: error,
  })
}

const OPERATIONS: [string, (one: number, other: number) => number][] = [
  ['+', (one, other) => one + other],
  ['-', (one, other) => one - other],
  ['*', (one, other) => one * other],
  ['/', (one, other) => one / other],
  ['%', (one, other) => one % other],
]

function createEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
  })
  for (const name of VARIABLES) environment.registerVariable(name, TYPES[name] ?? 'dyn')
  for (const [operator, reckon] of OPERATIONS) {
    const mixed = (one: unknown, other: unknown) => reckon(Number(one), Number(other))
    environment.registerOperator(`double ${operator} int`, mixed)
    environment.registerOperator(`int ${operator} double`, mixed)
  }
  const patterns = new Map<string, Pattern>()
  environment.registerFunction('string.reMatch(string): bool', (text: string, raw: string) => {
    let pattern = patterns.get(raw)
    if (pattern === undefined) patterns.set(raw, (pattern = compilePattern(raw, 'where')))
    const bytes = Buffer.from(text)
    return pattern.matches(bytes, 0, bytes.length)
  })
  return environment
}

const TYPES: Partial<Record<Variable, string>> = {
  topic: 'string',
  partition: 'int',
  offset: 'int',
  timestamp: 'google.protobuf.Timestamp',
}

/** CEL's own `matches` would run the runtime's engine; ours has a name as long, so that positions stay. */
function withSafePatterns(raw: string): string {
  const strings = /"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g
  let done = 0
  let safe = ''
  const rename = (code: string) => code.replace(/\.(\s*)matches(\s*)\(/g, '.$1reMatch$2(')
  for (const { 0: text, index } of raw.matchAll(strings)) {
    safe += rename(raw.slice(done, index)) + text
    done = index + text.length
  }
  return safe + rename(raw.slice(done))
}

function isMissing(message: string): boolean {
  return message.startsWith('No such key')
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}
