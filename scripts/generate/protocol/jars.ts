/** The jars whose message definitions are generated from: those that pom.xml pins. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { resolveJars } from '../../../src/core/sandbox/jars.ts'
import { DEFAULT_KAFKA_VERSION } from '../../../src/core/sandbox/types.ts'

/** Through Maven the first time; later from where the sandbox keeps them too. */
export async function kafkaJars(): Promise<string[]> {
  const cacheDir = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kt')
  const { classpath } = await resolveJars({ version: DEFAULT_KAFKA_VERSION, cacheDir })
  return classpath.split(':')
}
