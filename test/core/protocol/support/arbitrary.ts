import fc from 'fast-check'
import {
  includesVersion,
  type Field,
  type FieldType,
  type Primitive,
  type Struct,
} from '../../../../src/core/protocol/schema.ts'
import { defaultValue } from './values.ts'

type Value = Record<string, unknown>

/** Any value that a message can have at a version; fields that the version lacks have their defaults. */
export function arbitraryOf(struct: Struct, version: number): fc.Arbitrary<Value> {
  const fields = struct.fields.map((field) => [field[0], arbitraryField(field, version)] as const)
  return fc.record(Object.fromEntries(fields))
}

function arbitraryField(field: Field, version: number): fc.Arbitrary<unknown> {
  const [, type, versions, options = {}] = field
  if (!includesVersion(versions, version)) return fc.constant(null).map(() => defaultValue(field))
  const value = arbitraryType(type, version)
  const isNullable = options.nullable !== undefined && includesVersion(options.nullable, version)
  const values = isNullable ? fc.option(value, { nil: null }) : value
  // Defaults are what tagged fields leave out: they must come up often.
  if (options.default === null && !isNullable) return values
  return fc.oneof(
    { weight: 4, arbitrary: values },
    { weight: 1, arbitrary: fc.constant(0).map(() => defaultValue(field)) },
  )
}

function arbitraryType(type: FieldType, version: number): fc.Arbitrary<unknown> {
  if (typeof type === 'string') return arbitraryPrimitive(type)
  if ('fields' in type) return arbitraryOf(type, version)
  return fc.array(arbitraryType(type[0], version), { maxLength: 3 })
}

function arbitraryPrimitive(type: Primitive): fc.Arbitrary<unknown> {
  switch (type) {
    case 'bool':
      return fc.boolean()
    case 'int8':
      return fc.integer({ min: -128, max: 127 })
    case 'int16':
      return fc.integer({ min: -32768, max: 32767 })
    case 'uint16':
      return fc.integer({ min: 0, max: 65535 })
    case 'int32':
      return fc.integer()
    case 'uint32':
      return fc.integer({ min: 0, max: 4294967295 })
    case 'int64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    case 'float64':
      return fc.double()
    case 'uuid':
      return bytes(16, 16).map((uuid) => uuid.toString('base64url'))
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 300 })
    default:
      // Now and then beyond the size from which the writer does not copy.
      return fc.oneof({ weight: 9, arbitrary: bytes(0, 300) }, { weight: 1, arbitrary: bytes(5000, 5000) })
  }
}

function bytes(minLength: number, maxLength: number): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.integer({ min: minLength, max: maxLength }), fc.nat(255))
    .map(([length, first]) => Buffer.from(Array.from({ length }, (_, index) => (first + index * 7) & 0xff)))
}
