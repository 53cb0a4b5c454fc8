/** The reading half of the interpreter. A hot loop: Fetch and Metadata answers have thousands of partitions. */
import { CorruptDataError } from '../errors.ts'
import * as type from './plan.ts'
import { defaultOf, type Plan, type PlanField } from './plan.ts'
import { type Reader } from './reader.ts'

type Value = Record<string, unknown>

/** Where in the message decoding failed; `path` grows from the inside out. */
export class FieldError extends CorruptDataError {
  readonly path: string
  readonly reason: string

  constructor(path: string, reason: string, cause: unknown) {
    super(`${path}: ${reason}`, { cause })
    this.path = path
    this.reason = reason
  }
}

export function decodeStruct(reader: Reader, plan: Plan): Value {
  const value: Value = { ...plan.template }
  const { fields, fresh } = plan
  let index = 0
  try {
    for (; index < fields.length; index++) {
      const field = fields[index] as PlanField
      value[field.name] = decodeField(reader, field)
    }
  } catch (error) {
    throw inside((fields[index] as PlanField).name, error)
  }
  for (const field of fresh) value[field.name] = defaultOf(field)
  if (plan.isFlexible) decodeTagged(reader, plan, value)
  return value
}

function decodeField(reader: Reader, field: PlanField): unknown {
  if (field.isArray) return decodeArray(reader, field)
  switch (field.code) {
    case type.STRING:
      return decodeString(reader, field)
    case type.BYTES:
      return decodeBytes(reader, field)
    case type.STRUCT:
      if (field.isNullable && reader.readInt8() <= field.nullMark) return null
      return decodeStruct(reader, field.struct as Plan)
    default:
      return decodeFixed(reader, field.code)
  }
}

function decodeFixed(reader: Reader, code: number): unknown {
  switch (code) {
    case type.INT32:
      return reader.readInt32()
    case type.INT16:
      return reader.readInt16()
    case type.INT64:
      return reader.readInt64()
    case type.BOOL:
      return reader.readBoolean()
    case type.INT8:
      return reader.readInt8()
    case type.UUID:
      return reader.readUuid()
    case type.UINT16:
      return reader.readUint16()
    case type.UINT32:
      return reader.readUint32()
    default:
      return reader.readFloat64()
  }
}

function decodeString(reader: Reader, field: PlanField): string | null {
  const length = field.isCompact ? reader.readUnsignedVarint() - 1 : reader.readInt16()
  if (length < 0) return decodeNull(reader, field, length)
  checkLength(reader, length, 1, 'a string')
  return reader.readUtf8(length)
}

function decodeBytes(reader: Reader, field: PlanField): Buffer | null {
  const length = field.isCompact ? reader.readUnsignedVarint() - 1 : reader.readInt32()
  if (length < 0) return decodeNull(reader, field, length)
  checkLength(reader, length, 1, 'a byte field')
  return reader.readSlice(length)
}

function decodeArray(reader: Reader, field: PlanField): unknown[] | null {
  const length = field.isCompact ? reader.readUnsignedVarint() - 1 : reader.readInt32()
  if (length < 0) return decodeNull(reader, field, length)
  checkLength(reader, length, field.elementBytes, 'an array')
  const values = new Array<unknown>(length)
  const { code } = field
  let index = 0
  try {
    if (code === type.STRUCT) {
      const plan = field.struct as Plan
      for (; index < length; index++) values[index] = decodeStruct(reader, plan)
    } else if (code === type.STRING || code === type.BYTES) {
      const element = field.element as PlanField
      for (; index < length; index++) values[index] = decodeField(reader, element)
    } else {
      for (; index < length; index++) values[index] = decodeFixed(reader, code)
    }
  } catch (error) {
    throw inside(`[${index}]`, error)
  }
  return values
}

function decodeNull(reader: Reader, field: PlanField, length: number): null {
  if (length !== -1) reader.fail(`a length of ${length}`)
  if (!field.isNullable) reader.fail('null where a value must be')
  return null
}

function checkLength(reader: Reader, length: number, elementBytes: number, what: string): void {
  if (length * elementBytes <= reader.remaining) return
  reader.fail(`${what} of length ${length}, but only ${reader.remaining} bytes are left`)
}

/** Tags that this version does not know are skipped: a newer broker may send them. */
function decodeTagged(reader: Reader, plan: Plan, value: Value): void {
  const count = reader.readUnsignedVarint()
  for (let index = 0; index < count; index++) {
    const tag = reader.readUnsignedVarint()
    const bytes = reader.readUnsignedVarint()
    checkLength(reader, bytes, 1, `tag ${tag}`)
    const field = plan.tagged.find((known) => known.tag === tag)
    if (field === undefined) reader.take(bytes)
    else value[field.name] = decodeTaggedField(reader, field, bytes)
  }
}

function decodeTaggedField(reader: Reader, field: PlanField, bytes: number): unknown {
  const { end } = reader
  reader.end = reader.position + bytes
  try {
    const value = decodeField(reader, field)
    if (reader.remaining > 0) reader.fail(`${reader.remaining} bytes too many`)
    reader.end = end
    return value
  } catch (error) {
    throw inside(field.name, error)
  }
}

function inside(segment: string, error: unknown): unknown {
  if (!(error instanceof CorruptDataError)) return error
  if (!(error instanceof FieldError)) return new FieldError(segment, error.message, error)
  const dot = error.path.startsWith('[') ? '' : '.'
  return new FieldError(`${segment}${dot}${error.path}`, error.reason, error.cause)
}
