/**
 * What a schema comes down to at one version: a list of fields with numeric type codes, built once per
 * (message, version), so that the loops in encode.ts and decode.ts ask no question about versions.
 */
import {
  includesVersion,
  type Field,
  type FieldType,
  type Message,
  type Primitive,
  type Struct,
  ZERO_UUID,
} from './schema.ts'

export const BOOL = 0
export const INT8 = 1
export const INT16 = 2
export const UINT16 = 3
export const INT32 = 4
export const UINT32 = 5
export const INT64 = 6
export const FLOAT64 = 7
export const UUID = 8
export const STRING = 9
export const BYTES = 10
export const STRUCT = 11

const codes: Record<Primitive, number> = {
  bool: BOOL,
  int8: INT8,
  int16: INT16,
  uint16: UINT16,
  int32: INT32,
  uint32: UINT32,
  int64: INT64,
  float64: FLOAT64,
  uuid: UUID,
  string: STRING,
  bytes: BYTES,
  records: BYTES,
}

const fixedBytes = [1, 1, 2, 2, 4, 4, 8, 8, 16]

const EMPTY_BYTES = Buffer.alloc(0)
const zeros = [false, 0, 0, 0, 0, 0, 0n, 0, ZERO_UUID, '', EMPTY_BYTES]

export interface PlanField {
  readonly name: string
  readonly code: number
  readonly isArray: boolean
  readonly isNullable: boolean
  /** The byte before a nullable struct that says null: -1, but 0 where the struct is a tagged field. */
  readonly nullMark: number
  /** Lengths are unsigned varints of length + 1 instead of fixed-size integers. */
  readonly isCompact: boolean
  /** The value of a field that is not there; undefined: a fresh empty array or struct. */
  readonly constant: unknown
  readonly tag: number
  /** The plan of the struct, or of an array's elements. */
  readonly struct: Plan | undefined
  /** Of an array: what each of its elements is read and written as. */
  readonly element: PlanField | undefined
  /** The fewest bytes that one element of the array can take. */
  readonly elementBytes: number
}

export interface Plan {
  readonly fields: PlanField[]
  /** By rising tag. */
  readonly tagged: PlanField[]
  /** Fields that this version lacks and whose values may not be dropped. */
  readonly refused: PlanField[]
  /** Fields of this version or not whose default is an object of its own: absent or tagged ones. */
  readonly fresh: PlanField[]
  readonly all: PlanField[]
  readonly isFlexible: boolean
  /** An object with every field: copying it gives all decoded structs one shape. */
  readonly template: Record<string, unknown>
  /** The fewest bytes that the struct can take. */
  readonly minBytes: number
}

const plans = new WeakMap<object, Plan[]>()

export function planOf(message: Message<never>, version: number): Plan {
  let byVersion = plans.get(message)
  if (byVersion === undefined) plans.set(message, (byVersion = []))
  return (byVersion[version] ??= buildPlan(message, version, includesVersion(message.flexible, version)))
}

/** The default of a field: a new object where it is an array or a struct. */
export function defaultOf(field: PlanField): unknown {
  if (field.constant !== undefined) return field.constant
  return field.isArray ? [] : emptyStruct(field.struct as Plan)
}

function emptyStruct(plan: Plan): Record<string, unknown> {
  const value = { ...plan.template }
  for (const field of plan.all) value[field.name] = defaultOf(field)
  return value
}

function buildPlan(struct: Struct, version: number, isFlexible: boolean): Plan {
  const plan: Plan = {
    fields: [],
    tagged: [],
    refused: [],
    fresh: [],
    all: [],
    isFlexible,
    template: {},
    minBytes: 0,
  }
  for (const field of struct.fields) addField(plan, field, version)
  plan.tagged.sort((a, b) => a.tag - b.tag)
  const bytes = plan.fields.reduce((sum, field) => sum + minBytesOf(field), isFlexible ? 1 : 0)
  return { ...plan, minBytes: bytes }
}

function addField(plan: Plan, field: Field, version: number): void {
  const [name, , versions, options = {}] = field
  const planned = planField(field, version, plan.isFlexible)
  const isPresent = includesVersion(versions, version)
  const isTagged = isPresent && options.tagged !== undefined && includesVersion(options.tagged, version)
  plan.all.push(planned)
  plan.template[name] = planned.constant ?? null
  if (!isPresent && options.isIgnorable !== true) plan.refused.push(planned)
  if (isTagged) plan.tagged.push(planned)
  else if (isPresent) plan.fields.push(planned)
  if ((isTagged || !isPresent) && planned.constant === undefined) plan.fresh.push(planned)
}

function planField([name, type, , options = {}]: Field, version: number, isFlexible: boolean): PlanField {
  const { element, isArray } = elementOf(type)
  const code = typeof element === 'string' ? codes[element] : STRUCT
  const isCompact =
    isFlexible && (options.flexible === undefined || includesVersion(options.flexible, version))
  const single: PlanField = {
    name,
    code,
    isArray: false,
    isNullable: false,
    nullMark: options.tagged !== undefined && includesVersion(options.tagged, version) ? 0 : -1,
    isCompact,
    constant: zeros[code],
    tag: options.tag ?? -1,
    struct: typeof element === 'string' ? undefined : buildPlan(element, version, isFlexible),
    element: undefined,
    elementBytes: 0,
  }
  return {
    ...single,
    isArray,
    isNullable: options.nullable !== undefined && includesVersion(options.nullable, version),
    constant: options.default !== undefined ? options.default : isArray ? undefined : zeros[code],
    element: isArray ? single : undefined,
    elementBytes: isArray ? Math.max(1, minBytesOf(single)) : 0,
  }
}

function elementOf(type: FieldType): { element: Primitive | Struct; isArray: boolean } {
  if (typeof type === 'string') return { element: type, isArray: false }
  if ('fields' in type) return { element: type, isArray: false }
  return { element: type[0], isArray: true }
}

function minBytesOf({ code, struct, isCompact, isArray, isNullable }: PlanField): number {
  if (isArray) return isCompact ? 1 : 4
  // A nullable struct is preceded by one byte that says whether it is there.
  if (code === STRUCT) return isNullable ? 1 : (struct?.minBytes ?? 0)
  if (code === STRING) return isCompact ? 1 : 2
  if (code === BYTES) return isCompact ? 1 : 4
  return fixedBytes[code] ?? 1
}
