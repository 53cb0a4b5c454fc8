/** Small files that hold where kt was: read as a whole, replaced as a whole. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { KtError, UsageError, systemReason } from './errors.ts'

/** Undefined when there is no such file. Throws UsageError when it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UsageError(`${path}: cannot be read: ${systemReason(error)}`, { cause: error })
  }
}

/** Written beside it, brought to disk, and renamed over it: at any moment the old or the new one is there, whole. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.tmp`
  try {
    const fd = openSync(draft, 'w', 0o644)
    try {
      writeFileSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(draft, path)
  } catch (error) {
    throw new KtError(`${path}: the offsets cannot be stored: ${systemReason(error)}`, { cause: error })
  }
}
