/** Records by whom they are about: all keys of coordinators begin with their type and then that name. */
import type { RecordCursor } from '../../../core/records/record-cursor.ts'

/** Undefined where nothing is filtered. */
export function ownedBy(names: readonly string[]): ((cursor: RecordCursor) => boolean) | undefined {
  if (names.length === 0) return undefined
  const wanted = names.map((name) => Buffer.from(name))
  return ({ bytes, keyStart, keyEnd }) => {
    if (keyStart < 0 || keyEnd - keyStart < 4) return false
    const start = keyStart + 4
    const length = (bytes[keyStart + 2]! << 8) | bytes[keyStart + 3]!
    if (start + length > keyEnd) return false
    return wanted.some((name) => name.length === length && isEqual(name, bytes, start))
  }
}

function isEqual(name: Buffer, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < name.length; at++) if (name[at] !== bytes[start + at]) return false
  return true
}

/** Keys that go on with this uuid behind the name (org.apache.kafka.server.share.SharePartitionKey). */
export function withUuid(uuid: string): (cursor: RecordCursor) => boolean {
  const wanted = Buffer.from(uuid, 'base64url')
  return ({ bytes, keyStart, keyEnd }) => {
    if (keyStart < 0 || keyEnd - keyStart < 4) return false
    const start = keyStart + 4 + ((bytes[keyStart + 2]! << 8) | bytes[keyStart + 3]!)
    return start + wanted.length <= keyEnd && isEqual(wanted, bytes, start)
  }
}
