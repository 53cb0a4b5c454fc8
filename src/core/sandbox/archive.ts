import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { launch, waitUntilReady } from './launch.ts'
import { clusterToken } from './layout.ts'
import { randomUuid, writeNodeFiles } from './node-files.ts'
import { freePorts } from './ports.ts'
import { findProcesses, signalProcess, waitUntilGone } from './processes.ts'
import type { Kafka, State } from './types.ts'
import { arm, disarm } from './watchdog.ts'

const READY_TIMEOUT_MS = 60_000
// The archive is written while the JVM ends, which takes some seconds.
const DUMP_TIMEOUT_MS = 60_000

/**
 * Runs a throw-away node once to write the classes it loaded to `archiveFile` (a dynamic AppCDS archive,
 * JEP 350). Whatever stops it from doing so leaves no file: a sandbox starts without, only slower.
 */
export async function makeArchive(kafka: Kafka, archiveFile: string, signal?: AbortSignal): Promise<void> {
  const dir = join(archiveFile, '..', 'training')
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir)
  arm(dir, true)
  try {
    const [port = 0, controllerPort = 0] = await freePorts(2)
    const node = { id: 1, port, controllerPort }
    await writeNodeFiles(dir, node, trainingState(kafka, node), kafka, [
      `-XX:ArchiveClassesAtExit=${archiveFile}`,
    ])
    const launched = launch(dir, node, kafka.javaCommand)
    await waitUntilReady([launched], { expected: [1], timeoutMs: READY_TIMEOUT_MS, signal })
    signalProcess(launched.pid, 'SIGTERM')
    await waitUntilGone(clusterToken(dir), DUMP_TIMEOUT_MS)
  } catch (error) {
    if (signal?.aborted) throw error
  } finally {
    for (const { pid } of await findProcesses(clusterToken(dir))) signalProcess(pid, 'SIGKILL')
    disarm(dir)
    await rm(dir, { recursive: true, force: true })
  }
}

function trainingState(kafka: Kafka, node: State['nodes'][number]): State {
  return {
    kafkaVersion: kafka.version,
    clusterId: randomUuid(),
    nodes: [node],
    config: {},
    javaCommand: kafka.javaCommand,
    isThrowAway: true,
    startedAt: new Date().toISOString(),
  }
}
