import { UsageError } from '../errors.ts'
import { SandboxError } from './errors.ts'
import { describe } from './nodes.ts'
import { portHolder } from './port-holder.ts'
import { freePorts, isFree } from './ports.ts'
import { readState, registeredDirs } from './state.ts'
import type { NodeAddress, StartSpec, State } from './types.ts'

const DEFAULT_PORT = 9092
const MAX_PORT = 65_535

/** Gives every node its ports: those it had, those asked for, or free ones. Throws SandboxError where one is taken, UsageError past the last. */
export async function addressNodes(
  dir: string,
  spec: StartSpec,
  before: State | undefined,
): Promise<NodeAddress[]> {
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
  refusePastLast(first, count)
  const ports = Array.from({ length: count }, (_, i) => first + i)
  const chosen = port === undefined && before !== undefined ? before.nodes.map((node) => node.port) : ports
  await refuseTakenPorts(chosen, cacheDir)
  return chosen
}

function refusePastLast(first: number, count: number): void {
  if (first + count - 1 <= MAX_PORT) return
  throw new UsageError(`${countNodes(count)} do not fit behind port ${first}: the last port is ${MAX_PORT}`, {
    hint: `--port ${MAX_PORT - count + 1} or lower`,
  })
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

export function countNodes(count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`
}
