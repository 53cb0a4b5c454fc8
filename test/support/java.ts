import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { prepare } from '../../src/core/sandbox/prepare.ts'
import { DEFAULT_KAFKA_VERSION, type Kafka } from '../../src/core/sandbox/types.ts'
import { cacheDir } from './cache.ts'
import { HANGS_AFTER_MS } from './eventually.ts'
import { JavaTools } from './java-tools.ts'

export interface JavaOptions {
  stdin?: string | Uint8Array
  version?: string
  /** For the JVM, before the class. */
  flags?: readonly string[]
}

export interface JavaResult {
  stdout: string
  stderr: string
  code: number | null
}

/** Tools that do one thing and end can share a JVM. */
const SHORT_TOOL = /(Command|Shell|DumpLogSegments|ConsoleProducer|ConsoleConsumer)$/

const prepared = new Map<string, Promise<Kafka>>()
const tools = new Map<string, Promise<JavaTools | undefined>>()

/**
 * Runs one of Kafka's own tools from the jars the clusters run from, e.g.
 * `java('org.apache.kafka.tools.TopicCommand', ['--bootstrap-server', bootstrap, '--list'])`.
 */
export async function java(
  mainClass: string,
  args: readonly string[],
  options: JavaOptions = {},
): Promise<JavaResult> {
  const { version = DEFAULT_KAFKA_VERSION } = options
  const isShort = SHORT_TOOL.test(mainClass) && options.flags === undefined
  const shared = isShort ? await toolsOf(version) : undefined
  if (shared !== undefined) return shared.run(mainClass, args, options.stdin)
  const child = await spawnJava(mainClass, args, options)
  // A tool may end before it has read everything; its exit code says what that means.
  child.stdin.on('error', () => {})
  child.stdin.end(options.stdin ?? '')
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { stdout, stderr, code: await code }
}

/** Starts one of them and leaves talking to it, and ending it, to the test. */
export async function spawnJava(
  mainClass: string,
  args: readonly string[],
  options: Omit<JavaOptions, 'stdin'> = {},
): Promise<ChildProcessWithoutNullStreams> {
  const { javaCommand, flags, classpath } = await jvmOf(options.version ?? DEFAULT_KAFKA_VERSION)
  const words = [...flags, ...(options.flags ?? []), '-cp', classpath, mainClass, ...args]
  return spawn(javaCommand, words, { timeout: HANGS_AFTER_MS, killSignal: 'SIGKILL' })
}

function toolsOf(version: string): Promise<JavaTools | undefined> {
  const known =
    tools.get(version) ??
    jvmOf(version).then(({ javaCommand, flags, classpath }) =>
      JavaTools.start(javaCommand, [...flags, '-cp', classpath]),
    )
  tools.set(version, known)
  return known
}

async function jvmOf(version: string): Promise<{ javaCommand: string; flags: string[]; classpath: string }> {
  const { classpath, javaCommand, archiveFile } = await kafkaOf(version)
  const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m', '-Dlog4j2.level=OFF']
  flags.push('-Dfile.encoding=UTF-8', '-Dsun.stdout.encoding=UTF-8')
  if (archiveFile !== undefined) flags.push(`-XX:SharedArchiveFile=${archiveFile}`)
  return { javaCommand, flags, classpath }
}

export function kafkaOf(version = DEFAULT_KAFKA_VERSION): Promise<Kafka> {
  const known = prepared.get(version) ?? prepare({ version, cacheDir, isArchiveWanted: true })
  prepared.set(version, known)
  return known
}
