import { realpath, mkdir } from 'node:fs/promises'
import { systemReason } from '../errors.ts'
import { addressNodes, countNodes } from './addresses.ts'
import { NodeDiedError, SandboxError } from './errors.ts'
import { launch, waitUntilReady } from './launch.ts'
import { clusterToken } from './layout.ts'
import { withLock } from './lock.ts'
import { randomUuid, writeNodeFiles } from './node-files.ts'
import { describe } from './nodes.ts'
import { prepare } from './prepare.ts'
import { findProcesses, identify } from './processes.ts'
import { readState, register, startLock, writeState } from './state.ts'
import { cleanOrphans, forget, killAll } from './stop.ts'
import { DEFAULT_KAFKA_VERSION, type Kafka, type NodeAddress } from './types.ts'
import type { Sandbox, StartSpec, State } from './types.ts'
import { arm, disarm } from './watchdog.ts'

const READY_TIMEOUT_MS = 60_000

/**
 * Starts a cluster and waits until every broker answers and knows all others. A folder that holds one
 * already is started again with its topics. Throws SandboxError (no Java, Java too old, no Maven, port
 * taken, already running, no folder, a node died); an abort through `signal` leaves nothing running.
 */
export async function start(spec: StartSpec): Promise<Sandbox> {
  await cleanOrphans(spec.cacheDir)
  await makeFolder(spec.dir)
  // The same folder under two names would be two sandboxes to the process table.
  const dir = await realpath(spec.dir)
  const attempt = () => startIn(dir, spec)
  try {
    return await withLock(startLock(spec.cacheDir, dir), attempt, spec.signal)
  } catch (error) {
    // Why it was aborted says more than that it was.
    spec.signal?.throwIfAborted()
    if (spec.port !== 'free' || !isPortLost(error)) throw error
    return withLock(startLock(spec.cacheDir, dir), attempt, spec.signal)
  }
}

async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true })
  } catch (cause) {
    throw new SandboxError(`the folder ${dir} cannot be made: ${systemReason(cause)}`, {
      hint: 'choose another --dir',
      cause,
    })
  }
}

/** Somebody else took a free port between our look and the broker's. */
function isPortLost(error: unknown): boolean {
  return error instanceof SandboxError && /Address already in use|BindException/.test(error.message)
}

async function startIn(dir: string, spec: StartSpec): Promise<Sandbox> {
  const before = await readState(dir)
  await refuseIfRunning(dir)
  try {
    const nodes = await addressNodes(dir, spec, before)
    const version = spec.kafkaVersion ?? before?.kafkaVersion ?? DEFAULT_KAFKA_VERSION
    const kafkaHome = spec.kafkaHome ?? before?.kafkaHome
    const kafka = await prepare({ ...spec, version, kafkaHome })
    refuseOtherVersion(dir, kafka.version, before)
    const owner = await identify(process.pid)
    await bringUp(dir, spec, { ...stateOf(spec, kafka, nodes, before), kafkaHome, owner }, kafka)
  } catch (error) {
    // A first start that failed leaves nothing but logs: nothing that the next one would have to agree with.
    if (before === undefined) await forget(dir, spec.cacheDir, !spec.isThrowAway)
    throw spec.isThrowAway ? withoutHint(error) : error
  }
  return describe(dir)
}

/** The log that the hint names is deleted with the rest. */
function withoutHint(error: unknown): unknown {
  return error instanceof NodeDiedError ? new SandboxError(error.message, { cause: error }) : error
}

async function bringUp(dir: string, spec: StartSpec, state: State, kafka: Kafka): Promise<void> {
  // Known as ours before the first JVM exists, so that no moment of death leaves one behind.
  await writeState(dir, state)
  await register(spec.cacheDir, dir)
  arm(dir, state.isThrowAway)
  try {
    await launchAll(dir, spec, state, kafka)
  } catch (error) {
    await killAll(dir)
    disarm(dir)
    await writeState(dir, { ...state, owner: undefined })
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
