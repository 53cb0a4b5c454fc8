/** The fields of an envelope, by their place in one list, so that names are compared as bytes and texts are not made. */
export const TOPIC = 0
export const PARTITION = 1
export const OFFSET = 2
export const TIMESTAMP = 3
export const TIMESTAMP_TYPE = 4
export const LEADER_EPOCH = 5
export const KEY = 6
export const KEY_ENCODING = 7
export const VALUE = 8
export const VALUE_ENCODING = 9
export const HEADERS = 10

/** Names in the order of the numbers above, which is the order that the console consumer writes them in. */
export const FIELD_NAMES: readonly string[] = ['topic', 'partition', 'offset', 'timestamp', 'timestampType', 'leaderEpoch', 'key', 'keyEncoding', 'value', 'valueEncoding', 'headers'] // prettier-ignore

const NAMES = FIELD_NAMES.map((name, field) => ({ field, bytes: Buffer.from(name) }))
const BY_LENGTH = Array.from({ length: 16 }, (_, length) =>
  NAMES.filter(({ bytes }) => bytes.length === length),
)

/** The field that bytes[start, stop) name; -1 where there is none. */
export function fieldNamed(bytes: Buffer, start: number, stop: number): number {
  const candidates = BY_LENGTH[stop - start]
  if (candidates === undefined) return -1
  for (const { field, bytes: name } of candidates) {
    let index = 0
    while (index < name.length && name[index] === bytes[start + index]) index++
    if (index === name.length) return field
  }
  return -1
}

/** Where the values stand, in the order of the line, that differ from line to line. */
export class FieldPlaces {
  count = 0
  readonly fields = new Uint8Array(FIELD_NAMES.length)
  readonly starts = new Int32Array(FIELD_NAMES.length)
  readonly ends = new Int32Array(FIELD_NAMES.length)

  note(field: number, start: number, end: number): void {
    const index = this.count++
    this.fields[index] = field
    this.starts[index] = start
    this.ends[index] = end
  }
}
