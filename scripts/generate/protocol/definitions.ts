/** Kafka's message definitions as they stand in its jars: JSON with comments. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { unzipSync } from 'fflate'

export interface FieldDefinition {
  name: string
  type: string
  versions?: string
  nullableVersions?: string
  taggedVersions?: string
  flexibleVersions?: string
  tag?: number
  default?: string | number | boolean | null
  ignorable?: boolean | string
  fields?: FieldDefinition[]
}

export interface StructDefinition {
  name: string
  versions?: string
  fields: FieldDefinition[]
}

export interface Definition {
  /** The jar it comes from, without version: 'kafka-clients'. */
  origin: string
  type: 'request' | 'response' | 'header' | 'data' | 'metadata' | 'coordinator-key' | 'coordinator-value'
  name: string
  apiKey?: number
  listeners?: string[]
  validVersions: string
  flexibleVersions?: string
  latestVersionUnstable?: boolean
  fields?: FieldDefinition[]
  commonStructs?: StructDefinition[]
}

const origins = [
  'kafka-clients',
  'kafka-group-coordinator',
  'kafka-transaction-coordinator',
  'kafka-share-coordinator',
  'kafka-metadata',
  'kafka-raft',
  'kafka-storage',
]

/** Every definition in the jars, by jar and then by name. */
export function readDefinitions(jars: string[]): Definition[] {
  const definitions: Definition[] = []
  for (const origin of origins) {
    const jar = jars.find((path) => new RegExp(`^${origin}-[\\d.]+\\.jar$`).test(basename(path)))
    if (jar === undefined) throw new Error(`no ${origin} jar among ${jars.length} jars`)
    definitions.push(...readJar(origin, jar))
  }
  return definitions
}

function readJar(origin: string, jar: string): Definition[] {
  const entries = unzipSync(readFileSync(jar), {
    filter: ({ name }) => /^(common\/)?(message|metadata)\/\w+\.json$/.test(name),
  })
  const texts = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))
  if (texts.length === 0) throw new Error(`no message definitions in ${jar}`)
  return texts.map(([name, bytes]) =>
    parseDefinition(origin, `${jar}!${name}`, Buffer.from(bytes).toString()),
  )
}

function parseDefinition(origin: string, where: string, text: string): Definition {
  // No string in the definitions contains "//", so a comment is whatever follows it.
  const json = text.replace(/\/\/.*$/gm, '')
  try {
    return { origin, ...(JSON.parse(json) as Omit<Definition, 'origin'>) }
  } catch (error) {
    throw new Error(`${where} is not JSON`, { cause: error })
  }
}
