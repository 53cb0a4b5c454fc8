import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { NodeDiedError, SandboxError } from './errors.ts'
import { nodeLayout } from './layout.ts'
import { liveBrokers } from './probe.ts'
import type { NodeAddress } from './types.ts'

export interface LaunchedNode {
  node: NodeAddress
  dir: string
  pid: number
  hasExited: boolean
  /** Resolved when the JVM ended while this process was there to see it. */
  exited: Promise<void>
  /** Where this run's part of the log begins. */
  logStartBytes: number
}

export interface ReadySpec {
  /** Which brokers each node must know before it counts as ready. */
  expected: readonly number[]
  timeoutMs: number
  signal?: AbortSignal
}

const POLL_MS = 50
const PROBE_TIMEOUT_MS = 2_000
const MAX_LOG_READ_BYTES = 1 << 20

/** Starts the JVM of one node, in its own session: a Ctrl-C in the terminal does not reach it. */
export function launch(dir: string, node: NodeAddress, javaCommand: string): LaunchedNode {
  const layout = nodeLayout(dir, node.id)
  const logStartBytes = existsSync(layout.logFile) ? statSync(layout.logFile).size : 0
  const output = openSync(layout.stdoutFile, 'a')
  const args = [`@${layout.jvmArgsFile}`, 'kafka.Kafka', layout.propertiesFile]
  const child = spawn(javaCommand, args, {
    detached: true,
    cwd: layout.dir,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  child.unref()
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const launched = { node, dir, pid: child.pid ?? -1, hasExited: false, exited, logStartBytes }
  void exited.then(() => (launched.hasExited = true))
  return launched
}

/** Waits until every node answers and knows all of `expected`. Throws SandboxError, with the log's reason, if one dies. */
export async function waitUntilReady(launched: readonly LaunchedNode[], spec: ReadySpec): Promise<void> {
  const deadline = Date.now() + spec.timeoutMs
  let waiting = [...launched]
  while (waiting.length > 0) {
    const dead = launched.find(({ hasExited }) => hasExited)
    if (dead !== undefined) throw await deathOf(dead)
    if (Date.now() >= deadline) throw await notReady(waiting, spec.timeoutMs)
    await sleep(POLL_MS, undefined, { signal: spec.signal })
    const areReady = await Promise.all(waiting.map(({ node }) => isReady(node, spec.expected)))
    waiting = waiting.filter((_, i) => !areReady[i])
  }
}

async function isReady(node: NodeAddress, expected: readonly number[]): Promise<boolean> {
  const known = await liveBrokers(node.port, PROBE_TIMEOUT_MS)
  return expected.every((id) => known.includes(id))
}

async function deathOf(dead: LaunchedNode): Promise<NodeDiedError> {
  const { logFile } = nodeLayout(dead.dir, dead.node.id)
  return new NodeDiedError(`node ${dead.node.id} died while it started: ${await lastReason(dead)}`, {
    hint: `its log is ${logFile}`,
  })
}

async function notReady([first]: readonly LaunchedNode[], timeoutMs: number): Promise<SandboxError> {
  if (first === undefined) return new SandboxError('no node to wait for')
  const { logFile } = nodeLayout(first.dir, first.node.id)
  return new NodeDiedError(`node ${first.node.id} was not ready after ${timeoutMs / 1000} s`, {
    hint: `its log is ${logFile}; a majority of the nodes must run`,
  })
}

/** The last ERROR or FATAL line of this run's log with the exception under it, else what the JVM itself said last. */
async function lastReason({ dir, node, logStartBytes }: LaunchedNode): Promise<string> {
  const { logFile, stdoutFile } = nodeLayout(dir, node.id)
  const lines = (await readTail(logFile, logStartBytes)).split('\n')
  const at = lines.findLastIndex((line) => /^\[[^\]]+\] (ERROR|FATAL) /.test(line))
  const said = (await readTail(stdoutFile, 0)).trim().split('\n')
  if (at < 0) return said.at(-1) || 'it said nothing'
  const error = (lines[at] ?? '').replace(/^\[[^\]]+\] \w+ /, '')
  const exception = lines[at + 1] ?? ''
  return /^[\w.$]+(Exception|Error)\b/.test(exception) ? `${error}: ${exception}` : error
}

async function readTail(path: string, fromBytes: number): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { size } = await file.stat()
    const start = Math.max(fromBytes, size - MAX_LOG_READ_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), {
      position: start,
    })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
