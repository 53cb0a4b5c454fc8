import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { SandboxError } from './errors.ts'

export interface Java {
  command: string
  /** As it says itself, e.g. 17.0.15. */
  version: string
}

/** Finds Java and checks that it is new enough for this Kafka. Throws SandboxError where it is not. */
export async function findJava(kafkaVersion: string, command = 'java'): Promise<Java> {
  const version = await javaVersion(command)
  const required = requiredJava(kafkaVersion)
  if (majorOf(version) >= required) return { command, version }
  throw new SandboxError(
    `Java ${version} is too old: Kafka ${kafkaVersion} needs Java ${required} or newer`,
    {
      hint: `install a JDK or JRE ${required} and put it first in PATH, or point JAVA_HOME at it`,
    },
  )
}

async function javaVersion(command: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, ['-version']).catch((cause: unknown) => {
    throw new SandboxError(`no Java: "${command} -version" does not run`, {
      hint: 'install a JRE 17 or newer, e.g. openjdk-17-jre-headless, or set JAVA_HOME',
      cause,
    })
  })
  const version = /version "([^"]+)"/.exec(stderr + stdout)?.[1]
  if (version !== undefined) return version
  throw new SandboxError(`"${command} -version" does not say a version`, { hint: 'is it a Java?' })
}

/** Kafka 4 brokers need Java 17 (KIP-1013); brokers of 3.x run on 11, and on 8 with a warning. */
function requiredJava(kafkaVersion: string): number {
  return Number.parseInt(kafkaVersion, 10) >= 4 ? 17 : 11
}

/** 17.0.15 → 17; 1.8.0_402 → 8. */
function majorOf(version: string): number {
  const [first = '0', second = '0'] = version.split(/[._-]/)
  return Number(first === '1' ? second : first)
}
