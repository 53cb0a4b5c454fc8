/** Records by whom they are about: all keys of coordinators begin with their type and then that name. */
import type { RecordCursor } from '../../../core/records/record-cursor.ts'

/** Records about one of some names. */
export interface NameFilter {
  /** What the names are: `group`. */
  what: string
  names: readonly string[]
  /** Which of them the record is about; -1: none. */
  indexOf(cursor: RecordCursor): number
  /** Names that are there, for a hint where one is not. */
  existing?: () => Promise<string[]>
}

/** Undefined where nothing is filtered. */
export function ownedBy(
  what: string,
  names: readonly string[],
  existing?: () => Promise<string[]>,
): NameFilter | undefined {
  if (names.length === 0) return undefined
  const wanted = names.map((name) => Buffer.from(name))
  return {
    what,
    names,
    ...(existing && { existing }),
    indexOf({ bytes, keyStart, keyEnd }) {
      if (keyStart < 0 || keyEnd - keyStart < 4) return -1
      const start = keyStart + 4
      const length = (bytes[keyStart + 2]! << 8) | bytes[keyStart + 3]!
      if (start + length > keyEnd) return -1
      return wanted.findIndex((name) => name.length === length && isEqual(name, bytes, start))
    },
  }
}

function isEqual(name: Buffer, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < name.length; at++) if (name[at] !== bytes[start + at]) return false
  return true
}

/** Keys that go on with the id of a topic behind the owner (org.apache.kafka.server.share.SharePartitionKey). */
export function aboutTopic(name: string, topicId: string): NameFilter {
  const wanted = Buffer.from(topicId, 'base64url')
  return {
    what: 'topic',
    names: [name],
    indexOf({ bytes, keyStart, keyEnd }) {
      if (keyStart < 0 || keyEnd - keyStart < 4) return -1
      const start = keyStart + 4 + ((bytes[keyStart + 2]! << 8) | bytes[keyStart + 3]!)
      return start + wanted.length <= keyEnd && isEqual(wanted, bytes, start) ? 0 : -1
    },
  }
}
