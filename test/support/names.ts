import { randomBytes } from 'node:crypto'

/** A topic or group name no other test uses: the shared cluster is shared by all. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`
}
