import { UsageError } from '../errors.ts'
import { type Row } from './row.ts'

/** Text → value as Kafka's ConfigDef reads it, or a UsageError that names the property, the value and what is accepted. */
export function parseValue(name: string, rawValue: string, row: Row<unknown>): unknown {
  if (row.type === 'password') return rawValue
  const text = rawValue.trim()
  switch (row.type) {
    case 'boolean':
      return parseBoolean(name, text)
    case 'integer':
    case 'double':
      return parseNumber(name, text, row)
    case 'list':
      return text === '' ? [] : text.split(/\s*,\s*/)
    case 'choice':
      return parseChoice(name, text, row.choices ?? [])
    default:
      return text
  }
}

function parseBoolean(name: string, text: string): boolean {
  const word = text.toLowerCase()
  if (word !== 'true' && word !== 'false') throw refuse(name, text, 'is true or false')
  return word === 'true'
}

function parseNumber(
  name: string,
  text: string,
  { type, min = -Infinity, max = Infinity }: Row<unknown>,
): number {
  const pattern = type === 'integer' ? /^[-+]?\d+$/ : /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/
  const kind = type === 'integer' ? 'a whole number' : 'a number'
  if (!pattern.test(text)) throw refuse(name, text, `is ${kind}`)
  const value = Number(text)
  if (value >= min && value <= max) return value
  throw refuse(
    name,
    text,
    `is ${kind} ${max >= Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`}`,
  )
}

// Java is strict about case for most of these and lax for some; nobody means another word by another case.
function parseChoice(name: string, text: string, choices: readonly string[]): string {
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase())
  if (found !== undefined) return found
  throw refuse(name, text, `is one of ${choices.join(', ')}`)
}

function refuse(name: string, text: string, expected: string): UsageError {
  return new UsageError(`invalid value "${text}" for ${name}: it ${expected}`)
}
