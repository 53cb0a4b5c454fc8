import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeArchive } from './archive.ts'
import { renderProperties, serverProperties } from './config.ts'
import { SandboxError } from './errors.ts'
import { resolveJars, type Jars } from './jars.ts'
import { findJava } from './java.ts'
import { withLock } from './lock.ts'
import { randomUuid } from './node-files.ts'
import type { Commands, Kafka } from './types.ts'

export interface PrepareSpec {
  version: string
  cacheDir: string
  kafkaHome?: string
  commands?: Commands
  /** Default: from the second time on. Making it takes longer than it saves to a Kafka started once. */
  isArchiveWanted?: boolean
  signal?: AbortSignal
  onStep?: (step: string) => void
}

/**
 * Makes one Kafka ready to be started: jars, what formatting writes, and an archive of loaded classes.
 * The first time takes a while, later nothing. Throws SandboxError: no Java, Java too old, no Maven.
 */
export async function prepare(spec: PrepareSpec): Promise<Kafka> {
  const { kafkaHome, commands } = spec
  // Before Maven is asked for many megabytes; a distribution's version is known only from its jars.
  const early = kafkaHome === undefined ? await findJava(spec.version, commands?.java) : undefined
  const jars = await resolveJars({ ...spec, mavenCommand: commands?.maven })
  const java = early ?? (await findJava(jars.version, commands?.java))

  const dir = preparedDir(spec, jars)
  const checkpointFile = join(dir, 'bootstrap.checkpoint')
  const archiveFile = join(dir, `classes-${java.version}.jsa`)
  const kafka: Kafka = { ...jars, javaCommand: java.command, checkpointFile }
  const isFirstTime = !existsSync(checkpointFile)
  if (isFirstTime) {
    await once(checkpointFile, (draft) => makeCheckpoint(kafka, draft), spec)
  }
  const isSettled = existsSync(archiveFile) || existsSync(`${archiveFile}.failed`)
  if (!isSettled && (spec.isArchiveWanted ?? !isFirstTime)) {
    spec.onStep?.(`preparing Kafka ${jars.version}, once`)
    await once(archiveFile, (draft) => makeArchive(kafka, draft, spec.signal), spec)
  }
  return existsSync(archiveFile) ? { ...kafka, archiveFile } : kafka
}

function preparedDir({ cacheDir, kafkaHome }: PrepareSpec, { version }: Jars): string {
  if (kafkaHome === undefined) return join(cacheDir, 'kafka', version)
  const place = createHash('sha256').update(kafkaHome).digest('hex').slice(0, 8)
  return join(cacheDir, 'kafka', `${version}-${place}`)
}

/** `make` writes a draft, which then takes its place in one step; two kt at once do not both work. */
async function once(
  path: string,
  make: (draft: string) => Promise<void>,
  { signal }: PrepareSpec,
): Promise<void> {
  const makeIfMissing = async () => {
    if (existsSync(path)) return
    const draft = `${path}.tmp`
    await rm(draft, { force: true })
    await make(draft)
    if (existsSync(draft)) await rename(draft, path)
    else await writeFile(`${path}.failed`, '')
  }
  await withLock(`${path}.lock`, makeIfMissing, signal)
}

/** Formats a folder with Kafka's own tool and keeps the one file that does not depend on node or cluster. */
async function makeCheckpoint(kafka: Kafka, draft: string): Promise<void> {
  const workDir = join(draft, '..', 'formatting')
  await rm(workDir, { recursive: true, force: true })
  await mkdir(workDir, { recursive: true })
  try {
    const node = { id: 1, port: 9092, controllerPort: 9093 }
    const dataDir = join(workDir, 'data')
    const overrides = {}
    const properties = serverProperties({
      node,
      nodes: [node],
      kafkaVersion: kafka.version,
      dataDir,
      overrides,
    })
    const propertiesFile = join(workDir, 'server.properties')
    await writeFile(propertiesFile, renderProperties(properties))
    const tool = ['kafka.tools.StorageTool', 'format', '-t', randomUuid(), '-c', propertiesFile]
    await promisify(execFile)(kafka.javaCommand, ['-cp', kafka.classpath, ...tool])
    await rename(join(dataDir, 'bootstrap.checkpoint'), draft)
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string }
    const reason = stderr.trim().split('\n').at(-1) || message
    throw new SandboxError(`Kafka ${kafka.version} could not format a folder: ${reason}`, { cause })
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}
