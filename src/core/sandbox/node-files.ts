import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderProperties, serverProperties } from './config.ts'
import { nodeLayout, type NodeLayout } from './layout.ts'
import type { Kafka, NodeAddress, State } from './types.ts'

// Modest, and yet enough for benchmarks: a node stays below 500 MiB with metaspace, code and buffers.
const HEAP_FLAGS = ['-Xms128m', '-Xmx256m', '-XX:MaxDirectMemorySize=128m', '-XX:+UseSerialGC']
const OTHER_FLAGS = ['-XX:-UsePerfData', '-XX:+ExitOnOutOfMemoryError', '-Djava.awt.headless=true']

/** Writes all that one node needs to start. Data that is there stays. */
export async function writeNodeFiles(
  dir: string,
  node: NodeAddress,
  state: State,
  kafka: Kafka,
  extraFlags: readonly string[] = [],
): Promise<void> {
  const layout = nodeLayout(dir, node.id)
  await mkdir(layout.dataDir, { recursive: true })
  const { nodes, kafkaVersion, config: overrides } = state
  const properties = serverProperties({ node, nodes, kafkaVersion, dataDir: layout.dataDir, overrides })
  await Promise.all([
    writeFile(layout.propertiesFile, renderProperties(properties)),
    writeFile(layout.log4j2File, log4j2Config(layout.logFile)),
    writeFile(layout.log4j1File, log4j1Config(layout.logFile)),
    writeFile(layout.jvmArgsFile, jvmArgs(layout, kafka, extraFlags)),
    formatData(layout.dataDir, node.id, state.clusterId, kafka.checkpointFile),
  ])
}

/** A random Kafka Uuid as it prints them; one that began with "-" would look like an option. */
export function randomUuid(): string {
  const text = randomBytes(16).toString('base64url')
  return text.startsWith('-') ? randomUuid() : text
}

/**
 * What `kafka-storage.sh format` leaves behind, without paying a JVM: the features of the version as a
 * checkpoint, the same for every node and cluster, and who this node is (MetaPropertiesVersion.V1).
 */
async function formatData(
  dataDir: string,
  id: number,
  clusterId: string,
  checkpointFile: string,
): Promise<void> {
  const metaFile = join(dataDir, 'meta.properties')
  if (existsSync(metaFile)) return
  await copyFile(checkpointFile, join(dataDir, 'bootstrap.checkpoint'))
  const meta = { version: '1', 'cluster.id': clusterId, 'node.id': String(id), 'directory.id': randomUuid() }
  await writeFile(metaFile, renderProperties(meta))
}

/** A file for `java @file`: it keeps the class path, thousands of characters, out of the process table. */
function jvmArgs(layout: NodeLayout, kafka: Kafka, extraFlags: readonly string[]): string {
  const logging = [
    `-Dlog4j2.configurationFile=${layout.log4j2File}`,
    `-Dlog4j.configuration=file:${layout.log4j1File}`,
  ]
  const flags = [...HEAP_FLAGS, ...OTHER_FLAGS, ...logging, ...archiveFlags(kafka), ...extraFlags]
  return [...flags, '-cp', kafka.classpath].map(quoteJvmArg).join('\n') + '\n'
}

/** `auto`: an archive that does not fit this JVM after all is passed over, not fatal. */
function archiveFlags({ archiveFile }: Kafka): string[] {
  return archiveFile === undefined ? [] : [`-XX:SharedArchiveFile=${archiveFile}`, '-Xshare:auto']
}

function quoteJvmArg(arg: string): string {
  return `"${arg.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function log4j2Config(logFile: string): string {
  return `status=error
appender.file.type=File
appender.file.name=file
appender.file.fileName=${logFile}
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=INFO
rootLogger.appenderRef.file.ref=file
`
}

function log4j1Config(logFile: string): string {
  return `log4j.rootLogger=INFO, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.File=${logFile}
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=[%d] %p %m (%c)%n
`
}
