/** The whole of a result: what was measured, with which settings, where. Stable keys. */
import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { Cluster } from '../../core/cluster/cluster.ts'
import { type Measured, type Result, resultOf } from '../../core/perf/result.ts'
import { kafkaRelease } from '../../core/perf/release.ts'

export interface Machine {
  cpu: string
  cpus: number
  memoryMb: number
  system: string
  runtime: string
}

export interface ClusterFacts {
  id: string | null
  brokers: number
  /** Kafka's release, as far as the cluster tells. */
  version: string
}

export interface PerfDocument extends Result {
  perf: 'producer' | 'consumer' | 'latency'
  name?: string
  topic: string
  startedAt: string
  isInterrupted: boolean
  settings: Record<string, unknown>
  machine: Machine
  cluster: ClusterFacts
  /** What only this kind of run knows, e.g. rebalanceMs. */
  details?: Record<string, number>
}

export interface About {
  perf: PerfDocument['perf']
  topic: string
  isInterrupted: boolean
  settings: Record<string, unknown>
  cluster: ClusterFacts
  details?: Record<string, number>
}

export function documentOf(measured: Measured, about: About): PerfDocument {
  const { perf, topic, isInterrupted, settings, cluster, details } = about
  const startedAt = new Date(measured.startedAtMs).toISOString()
  const facts = { perf, topic, startedAt, isInterrupted }
  return {
    ...facts,
    ...resultOf(measured),
    ...(details && { details }),
    settings,
    machine: machine(),
    cluster,
  }
}

export async function clusterFacts(cluster: Cluster): Promise<ClusterFacts> {
  const { clusterId, brokers } = cluster.metadata
  return { id: clusterId, brokers: brokers.size, version: await kafkaRelease(cluster) }
}

function machine(): Machine {
  const processors = cpus()
  const { bun, node } = process.versions as { bun?: string; node: string }
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cpus: processors.length,
    memoryMb: Math.round(totalmem() / 2 ** 20),
    system: `${platform()} ${release()} ${arch()}`,
    runtime: bun === undefined ? `Node ${node}` : `Bun ${bun}`,
  }
}
