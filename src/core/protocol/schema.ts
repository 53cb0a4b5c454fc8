/**
 * How a message is described: Kafka's JSON definitions as literals. `generated/` holds nothing else,
 * so the words here are Kafka's: versions are written '3', '0-4', '7+' or 'none'.
 */
export type Primitive =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'

/** A primitive, a struct, or an array of either: `'int32'`, `['int32']`, `topic`, `[topic]`. */
export type FieldType = Primitive | Struct | readonly [Primitive] | readonly [Struct]

export type FieldDefault = string | number | bigint | boolean | null

export interface FieldOptions {
  nullable?: string
  /** Absent: zero, false, '', an empty array, or a struct of its own defaults. */
  default?: FieldDefault
  /** At a version without this field its value may be dropped silently. */
  isIgnorable?: boolean
  tag?: number
  tagged?: string
  /** Overrides the message's flexible versions for this one field. */
  flexible?: string
}

export type Field = readonly [name: string, type: FieldType, versions: string, options?: FieldOptions]

export interface Struct {
  readonly fields: readonly Field[]
}

export interface Message<T> extends Struct {
  /** Kafka's name, e.g. 'MetadataRequest' or 'OffsetCommitKey'. */
  readonly name: string
  /** The type number of a coordinator's or a metadata record. */
  readonly apiKey?: number
  readonly minVersion: number
  /** The newest stable version. */
  readonly maxVersion: number
  readonly flexible: string
  /** Only for the type checker: nothing is ever stored here. */
  readonly value?: T
}

export interface Api<Request, Response> {
  readonly key: number
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  readonly request: Message<Request>
  readonly response: Message<Response>
}

export type RequestOf<A> = A extends Api<infer Request, unknown> ? Request : never
export type ResponseOf<A> = A extends Api<infer _Request, infer Response> ? Response : never

/**
 * What may be given to the encoder for a `T`: any field may be left out (it takes its default), and a
 * byte field may be a list of buffers, which are sent one after the other without being joined.
 */
export type Input<T> = T extends Buffer
  ? Buffer | readonly Buffer[]
  : T extends readonly (infer Element)[]
    ? readonly Input<Element>[]
    : T extends object
      ? { readonly [Name in keyof T]?: Input<T[Name]> | undefined }
      : T

/** The uuid of sixteen zero bytes: "no topic id". */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** First and last version of '3', '0-4', '7+' or 'none' (which contains nothing). */
function parseVersions(versions: string): { first: number; last: number } {
  if (versions === 'none') return { first: 1, last: 0 }
  if (versions.endsWith('+')) return { first: Number.parseInt(versions, 10), last: Number.MAX_SAFE_INTEGER }
  const [first = '', last = first] = versions.split('-')
  return { first: Number(first), last: Number(last) }
}

export function includesVersion(versions: string, version: number): boolean {
  const { first, last } = parseVersions(versions)
  return version >= first && version <= last
}
