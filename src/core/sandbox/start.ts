import { realpath, mkdir } from 'node:fs/promises'
import { SandboxError } from './errors.ts'
import { launch, waitUntilReady } from './launch.ts'
import { clusterToken } from './layout.ts'
import { randomUuid, writeNodeFiles } from './nodeFiles.ts'
import { describe } from './nodes.ts'
import { portHolder } from './portHolder.ts'
import { freePorts, isFree } from './ports.ts'
import { prepare } from './prepare.ts'
import { findProcesses, identify } from './processes.ts'
import { readState, register, registeredDirs, writeState } from './state.ts'
import { cleanOrphans, stop } from './stop.ts'
import { DEFAULT_KAFKA_VERSION, type Kafka, type NodeAddress } from './types.ts'
import type { Sandbox, StartSpec, State } from './types.ts'
import { arm, disarm } from './watchdog.ts'

const READY_TIMEOUT_MS = 60_000
const DEFAULT_PORT = 9092

/**
 * Starts a cluster and waits until every broker answers and knows all others. A folder that holds one
 * already is started again with its topics. Throws SandboxError (no Java, Java too old, no Maven, port
 * taken, already running, a node died); an abort through `signal` leaves nothing running.
 */
export async function start(spec: StartSpec): Promise<Sandbox> {
  try {
    return await startAnyway(spec)
  } catch (error) {
    // Why it was aborted says more than that it was.
    spec.signal?.throwIfAborted()
    throw error
  }
}

async function startAnyway(spec: StartSpec): Promise<Sandbox> {
  await cleanOrphans(spec.cacheDir)
  await mkdir(spec.dir, { recursive: true })
  // The same folder under two names would be two sandboxes to the process table.
  const dir = await realpath(spec.dir)
  const before = await readState(dir)
  await refuseIfRunning(dir)
  const nodes = await addressNodes(dir, spec, before)
  const version = spec.kafkaVersion ?? before?.kafkaVersion ?? DEFAULT_KAFKA_VERSION
  const kafkaHome = spec.kafkaHome ?? before?.kafkaHome
  const kafka = await prepare({ ...spec, version, kafkaHome })
  refuseOtherVersion(dir, kafka.version, before)
  const owner = await identify(process.pid)
  const state = { ...stateOf(spec, kafka, nodes, before), kafkaHome, owner }
  await bringUp(dir, spec, state, kafka)
  return describe(dir)
}

async function bringUp(dir: string, spec: StartSpec, state: State, kafka: Kafka): Promise<void> {
  // Known as ours before the first JVM exists, so that no moment of death leaves one behind.
  await writeState(dir, state)
  await register(spec.cacheDir, dir)
  arm(dir, state.isThrowAway)
  try {
    await launchAll(dir, spec, state, kafka)
  } catch (error) {
    await stop({ dir, cacheDir: spec.cacheDir, isDeleted: state.isThrowAway })
    if (!state.isThrowAway) await writeState(dir, { ...state, owner: undefined })
    throw error
  }
  if (spec.isOwned) return
  await writeState(dir, { ...state, owner: undefined })
  disarm(dir)
}

async function launchAll(dir: string, spec: StartSpec, state: State, kafka: Kafka): Promise<void> {
  const { readyTimeoutMs: timeoutMs = READY_TIMEOUT_MS, signal } = spec
  await Promise.all(state.nodes.map((node) => writeNodeFiles(dir, node, state, kafka)))
  signal?.throwIfAborted()
  spec.onStep?.(`starting Kafka ${kafka.version}, ${countNodes(state.nodes.length)}`)
  const launched = state.nodes.map((node) => launch(dir, node, kafka.javaCommand))
  await waitUntilReady(launched, { expected: state.nodes.map(({ id }) => id), timeoutMs, signal })
}

function stateOf(spec: StartSpec, kafka: Kafka, nodes: NodeAddress[], before: State | undefined): State {
  return {
    kafkaVersion: kafka.version,
    clusterId: before?.clusterId ?? randomUuid(),
    nodes,
    config: spec.config ?? before?.config ?? {},
    javaCommand: kafka.javaCommand,
    isThrowAway: spec.isThrowAway ?? false,
    startedAt: new Date().toISOString(),
  }
}

async function refuseIfRunning(dir: string): Promise<void> {
  const running = await findProcesses(clusterToken(dir))
  if (running.length === 0) return
  const { bootstrapServers } = await describe(dir)
  throw new SandboxError(`a sandbox is already running in ${dir}, at ${bootstrapServers}`, {
    hint: 'kt sandbox stop, or --dir and --port for a second one',
  })
}

function refuseOtherVersion(dir: string, version: string, before: State | undefined): void {
  if (before === undefined || before.kafkaVersion === version) return
  throw new SandboxError(`${dir} was written by Kafka ${before.kafkaVersion}, not ${version}`, {
    hint: 'take another --dir, or kt sandbox stop --delete first',
  })
}

async function addressNodes(dir: string, spec: StartSpec, before: State | undefined): Promise<NodeAddress[]> {
  const count = spec.nodes ?? before?.nodes.length ?? 1
  if (before !== undefined && before.nodes.length !== count) {
    throw new SandboxError(`the sandbox in ${dir} has ${countNodes(before.nodes.length)}, not ${count}`, {
      hint: 'take another --dir, or kt sandbox stop --delete first',
    })
  }
  const ids = Array.from({ length: count }, (_, i) => i + 1)
  const ports = await choosePorts(count, spec, before)
  const controllerPorts = await freePorts(count, ports)
  return ids.map((id, i) => ({ id, port: ports[i] ?? 0, controllerPort: controllerPorts[i] ?? 0 }))
}

async function choosePorts(
  count: number,
  { port, cacheDir }: StartSpec,
  before: State | undefined,
): Promise<number[]> {
  if (port === 'free') return freePorts(count)
  const first = port ?? DEFAULT_PORT
  const ports = Array.from({ length: count }, (_, i) => first + i)
  const chosen = port === undefined && before !== undefined ? before.nodes.map((node) => node.port) : ports
  await refuseTakenPorts(chosen, cacheDir)
  return chosen
}

async function refuseTakenPorts(ports: readonly number[], cacheDir: string): Promise<void> {
  for (const port of ports) {
    if (await isFree(port)) continue
    const holder = (await sandboxOn(port, cacheDir)) ?? (await portHolder(port))
    throw new SandboxError(`port ${port} is taken${holder === undefined ? '' : ` by ${holder}`}`, {
      hint: 'stop that, or choose another --port',
    })
  }
}

async function sandboxOn(port: number, cacheDir: string): Promise<string | undefined> {
  for (const dir of await registeredDirs(cacheDir)) {
    const nodes = (await readState(dir)) === undefined ? [] : (await describe(dir)).nodes
    if (nodes.some((node) => node.port === port && node.pid !== undefined)) return `the sandbox in ${dir}`
  }
  return undefined
}

function countNodes(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`
}
