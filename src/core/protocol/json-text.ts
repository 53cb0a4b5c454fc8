/**
 * A decoded message as Kafka's own JSON converters write it (the generated `…JsonConverter` classes of every message,
 * and Jackson's text of what they make): fields in the order of the schema, those of the version only; tagged ones
 * only where they differ from their default; bytes in base64.
 */
import { javaDecimal } from './java-decimal.ts'
import * as type from './plan.ts'
import { defaultOf, type Plan, type PlanField, planOf } from './plan.ts'
import { type Message } from './schema.ts'

/** Stands where a byte field stood: JSON that somebody made of its bytes. */
export class ReadyJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * The message as one line of JSON. With `isExact` a whole number that a JSON reader might round is a string of its
 * digits, which Kafka's converters do not do.
 */
export function jsonText<T>(message: Message<T>, version: number, value: unknown, isExact = false): string {
  return structText(planOf(message as Message<never>, version), value as Record<string, unknown>, isExact)
}

/** A text in quotes, with Jackson's escapes: upper-case digits where JavaScript writes lower-case ones. */
export function quoted(text: string): string {
  if (!/[\u0000-\u001f"\\]/.test(text)) return `"${text}"`
  return JSON.stringify(text).replace(
    /\\u00([01][a-f])/g,
    (escape) => `\\u00${escape.slice(4).toUpperCase()}`,
  )
}

function structText(plan: Plan, value: Record<string, unknown>, isExact: boolean): string {
  let text = '{'
  for (const { field, isTagged } of shownFields(plan)) {
    const content = value[field.name]
    if (isTagged && isDefault(field, content)) continue
    text += `${text.length === 1 ? '' : ','}"${field.name}":${fieldText(field, content, isExact)}`
  }
  return `${text}}`
}

interface ShownField {
  field: PlanField
  isTagged: boolean
}

const shown = new WeakMap<Plan, ShownField[]>()

function shownFields(plan: Plan): ShownField[] {
  let fields = shown.get(plan)
  if (fields === undefined) {
    const present = new Set([...plan.fields, ...plan.tagged])
    const tagged = new Set(plan.tagged)
    fields = plan.all
      .filter((field) => present.has(field))
      .map((field) => ({ field, isTagged: tagged.has(field) }))
    shown.set(plan, fields)
  }
  return fields
}

function isDefault(field: PlanField, value: unknown): boolean {
  if (value === null) return field.constant === null
  if (field.isArray) return field.constant === undefined && (value as unknown[]).length === 0
  if (field.code === type.BYTES) return field.constant !== null && (value as Buffer).length === 0
  if (field.code !== type.STRUCT) return value === field.constant
  return fieldText(field, value, false) === fieldText(field, defaultOf(field), false)
}

function fieldText(field: PlanField, value: unknown, isExact: boolean): string {
  if (value === null) return 'null'
  if (!field.isArray) return elementText(field, value, isExact)
  const element = field.element as PlanField
  return `[${(value as unknown[]).map((one) => elementText(element, one, isExact)).join(',')}]`
}

function elementText(field: PlanField, value: unknown, isExact: boolean): string {
  if (value === null) return 'null'
  switch (field.code) {
    case type.STRUCT:
      return structText(field.struct as Plan, value as Record<string, unknown>, isExact)
    case type.STRING:
    case type.UUID:
      return quoted(value as string)
    case type.BYTES:
      return value instanceof ReadyJson ? value.text : `"${(value as Buffer).toString('base64')}"`
    case type.INT64:
      return isExact && !Number.isSafeInteger(Number(value))
        ? `"${value as bigint}"`
        : String(value as bigint)
    case type.FLOAT64:
      return javaDecimal(value as number)
    default:
      return String(value as number | bigint | boolean)
  }
}
