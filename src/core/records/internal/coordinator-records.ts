/**
 * What coordinators keep in their topics: the key begins with the type of the record, the value with its own version,
 * and a key without a value says that the thing is gone (org.apache.kafka.coordinator.common.runtime.CoordinatorRecordSerde).
 */
import { CorruptDataError } from '../../errors.ts'
import { jsonText } from '../../protocol/json-text.ts'
import { readMessage } from '../../protocol/message.ts'
import type { Message } from '../../protocol/schema.ts'

export type Fields = Record<string, unknown>

export interface RecordType {
  /** The number that keys of this type begin with. */
  type: number
  /** Kafka's word without Key or Value: `OffsetCommit`. */
  name: string
  key: Message<unknown>
  value: Message<unknown>
  /** What to show instead of the value, where some of its bytes can be told as fields. */
  explain?: (value: Fields) => Fields
}

export type RecordTypes = ReadonlyMap<number, RecordType>

/** Pairs of schemas → their types by number. */
export function recordTypes(
  pairs: readonly (readonly [Message<unknown>, Message<unknown>, ((value: Fields) => Fields)?])[],
): RecordTypes {
  return new Map(
    pairs.map(([key, value, explain]) => {
      const type = key.apiKey ?? 0
      const name = key.name.replace(/Key$/, '')
      const plain = { type, name, key, value }
      return [type, explain === undefined ? plain : { ...plain, explain }]
    }),
  )
}

export interface CoordinatorRecord {
  type: RecordType
  key: Fields
  /** Of the value; -1 where there is none. */
  version: number
  /** Null: a tombstone. */
  value: Fields | null
}

/** The number that `key` begins with. Throws CorruptDataError when it is too short for one. */
export function typeOf(key: Buffer): number {
  return versionOf(key, 'key')
}

/** Undefined: a type that this Kafka does not know. Throws CorruptDataError. */
export function decodeCoordinatorRecord(
  types: RecordTypes,
  key: Buffer,
  value: Buffer | null,
): CoordinatorRecord | undefined {
  const type = types.get(typeOf(key))
  if (type === undefined) return undefined
  const keyFields = decodeAfterVersion(type.key, 0, key)
  if (value === null) return { type, key: keyFields, version: -1, value: null }
  const version = versionOf(value, 'value')
  return { type, key: keyFields, version, value: decodeAfterVersion(type.value, version, value) }
}

export function keyJson({ type, key }: CoordinatorRecord): string {
  return jsonText(type.key, 0, key)
}

export interface ValueJsonOptions {
  /** Bytes that hold a message of their own are told as one. */
  explains?: boolean
  /** No number can be rounded by its reader: those beyond 2^53 are strings. */
  isExact?: boolean
}

export function valueJson(record: CoordinatorRecord, options: ValueJsonOptions = {}): string {
  const { type, version, value } = record
  if (value === null) return 'null'
  const shown = options.explains === true ? (type.explain?.(value) ?? value) : value
  return jsonText(type.value, version, shown, options.isExact)
}

function versionOf(bytes: Buffer, what: string): number {
  if (bytes.length >= 2) return bytes.readInt16BE(0)
  throw new CorruptDataError(`the ${what} has ${bytes.length} bytes: a version takes two`)
}

/** Java does not look at what stands behind the fields that it knows. */
function decodeAfterVersion(message: Message<unknown>, version: number, bytes: Buffer): Fields {
  return readMessage(message, version, bytes, (reader) => reader.take(2), true) as Fields
}
