/** Files that a person named: read as a whole. */
import { readFileSync } from 'node:fs'
import { UsageError, systemReason } from '../core/errors.ts'

/** Throws UsageError that names the file. */
export function readNamedFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** As UTF-8. Throws UsageError that names the file. */
export function readNamedText(path: string): string {
  return readNamedFile(path).toString()
}

export function unreadable(path: string, error: unknown): UsageError {
  return new UsageError(`${path}: cannot be read: ${systemReason(error)}`, { cause: error })
}
