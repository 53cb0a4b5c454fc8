import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where `kt` keeps its jars too, so that a machine fetches each Kafka once. */
export const cacheDir = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kt')
