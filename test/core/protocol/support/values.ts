/** What a message should decode to, worked out from its schema and not by the codec. */
import {
  includesVersion,
  ZERO_UUID,
  type Field,
  type FieldType,
  type Primitive,
  type Struct,
} from '../../../../src/core/protocol/schema.ts'

type Json = Record<string, unknown>

/** From the JSON of Kafka's converters (int64 as '123n'): what it leaves out has its default. */
export function valueFromJson(struct: Struct, version: number, json: Json): Json {
  return Object.fromEntries(
    struct.fields.map((field) => {
      const isPresent = includesVersion(field[2], version) && field[0] in json
      return [field[0], isPresent ? fromJson(field[1], version, json[field[0]]) : defaultValue(field)]
    }),
  )
}

export function defaultValue([, type, , options]: Field): unknown {
  if (options?.default !== undefined) return options.default
  if (typeof type === 'string') return zeroOf(type)
  if ('fields' in type) return Object.fromEntries(type.fields.map((field) => [field[0], defaultValue(field)]))
  return []
}

function fromJson(type: FieldType, version: number, json: unknown): unknown {
  if (json === null) return null
  if (typeof type === 'string') return primitiveFromJson(type, json)
  if ('fields' in type) return valueFromJson(type, version, json as Json)
  return (json as unknown[]).map((element) => fromJson(type[0], version, element))
}

function primitiveFromJson(type: Primitive, json: unknown): unknown {
  if (type === 'bytes' || type === 'records') return Buffer.from(json as string, 'base64')
  const text = String(json).replace(/n$/, '')
  if (type === 'int64') return BigInt(text)
  return type === 'uint32' ? Number(text) : json
}

function zeroOf(type: Primitive): unknown {
  if (type === 'bool') return false
  if (type === 'int64') return 0n
  if (type === 'uuid') return ZERO_UUID
  if (type === 'string') return ''
  return type === 'bytes' || type === 'records' ? Buffer.alloc(0) : 0
}
