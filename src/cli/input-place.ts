/** `--offset-file` of the producer: how far the input has been read and delivered, kept in a JSON file. */
import { UsageError } from '../core/errors.ts'
import { readIfThere, replaceFile } from '../core/state-file.ts'
import type { FilePlace } from './follow.ts'

export interface StoredPlace extends FilePlace {
  version: 1
  /** The header row, where the input is CSV: it stands only at the beginning of the file. */
  columns?: readonly string[]
}

const HINT = 'name another --offset-file, or remove this one to start anew'

/** Undefined when there is none yet. Throws UsageError on a file that is something else. */
export function readPlace(path: string): StoredPlace | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  const raw = parsed(text)
  if (raw !== undefined) return raw
  throw new UsageError(`${path}: this is no place in an input of kt`, { hint: HINT })
}

export function savePlace(path: string, place: StoredPlace): void {
  replaceFile(path, `${JSON.stringify(place)}\n`)
}

function parsed(text: string): StoredPlace | undefined {
  try {
    const raw = JSON.parse(text) as Partial<StoredPlace>
    const isCount = (one: unknown) => Number.isSafeInteger(one) && (one as number) >= 0
    const areColumns =
      raw.columns === undefined ||
      (Array.isArray(raw.columns) && raw.columns.every((name) => typeof name === 'string'))
    const isPlace = raw.version === 1 && isCount(raw.inode) && isCount(raw.offset) && areColumns
    return isPlace ? (raw as StoredPlace) : undefined
  } catch {
    return undefined
  }
}
