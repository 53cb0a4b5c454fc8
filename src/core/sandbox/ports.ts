import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { SandboxError } from './errors.ts'

// Below the ports systems hand out to outgoing connections (32768 up on Linux): such a connection could
// take the port of a node that is down, and the node could then not come back.
const FIRST = 20_000
const LAST = 32_000
const MAX_TRIES = 500

/** `count` different ports on loopback that nobody listens on right now, none of them in `except`. */
export async function freePorts(count: number, except: readonly number[] = []): Promise<number[]> {
  const found = new Set<number>()
  for (let tries = 0; found.size < count && tries < MAX_TRIES; tries++) {
    const port = randomInt(FIRST, LAST)
    if (!except.includes(port) && (await isFree(port))) found.add(port)
  }
  if (found.size === count) return [...found]
  throw new SandboxError(`found no ${count} free ports between ${FIRST} and ${LAST}`)
}

export async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
