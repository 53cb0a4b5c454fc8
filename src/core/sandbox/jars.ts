import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import pomText from '../../../pom.xml'
import { SandboxError } from './errors.ts'
import { withLock } from './lock.ts'

export interface JarsSpec {
  version: string
  /** Jars are copied once per version to <cacheDir>/kafka/<version>/libs. */
  cacheDir: string
  mavenCommand?: string
  /** An unpacked Kafka distribution: its libs are used where they are. */
  kafkaHome?: string
  signal?: AbortSignal
  onStep?: (step: string) => void
}

export interface Jars {
  /** Every jar by name, so that the class path is the same on every run. */
  classpath: string
  version: string
}

/** The jars of one Kafka version, through Maven the first time. Throws SandboxError. */
export async function resolveJars(spec: JarsSpec): Promise<Jars> {
  if (spec.kafkaHome !== undefined) return jarsIn(join(spec.kafkaHome, 'libs'))
  const versionDir = join(spec.cacheDir, 'kafka', spec.version)
  const libsDir = join(versionDir, 'libs')
  if (!existsSync(libsDir)) {
    spec.onStep?.(`getting Kafka ${spec.version} through Maven, once`)
    await withLock(join(versionDir, 'libs.lock'), () => copyJars(spec, versionDir, libsDir), spec.signal)
  }
  return jarsIn(libsDir)
}

async function copyJars(spec: JarsSpec, versionDir: string, libsDir: string): Promise<void> {
  if (existsSync(libsDir)) return
  // A fixed name: what a killed kt left is replaced, not piled up.
  const workDir = join(versionDir, 'copying')
  await rm(workDir, { recursive: true, force: true })
  try {
    await mkdir(join(workDir, 'libs'), { recursive: true })
    await writeFile(join(workDir, 'pom.xml'), pomText)
    await runMaven(spec, workDir)
    await rename(join(workDir, 'libs'), libsDir)
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

async function runMaven({ mavenCommand = 'mvn', version, signal }: JarsSpec, workDir: string): Promise<void> {
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(workDir, 'libs')}`]
  const args = ['-q', '-B', '-f', join(workDir, 'pom.xml'), ...goal, `-Dkafka.version=${version}`]
  try {
    await promisify(execFile)(mavenCommand, args, { signal, maxBuffer: 64 << 20 })
  } catch (cause) {
    throw mavenError(cause, mavenCommand, version)
  }
}

function mavenError(cause: unknown, mavenCommand: string, version: string): SandboxError {
  const { code, stdout = '' } = cause as NodeJS.ErrnoException & { stdout?: string }
  if (code === 'ENOENT') {
    return new SandboxError(
      `no Maven: "${mavenCommand}" does not run, and Kafka ${version} is not cached yet`,
      {
        hint: 'install Maven, or point --kafka-home at an unpacked Kafka distribution',
        cause,
      },
    )
  }
  const plain = stripVTControlCharacters(stdout)
  const reason = /^\[ERROR\] (.+?)(?: -> \[Help.*)?$/m.exec(plain)?.[1] ?? `it ended with ${code}`
  return new SandboxError(`Maven could not get the jars of Kafka ${version}: ${reason}`, {
    hint: 'check the version and the network; `mvn -v` should run',
    cause,
  })
}

async function jarsIn(libsDir: string): Promise<Jars> {
  const names = (await readdir(libsDir).catch(() => [])).filter((name) => name.endsWith('.jar')).sort()
  const version = names.map((name) => /^kafka-clients-(\d.*)\.jar$/.exec(name)?.[1]).find(Boolean)
  if (version === undefined) {
    throw new SandboxError(`${libsDir} has no kafka-clients jar`, {
      hint: '--kafka-home takes the folder of an unpacked Kafka distribution, the one with bin, config and libs',
    })
  }
  // Kafka 3 speaks to reload4j itself: a second slf4j binding beside it would take the log away.
  const hasReload4j = names.some((name) => name.startsWith('slf4j-reload4j-'))
  const used = names.filter((name) => !(hasReload4j && name.startsWith('log4j-slf4j-impl-')))
  return { classpath: used.map((name) => join(libsDir, name)).join(':'), version }
}
