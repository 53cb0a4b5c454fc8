import { isAbsolute, join } from 'node:path'

/**
 * The folder of compiled code, in the person's own cache folder. Undefined where there is none, or where
 * NODE_DISABLE_COMPILE_CACHE, Node's own variable, says to do without.
 */
export function codeCacheDir(env: Record<string, string | undefined>): string | undefined {
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined
  const base = env.XDG_CACHE_HOME || (env.HOME ? join(env.HOME, '.cache') : '')
  return isAbsolute(base) ? join(base, 'kt', 'code') : undefined
}
