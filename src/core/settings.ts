/** Client properties by Kafka's names: where they come from, what they may be, and typed access to them. */
import { UsageError } from './errors.ts'
import { nearest } from './nearest.ts'
import { parseValue } from './settings/parse.ts'
import { type Row } from './settings/row.ts'
import { rowOf, type SettingName, type SettingValue, TABLE } from './settings/table.ts'

export { parseProperties } from './settings/properties.ts'
export { TABLE as settingsTable, type SettingName, type SettingValue } from './settings/table.ts'

export type Settings = { readonly [N in SettingName]: SettingValue<N> } & {
  /** Whether the person gave it, rather than kt's default. */
  isSet(name: SettingName): boolean
}

export interface PropertiesFile {
  /** What a warning or an error calls it. */
  name: string
  properties: Readonly<Record<string, string>>
}

export interface SettingsSources {
  commandLine?: Readonly<Record<string, string>> | undefined
  file?: PropertiesFile | undefined
  /** What a person keeps for one cluster. */
  profile?: PropertiesFile | undefined
  /** Property names, not variable names: see `propertiesFromEnvironment`. */
  environment?: Readonly<Record<string, string>> | undefined
  /** What this command uses where nobody says otherwise, in place of Kafka's defaults. */
  defaults?: Readonly<Record<string, string>> | undefined
}

export interface ResolvedSettings {
  settings: Settings
  /** Sentences for stderr. */
  warnings: string[]
}

/**
 * The command line wins over the environment, that over the file, that over the profile, that over `defaults`.
 * An unknown name is a UsageError on the command line and a warning elsewhere; a wrong value always is a UsageError.
 */
export function resolveSettings(sources: SettingsSources = {}): ResolvedSettings {
  const values = new Map<string, unknown>()
  const given = new Set<string>()
  const warnings: string[] = []

  take(sources.defaults, 'the defaults', (unknown) => fail(unknown, 'the defaults'), false)
  for (const file of [sources.profile, sources.file])
    if (file !== undefined) take(file.properties, file.name, (unknown) => warn(unknown, file.name))
  take(sources.environment, 'the environment', (unknown) => warn(unknown, 'the environment'))
  take(sources.commandLine, 'the command line', (unknown) => fail(unknown))

  return { settings: asSettings(values, given), warnings }

  function take(
    properties: Readonly<Record<string, string>> | undefined,
    source: string,
    onUnknown: (name: string) => void,
    isGiven = true,
  ): void {
    for (const [name, rawValue] of Object.entries(properties ?? {})) {
      const row = rowOf(name)
      if (row === undefined) {
        onUnknown(name)
        continue
      }
      const value = parseValue(name, rawValue, row)
      if (row.effect === 'refused') refuseUnlessHarmless(name, rawValue.trim(), row, source)
      if (row.effect === 'left out' && rawValue.trim() !== '')
        warnings.push(`${source}: ${name} is left out: it names Java classes`)
      values.set(name, value)
      if (isGiven) given.add(name)
    }
  }

  function warn(name: string, source: string): void {
    const hint = hintFor(name)
    warnings.push(`${source}: unknown client property "${name}" is ignored${hint ? ` (${hint})` : ''}`)
  }
}

/** KT_SECURITY_PROTOCOL=SSL → security.protocol=SSL, for every property there is; other variables are left alone. */
export function propertiesFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of Object.keys(TABLE)) {
    const value = environment[`KT_${name.replaceAll('.', '_').toUpperCase()}`]
    if (value !== undefined) found[name] = value
  }
  return found
}

function asSettings(values: Map<string, unknown>, given: Set<string>): Settings {
  const settings: Record<string, unknown> = { isSet: (name: string) => given.has(name) }
  for (const [name, row] of Object.entries(TABLE))
    settings[name] = values.has(name) ? values.get(name) : row.default
  return settings as Settings
}

function fail(name: string, source?: string): never {
  const where = source === undefined ? '' : ` in ${source}`
  throw new UsageError(`unknown client property "${name}"${where}`, { hint: hintFor(name) })
}

function hintFor(name: string): string | undefined {
  const near = nearest(name, Object.keys(TABLE))
  return near === undefined ? undefined : `did you mean ${near}?`
}

function refuseUnlessHarmless(name: string, rawValue: string, row: Row<unknown>, source: string): void {
  if (rawValue === '' || rawValue === String(row.default) || row.harmless?.test(rawValue)) return
  throw new UsageError(
    `${name} (from ${source}) cannot be honoured: it needs Java, or a part of Kafka that kt does not have`,
    {
      hint: `leave ${name} out`,
    },
  )
}
