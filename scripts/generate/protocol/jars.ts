/** The jars whose message definitions are generated from: those that pom.xml pins. */
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** KT_GENERATE_JARS names a folder of jars to use instead of Maven's. */
export async function kafkaJars(): Promise<string[]> {
  const folder = process.env['KT_GENERATE_JARS']
  if (folder === undefined) throw new Error('KT_GENERATE_JARS is not set')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .map((name) => resolve(join(folder, name)))
}
