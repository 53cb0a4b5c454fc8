/** The writing half of the interpreter. */
import { KtError } from '../errors.ts'
import * as type from './plan.ts'
import { type Plan, type PlanField } from './plan.ts'
import { type Writer } from './writer.ts'

type Value = Record<string, unknown>

const NOTHING: Value = {}
const uuidPattern = /^[\w-]{21}[AQgw]$/

/** A value that cannot be encoded: the caller's mistake, or a version that cannot carry it. */
export class EncodeError extends KtError {
  readonly path: string
  readonly reason: string

  constructor(path: string, reason: string) {
    super(path === '' ? reason : `${path}: ${reason}`)
    this.path = path
    this.reason = reason
  }
}

export function encodeStruct(writer: Writer, plan: Plan, value: Value): void {
  for (const field of plan.refused) {
    const given = value[field.name]
    if (given !== undefined && !isDefault(field, given)) {
      throw new EncodeError(field.name, 'this version of the API does not have the field')
    }
  }
  const { fields } = plan
  let index = 0
  try {
    for (; index < fields.length; index++) {
      const field = fields[index] as PlanField
      encodeField(writer, field, value[field.name])
    }
  } catch (error) {
    throw inside((fields[index] as PlanField).name, error)
  }
  if (plan.isFlexible) encodeTagged(writer, plan, value)
}

function encodeField(writer: Writer, field: PlanField, given: unknown): void {
  const value = given === undefined ? field.constant : given
  if (field.isArray) return encodeArray(writer, field, value)
  switch (field.code) {
    case type.STRING:
      return encodeString(writer, field, value)
    case type.BYTES:
      return encodeBytes(writer, field, value)
    case type.STRUCT:
      return encodeNested(writer, field, value)
    default:
      return encodeFixed(writer, field.code, value)
  }
}

function encodeNested(writer: Writer, field: PlanField, value: unknown): void {
  if (value === null) {
    if (!field.isNullable) throw nullError()
    return writer.writeInt8(field.nullMark)
  }
  if (field.isNullable) writer.writeInt8(1)
  encodeStruct(writer, field.struct as Plan, structOf(value ?? NOTHING))
}

function encodeFixed(writer: Writer, code: number, value: unknown): void {
  switch (code) {
    case type.BOOL:
      if (typeof value !== 'boolean') throw typeError('a boolean', value)
      return writer.writeBoolean(value)
    case type.INT8:
      return writer.writeInt8(integer(value, -128, 127))
    case type.INT16:
      return writer.writeInt16(integer(value, -32768, 32767))
    case type.UINT16:
      return writer.writeInt16(integer(value, 0, 65535))
    case type.INT32:
      return writer.writeInt32(integer(value, -2147483648, 2147483647))
    case type.UINT32:
      return writer.writeInt32(integer(value, 0, 4294967295))
    case type.INT64:
      if (typeof value !== 'bigint') throw typeError('a bigint', value)
      if (BigInt.asIntN(64, value) !== value) throw typeError('a 64-bit integer', value)
      return writer.writeInt64(value)
    case type.UUID:
      if (typeof value !== 'string' || !uuidPattern.test(value)) throw typeError('a uuid', value)
      return writer.writeUuid(value)
    default:
      if (typeof value !== 'number') throw typeError('a number', value)
      return writer.writeFloat64(value)
  }
}

function encodeString(writer: Writer, field: PlanField, value: unknown): void {
  if (value === null) return encodeNull(writer, field, 2)
  if (typeof value !== 'string') throw typeError('a string', value)
  const bytes = Buffer.byteLength(value)
  if (field.isCompact) writer.writeUnsignedVarint(bytes + 1)
  else if (bytes <= 32767) writer.writeInt16(bytes)
  else throw new EncodeError('', `a string of ${bytes} bytes is longer than 32767`)
  writer.writeUtf8(value, bytes)
}

function encodeBytes(writer: Writer, field: PlanField, value: unknown): void {
  if (value === null) return encodeNull(writer, field, 4)
  const buffers = (Array.isArray(value) ? value : [value]) as Buffer[]
  const bytes = bytesOf(buffers)
  if (field.isCompact) writer.writeUnsignedVarint(bytes + 1)
  else writer.writeInt32(bytes)
  for (const buffer of buffers) writer.writeBytes(buffer)
}

function encodeArray(writer: Writer, field: PlanField, value: unknown): void {
  if (value === null) return encodeNull(writer, field, 4)
  const values = value === undefined ? [] : value
  if (!Array.isArray(values)) throw typeError('an array', value)
  if (field.isCompact) writer.writeUnsignedVarint(values.length + 1)
  else writer.writeInt32(values.length)
  if (values.length === 0) return
  const element = field.element as PlanField
  let index = 0
  try {
    for (; index < values.length; index++) {
      const item: unknown = values[index]
      if (item === undefined) throw typeError('an element', item)
      encodeField(writer, element, item)
    }
  } catch (error) {
    throw inside(`[${index}]`, error)
  }
}

function encodeNull(writer: Writer, field: PlanField, lengthBytes: 2 | 4): void {
  if (!field.isNullable) throw nullError()
  if (field.isCompact) writer.writeUnsignedVarint(0)
  else if (lengthBytes === 2) writer.writeInt16(-1)
  else writer.writeInt32(-1)
}

/** A tagged field is written only when it is not its default. */
function encodeTagged(writer: Writer, plan: Plan, value: Value): void {
  const { tagged } = plan
  const given = tagged.length === 0 ? tagged : tagged.filter((field) => isGiven(field, value[field.name]))
  writer.writeUnsignedVarint(given.length)
  for (const field of given) {
    writer.writeUnsignedVarint(field.tag)
    try {
      writer.writeSized(() => encodeField(writer, field, value[field.name]))
    } catch (error) {
      throw inside(field.name, error)
    }
  }
}

function isGiven(field: PlanField, value: unknown): boolean {
  return value !== undefined && !isDefault(field, value)
}

function isDefault(field: PlanField, value: unknown): boolean {
  if (field.constant === null || value === null) return value === field.constant
  if (field.isArray) return Array.isArray(value) && value.length === 0
  if (field.code === type.BYTES) return bytesOf((Array.isArray(value) ? value : [value]) as Buffer[]) === 0
  if (field.code !== type.STRUCT) return value === field.constant
  const struct = structOf(value)
  return (field.struct as Plan).all.every((inner) => !isGiven(inner, struct[inner.name]))
}

function bytesOf(buffers: readonly Buffer[]): number {
  let bytes = 0
  for (const buffer of buffers) {
    if (!Buffer.isBuffer(buffer)) throw typeError('a Buffer', buffer)
    bytes += buffer.length
  }
  return bytes
}

function structOf(value: unknown): Value {
  if (typeof value !== 'object' || value === null) throw typeError('an object', value)
  return value as Value
}

function integer(value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw typeError(`an integer from ${min} to ${max}`, value)
}

function typeError(wanted: string, value: unknown): EncodeError {
  return new EncodeError('', `${wanted} is wanted, not ${describe(value)}`)
}

function describe(value: unknown): string {
  return typeof value === 'object' ? 'an object' : `${typeof value} ${String(value)}`.slice(0, 60)
}

function nullError(): EncodeError {
  return new EncodeError('', 'null where this version of the API must have a value')
}

function inside(segment: string, error: unknown): unknown {
  if (!(error instanceof EncodeError)) return error
  const dot = error.path === '' || error.path.startsWith('[') ? '' : '.'
  return new EncodeError(`${segment}${dot}${error.path}`, error.reason)
}
