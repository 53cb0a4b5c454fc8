/** The Kafka that a sandbox runs when none is asked for; pom.xml pins the same one. */
export const DEFAULT_KAFKA_VERSION = '4.3.1'

export interface StartSpec {
  /** Where the nodes keep configuration, data and logs. Started again, a folder keeps its topics. */
  dir: string
  /** Where jars and the registry of sandboxes lie, e.g. ~/.cache/kt. */
  cacheDir: string
  /** Default: as many as the folder had before, else 1. */
  nodes?: number
  /** Of node 1; node n listens on port + n - 1. Default: the ports the folder had before, else 9092. */
  port?: number | 'free'
  kafkaVersion?: string
  /** An unpacked Kafka distribution to take the jars from, instead of Maven. */
  kafkaHome?: string
  /** Broker properties, for all nodes; they win over the sandbox's own. Default: those the folder had before. */
  config?: Record<string, string>
  /** The cluster dies with this process, however it dies. Default: it outlives it. */
  isOwned?: boolean
  /** The folder is deleted with the cluster. Only for folders made for this one. */
  isThrowAway?: boolean
  readyTimeoutMs?: number
  commands?: Commands
  signal?: AbortSignal
  /** Told what is being done, for a spinner. */
  onStep?: (step: string) => void
}

export interface Commands {
  java?: string
  maven?: string
}

export interface NodeAddress {
  id: number
  port: number
  controllerPort: number
}

/** What <dir>/state.json says. Whether a node runs is never written down: the process table knows. */
export interface State {
  kafkaVersion: string
  clusterId: string
  nodes: NodeAddress[]
  config: Record<string, string>
  kafkaHome?: string
  javaCommand: string
  /** The process the cluster dies with; also set while a start is under way. */
  owner?: ProcessIdentity
  isThrowAway: boolean
  startedAt: string
}

/** A pid alone may have been given to another process since. */
export interface ProcessIdentity {
  pid: number
  /** From the process table; opaque, compared for equality only. */
  startedAt: string
}

export type NodeCondition = 'running' | 'paused' | 'stopped'

export interface NodeStatus extends NodeAddress {
  condition: NodeCondition
  pid?: number
  logFile: string
}

export interface Sandbox {
  dir: string
  kafkaVersion: string
  clusterId: string
  /** host:port of every node, with commas: what --bootstrap-server takes. */
  bootstrapServers: string
  nodes: NodeStatus[]
}

/** One version of Kafka, ready to be started. */
export interface Kafka {
  version: string
  classpath: string
  javaCommand: string
  /** What formatting writes for this version: bootstrap.checkpoint with the finalised features. */
  checkpointFile: string
  /** Loaded classes to start from, which halves the start; undefined where none could be made. */
  archiveFile?: string
}
