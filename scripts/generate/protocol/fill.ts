/** Values unlike the defaults for every field of a message, as JSON that Kafka's converters read. */
import {
  includesVersion,
  type Field,
  type FieldType,
  type Primitive,
  type Struct,
} from '../../../src/core/protocol/schema.ts'

export type Fill = 'filled' | 'nulls'

export function fill(
  struct: Struct,
  version: number,
  kind: Fill,
  seed = { next: 1 },
): Record<string, unknown> {
  const present = struct.fields.filter(([, , versions]) => includesVersion(versions, version))
  return Object.fromEntries(present.map((field) => [field[0], fillField(field, version, kind, seed)]))
}

function fillField([, type, , options]: Field, version: number, kind: Fill, seed: { next: number }): unknown {
  const isNullable = options?.nullable !== undefined && includesVersion(options.nullable, version)
  if (kind === 'nulls' && isNullable) return null
  if (typeof type === 'string' || 'fields' in type) return fillOne(type, version, kind, seed)
  return [fillOne(type[0], version, kind, seed), fillOne(type[0], version, kind, seed)]
}

function fillOne(type: FieldType, version: number, kind: Fill, seed: { next: number }): unknown {
  if (typeof type === 'string') return fillPrimitive(type, seed.next++)
  return fill(type as Struct, version, kind, seed)
}

function fillPrimitive(type: Primitive, seed: number): unknown {
  switch (type) {
    case 'bool':
      return seed % 2 === 1
    case 'int8':
      return (seed % 120) * (seed % 2 === 0 ? 1 : -1)
    case 'int16':
      return 300 + seed * (seed % 2 === 0 ? 1 : -7)
    case 'uint16':
      return 65000 - seed
    case 'int32':
      return 70000 * seed * (seed % 2 === 0 ? 1 : -1)
    case 'uint32':
      return 4294967000 - seed
    case 'int64':
      return `${1234567890123456789n * (seed % 2 === 0 ? 1n : -1n) + BigInt(seed)}n`
    case 'float64':
      return seed + 0.25
    case 'uuid':
      return Buffer.alloc(16, seed).toString('base64url')
    case 'string':
      return seed % 3 === 0 ? `naïve ${seed} ✓` : `s${seed}`
    default:
      return Buffer.alloc(3 + (seed % 200), seed).toString('base64')
  }
}
