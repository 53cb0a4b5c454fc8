/** What can be done to a single node of a sandbox. */
import { SandboxError } from './errors.ts'
import { launch, waitUntilReady } from './launch.ts'
import { clusterToken, nodeLayout, nodeToken } from './layout.ts'
import { findProcesses, isPaused, signalProcess, waitUntilGone, waitUntilPaused } from './processes.ts'
import { requireState } from './state.ts'
import type { NodeStatus, Sandbox, State } from './types.ts'

export interface StartNodeSpec {
  readyTimeoutMs?: number
  /** False where it cannot become ready yet, e.g. the first of three that are all down. */
  isAwaited?: boolean
  signal?: AbortSignal
}

const SIGNAL_TIMEOUT_MS = 10_000
const READY_TIMEOUT_MS = 60_000

/** What runs of the sandbox in `dir`. Throws SandboxError where there is none. */
export async function describe(dir: string): Promise<Sandbox> {
  const state = await requireState(dir)
  const processes = await findProcesses(clusterToken(dir))
  const nodes = await Promise.all(
    state.nodes.map(async (node): Promise<NodeStatus> => {
      const found = processes.find(({ commandLine }) => commandLine.includes(nodeToken(dir, node.id)))
      const { logFile } = nodeLayout(dir, node.id)
      if (found === undefined) return { ...node, condition: 'stopped', logFile }
      const condition = (await isPaused(found.pid)) ? 'paused' : 'running'
      return { ...node, condition, pid: found.pid, logFile }
    }),
  )
  const bootstrapServers = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')
  return { dir, kafkaVersion: state.kafkaVersion, clusterId: state.clusterId, bootstrapServers, nodes }
}

/** SIGKILL: the node has no chance to hand over. Resolves once it is gone. */
export async function killNode(dir: string, id: number): Promise<void> {
  signalProcess((await requireRunning(dir, id)).pid, 'SIGKILL')
  await waitUntilGone(nodeToken(dir, id), SIGNAL_TIMEOUT_MS)
}

/** SIGSTOP: its connections stay open and nobody answers on them. Resolves once it stands still. */
export async function pauseNode(dir: string, id: number): Promise<void> {
  const { pid } = await requireRunning(dir, id)
  signalProcess(pid, 'SIGSTOP')
  // Until its last thread has stopped it may still answer.
  await waitUntilPaused(pid, true, SIGNAL_TIMEOUT_MS)
}

/** SIGCONT, after `pauseNode`. Resolves once it runs again. */
export async function resumeNode(dir: string, id: number): Promise<void> {
  const { pid } = await requireRunning(dir, id)
  signalProcess(pid, 'SIGCONT')
  await waitUntilPaused(pid, false, SIGNAL_TIMEOUT_MS)
}

/** Starts a node that is down, on the port and with the data it had. */
export async function startNode(dir: string, id: number, spec: StartNodeSpec = {}): Promise<void> {
  const state = await requireState(dir)
  const node = await nodeOf(dir, id)
  if (node.pid !== undefined) throw new SandboxError(`node ${id} is already running (pid ${node.pid})`)
  const launched = launch(dir, node, state.javaCommand)
  const { readyTimeoutMs: timeoutMs = READY_TIMEOUT_MS, isAwaited = true, signal } = spec
  if (isAwaited) await waitUntilReady([launched], { expected: [id], timeoutMs, signal })
}

/** The file a node logs to. */
export async function logFileOf(dir: string, id: number): Promise<string> {
  return (await nodeOf(dir, id)).logFile
}

async function requireRunning(dir: string, id: number): Promise<{ pid: number }> {
  const { pid } = await nodeOf(dir, id)
  if (pid !== undefined) return { pid }
  throw new SandboxError(`node ${id} is not running`, { hint: `kt sandbox start ${id}` })
}

async function nodeOf(dir: string, id: number): Promise<NodeStatus> {
  const { nodes } = await describe(dir)
  const node = nodes.find((candidate) => candidate.id === id)
  if (node !== undefined) return node
  throw new SandboxError(`the sandbox has no node ${id}: ${listIds(nodes)}`)
}

function listIds(nodes: State['nodes']): string {
  const ids = nodes.map(({ id }) => id)
  return ids.length === 1 ? `only node ${ids[0]}` : `only nodes ${ids.join(', ')}`
}
