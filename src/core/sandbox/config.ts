import type { NodeAddress } from './types.ts'

export interface NodeConfigSpec {
  node: NodeAddress
  nodes: readonly NodeAddress[]
  kafkaVersion: string
  dataDir: string
  /** The person's own; they win. */
  overrides: Record<string, string>
}

/**
 * server.properties of one node: broker and controller in one process, on loopback only. What differs
 * from Kafka's defaults makes small clusters start, fail over and stop fast; behaviour stays Kafka's.
 */
export function serverProperties(spec: NodeConfigSpec): Record<string, string> {
  return { ...roles(spec), ...internalTopics(spec), ...timings(), ...sizes(), ...spec.overrides }
}

/** Java's properties syntax: a backslash would be an escape. */
export function renderProperties(properties: Record<string, string>): string {
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`)
  return lines.join('')
}

function roles({ node, nodes, dataDir }: NodeConfigSpec): Record<string, string> {
  const voters = nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`)
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': voters.join(','),
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dataDir,
  }
}

function internalTopics({ nodes, kafkaVersion }: NodeConfigSpec): Record<string, string> {
  const replicas = String(Math.min(3, nodes.length))
  const minIsr = nodes.length >= 3 ? '2' : '1'
  const shareStates = {
    'share.coordinator.state.topic.num.partitions': '5',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': minIsr,
  }
  return {
    'offsets.topic.num.partitions': '5',
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.num.partitions': '5',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minIsr,
    // Kafka 3 does not know share groups' coordinator and would warn.
    ...(Number.parseInt(kafkaVersion, 10) >= 4 ? shareStates : {}),
  }
}

function timings(): Record<string, string> {
  return {
    'group.initial.rebalance.delay.ms': '0',
    'broker.session.timeout.ms': '6000',
    'broker.heartbeat.interval.ms': '500',
    'controller.quorum.election.timeout.ms': '500',
    'controller.quorum.fetch.timeout.ms': '1500',
  }
}

/** The log cleaner takes 128 MiB of heap by default, more than the rest of a small broker. */
function sizes(): Record<string, string> {
  return { 'log.cleaner.dedupe.buffer.size': String(8 << 20) }
}
