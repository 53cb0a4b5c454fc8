/** Client settings from wherever the person gave them: the options of a command, properties, environment, file. */
import { UsageError } from '../core/errors.ts'
import { readNamedText } from './named-file.ts'
import type { PropertiesFile, Settings } from '../core/settings.ts'

export interface SettingsInput {
  values: Record<string, unknown>
  env: Readonly<Record<string, string | undefined>>
  /** What the command's own options say; they win. */
  overrides: Record<string, string>
  /** What this command uses where nobody says otherwise. */
  defaults?: Record<string, string>
  note(text: string): void
}

/** Throws UsageError for what cannot be, and where no cluster is named; unknown names in a file are noted. */
export async function readSettings({
  values,
  env,
  overrides,
  defaults,
  note,
}: SettingsInput): Promise<Settings> {
  const { resolveSettings, propertiesFromEnvironment } = await import('../core/settings.ts')
  const chosenProfile = values.profile as string | undefined
  // A profile of the command line stands for all that the environment says of a cluster.
  const said = chosenProfile === undefined ? env : {}
  const profileName = chosenProfile ?? env.KT_PROFILE
  const profile = profileName
    ? await namedFile(await (await import('./profile.ts')).profileFile(profileName, env))
    : undefined
  const file = await namedFile(values.commandConfig as string | undefined)
  const commandLine = { ...(values.commandProperty as Record<string, string> | undefined), ...overrides }
  // A property of the command line is nearer to the person than the environment.
  const bootstrap =
    (values.bootstrapServer as string | undefined) ??
    commandLine['bootstrap.servers'] ??
    said.KT_BOOTSTRAP_SERVER
  if (bootstrap !== undefined) commandLine['bootstrap.servers'] = bootstrap
  const { settings, warnings } = resolveSettings({
    commandLine,
    file,
    profile,
    environment: propertiesFromEnvironment(said),
    defaults,
  })
  for (const warning of warnings) note(`warning: ${warning}`)
  if (settings['bootstrap.servers'].length === 0)
    throw new UsageError('no cluster given: --bootstrap-server must be specified', {
      hint: 'or set KT_BOOTSTRAP_SERVER, or use a --profile (kt sandbox start gives you a cluster)',
    })
  return settings
}

async function namedFile(name: string | undefined): Promise<PropertiesFile | undefined> {
  return name === undefined ? undefined : { name, properties: await readPropertiesFile(name) }
}

/** A file in Java's .properties syntax; none where no name is given. Throws UsageError when it cannot be read. */
export async function readPropertiesFile(fileName: string | undefined): Promise<Record<string, string>> {
  if (fileName === undefined) return {}
  const { parseProperties } = await import('../core/settings.ts')
  return parseProperties(readNamedText(fileName))
}
