/** Three real brokers, each behind a proxy of its own that only the clients under test go through. */
import { readFile, writeFile } from 'node:fs/promises'
import { nodeLayout } from '../../../src/core/sandbox/layout.ts'
import { describe } from '../../../src/core/sandbox/nodes.ts'
import { freePorts } from '../../../src/core/sandbox/ports.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { kt } from '../../support/cli.ts'
import { TcpProxy } from '../../support/tcp-proxy.ts'
import { leaderOf } from './oracle.ts'

export const NODES = [1, 2, 3]

export interface FaultCluster extends Cluster {
  /** What `kt` connects to; `bootstrap` is the way around the proxies, for those who check. */
  proxied: string
  proxy(id: number): TcpProxy
  /** SIGTERM: the node hands over its partitions before it ends. */
  shutDown(id: number): Promise<void>
  createTopic(topic: string, partitions?: number, config?: Record<string, string>): Promise<void>
  /** Starts what is down, continues what is stopped, mends every connection, and waits for full replica sets. */
  heal(): Promise<void>
}

const CONFIG = {
  'min.insync.replicas': '2',
  'default.replication.factor': '3',
  'offsets.topic.num.partitions': '5',
  'transaction.state.log.num.partitions': '5',
  'broker.session.timeout.ms': '6000',
  'controlled.shutdown.max.retries': '3',
  // Groups of KIP-848 take theirs from the broker: as short as the classic ones' here.
  'group.consumer.min.session.timeout.ms': '6000',
  'group.consumer.session.timeout.ms': '6000',
  'group.consumer.min.heartbeat.interval.ms': '1000',
  'group.consumer.heartbeat.interval.ms': '1000',
}

export async function startFaultCluster(config: Record<string, string> = {}): Promise<FaultCluster> {
  const cluster = await startCluster({ nodes: 3, config: { ...CONFIG, ...config } })
  const hidden = await freePorts(3, cluster.ports)
  const proxies = await Promise.all(hidden.map((port) => TcpProxy.start(() => port)))
  await putBehind(cluster, hidden, proxies)
  const proxied = proxies.map(({ port }) => `127.0.0.1:${port}`).join(',')
  return {
    ...cluster,
    proxied,
    proxy: (id) => proxies[id - 1]!,
    shutDown: (id) => shutDown(cluster, id),
    createTopic: (topic, partitions = 3, topicConfig = {}) =>
      createTopic(cluster.bootstrap, topic, partitions, topicConfig),
    heal: () => heal(cluster, proxies),
    stop: async () => {
      await Promise.all(proxies.map((proxy) => proxy.close()))
      await cluster.stop()
    },
  }
}

/** Adds a listener to each node that says it is found at the proxy; that needs the nodes started again. */
async function putBehind(cluster: Cluster, hidden: number[], proxies: TcpProxy[]): Promise<void> {
  for (const id of NODES) {
    await cluster.kill(id)
    const { propertiesFile } = nodeLayout(cluster.dir, id)
    const text = await readFile(propertiesFile, 'utf8')
    const changed = text
      .replace(/^listeners=.*$/m, (line) => `${line},PROXIED://127.0.0.1:${hidden[id - 1]}`)
      .replace(
        /^advertised\.listeners=.*$/m,
        (line) => `${line},PROXIED://127.0.0.1:${proxies[id - 1]?.port}`,
      )
      .replace(/^listener\.security\.protocol\.map=.*$/m, (line) => `${line},PROXIED:PLAINTEXT`)
    await writeFile(propertiesFile, changed)
  }
  await startAll(cluster, NODES)
}

async function startAll(cluster: Cluster, ids: readonly number[]): Promise<void> {
  // The first of three can only become ready when the others are there too.
  for (const id of ids.slice(0, -1)) await cluster.startNode(id, { isAwaited: false })
  for (const id of ids.slice(-1)) await cluster.startNode(id)
}

async function heal(cluster: Cluster, proxies: TcpProxy[]): Promise<void> {
  for (const proxy of proxies) proxy.setAll('pass')
  const { nodes } = await describe(cluster.dir)
  for (const { id, condition } of nodes) if (condition === 'paused') await cluster.resume(id)
  await startAll(
    cluster,
    nodes.filter(({ condition }) => condition === 'stopped').map(({ id }) => id),
  )
}

async function shutDown(cluster: Cluster, id: number): Promise<void> {
  const pid = (await describe(cluster.dir)).nodes.find((node) => node.id === id)?.pid
  if (pid === undefined) throw new Error(`node ${id} does not run`)
  process.kill(pid, 'SIGTERM')
  for (let waited = 0; waited < 30_000; waited += 100) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    if ((await describe(cluster.dir)).nodes.every((node) => node.id !== id || node.pid === undefined)) return
  }
  throw new Error(`node ${id} has not ended 30 s after SIGTERM`)
}

async function createTopic(
  bootstrap: string,
  topic: string,
  partitions: number,
  config: Record<string, string>,
): Promise<void> {
  const settings = Object.entries(config).flatMap(([key, value]) => ['--config', `${key}=${value}`])
  const args = ['topics', 'create', topic, '--partitions', `${partitions}`, '--replication-factor', '3']
  const made = await kt([...args, '--bootstrap-server', bootstrap, ...settings])
  if (made.code !== 0) throw new Error(`no topic ${topic}: ${made.stderr}`)
  for (let waited = 0; waited < 10_000; waited += 100) {
    const leaders = await Promise.all(
      Array.from({ length: partitions }, (_, partition) => leaderOf(bootstrap, topic, partition)),
    )
    if (leaders.every((leader) => leader > 0)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`topic ${topic} has no leaders`)
}
