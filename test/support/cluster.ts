/** Real Kafka clusters for tests; all of them die with the test run, however it ends. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as nodes from '../../src/core/sandbox/nodes.ts'
import { prepare } from '../../src/core/sandbox/prepare.ts'
import { start } from '../../src/core/sandbox/start.ts'
import { stop } from '../../src/core/sandbox/stop.ts'
import { DEFAULT_KAFKA_VERSION } from '../../src/core/sandbox/types.ts'
import { cacheDir } from './cache.ts'
import { HANGS_AFTER_MS } from './eventually.ts'

export interface ClusterSpec {
  nodes?: number
  version?: string
  config?: Record<string, string>
  /** Where it lives; a folder of its own in the temporary one when it is not given. */
  dir?: string
}

export interface Cluster {
  /** host:port of every node, with commas. */
  bootstrap: string
  /** ports[0] is node 1's. */
  ports: number[]
  version: string
  dir: string
  /** SIGKILL; resolves once the node is gone. */
  kill(id: number): Promise<void>
  /** SIGSTOP: connections stay open and silent. */
  pause(id: number): Promise<void>
  resume(id: number): Promise<void>
  /** Starts a node that is down and waits until it is registered again. */
  startNode(id: number, options?: nodes.StartNodeSpec): Promise<void>
  /** Kills all nodes and deletes their data. */
  stop(): Promise<void>
}

/** Starts a cluster of its own for a test file: call `stop` in afterAll. */
export async function startCluster(spec: ClusterSpec = {}): Promise<Cluster> {
  const { version = DEFAULT_KAFKA_VERSION } = spec
  await prepare({ version, cacheDir, isArchiveWanted: true })
  const dir = spec.dir ?? (await mkdtemp(join(tmpdir(), 'kt-test-')))
  const sandbox = await start({
    dir,
    cacheDir,
    nodes: spec.nodes ?? 1,
    port: 'free',
    kafkaVersion: version,
    config: spec.config,
    isOwned: true,
    isThrowAway: true,
    readyTimeoutMs: HANGS_AFTER_MS,
  })
  return {
    bootstrap: sandbox.bootstrapServers,
    ports: sandbox.nodes.map(({ port }) => port),
    version: sandbox.kafkaVersion,
    dir: sandbox.dir,
    kill: (id) => nodes.killNode(sandbox.dir, id),
    pause: (id) => nodes.pauseNode(sandbox.dir, id),
    resume: (id) => nodes.resumeNode(sandbox.dir, id),
    startNode: (id, options) =>
      nodes.startNode(sandbox.dir, id, { readyTimeoutMs: HANGS_AFTER_MS, ...options }),
    stop: async () => void (await stop({ dir: sandbox.dir, cacheDir, isDeleted: true })),
  }
}
