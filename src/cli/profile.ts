/** Profiles: files of client properties with names, one for each cluster that a person works with. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../core/errors.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The path of `$XDG_CONFIG_HOME/kt/NAME.properties`. Throws UsageError where there is none, with the names that there are. */
export async function profileFile(name: string, env: Env): Promise<string> {
  const folder = join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'kt')
  const known = await profilesIn(folder)
  if (!known.includes(name)) throw await unknownProfile(name, folder, known)
  return join(folder, `${name}${SUFFIX}`)
}

const SUFFIX = '.properties'

async function profilesIn(folder: string): Promise<string[]> {
  const { readdir } = await import('node:fs/promises')
  try {
    const names = await readdir(folder)
    return names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function unknownProfile(name: string, folder: string, known: string[]): Promise<UsageError> {
  const { nearest } = await import('../core/nearest.ts')
  const near = nearest(name, known)
  const others = known.length === 0 ? 'there is none yet' : `there are: ${known.sort().join(', ')}`
  return new UsageError(`no profile "${name}": ${join(folder, `${name}${SUFFIX}`)} does not exist`, {
    hint: near === undefined ? others : `did you mean ${near}?`,
  })
}
