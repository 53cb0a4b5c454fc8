import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { spawnKt } from '../support/cli.ts'

const MIB = 1024 * 1024

/** What a server says to each request, given the request's correlation id. */
const ANSWERS: [name: string, answer: (correlationId: number) => Buffer | 'close' | 'silence'][] = [
  ['closes at once', () => 'close'],
  ['never answers', () => 'silence'],
  ['announces 2 GiB', () => int32(0x7fffffff)],
  ['announces a negative size', () => int32(-5)],
  ['sends frames without content', () => Buffer.alloc(64)],
  ['speaks HTTP', () => Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')],
  ['speaks TLS', () => Buffer.from([0x15, 3, 3, 0, 2, 2, 70])],
  ['answers another question', (correlationId) => frame(int32(correlationId + 77), int32(0), int32(0))],
  [
    'announces an array of 2^31 - 1',
    (correlationId) =>
      frame(int32(correlationId), Buffer.from([0, 0]), Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07])),
  ],
  [
    'announces an array of 2^28 and sends 100 bytes',
    (correlationId) =>
      frame(
        int32(correlationId),
        Buffer.from([0, 0]),
        Buffer.from([0x80, 0x80, 0x80, 0x80, 0x01]),
        Buffer.alloc(100),
      ),
  ],
  ['ends within a frame', (correlationId) => Buffer.concat([int32(1000), int32(correlationId)])],
  ['sends noise', () => Buffer.from('93f1c27d08b5e4a6', 'hex')],
]

let server: Server | undefined
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server?.close(resolve))
})

for (const [name, answer] of ANSWERS)
  test(`F15 a server that ${name}: one line, soon, and no memory taken`, async ({ task }) => {
    const port = await serve(answer)
    const budget = ['--command-property', 'socket.connection.setup.timeout.ms=3000']
    let exitCode: number | null = null
    for (const args of [
      ['topics', 'list'],
      ['console-producer', 't'],
      ['console-consumer', 't'],
    ]) {
      const startedAtMs = Date.now()
      const { code, stderr, peakBytes } = await watched([
        ...args,
        '--bootstrap-server',
        `127.0.0.1:${port}`,
        ...budget,
      ])
      expect([1, 3], stderr).toContain(code)
      exitCode = code
      expect(stderr).toContain(`127.0.0.1:${port}`)
      // What happened, and what to try.
      expect(stderr.trim().split('\n').length, stderr).toBeLessThanOrEqual(2)
      expect(stderr).not.toMatch(/\n\s+at |undefined|\bNaN\b/)
      expect(peakBytes).toBeLessThan(200 * MIB)
      expect(Date.now() - startedAtMs).toBeLessThan(5000)
    }
    const none = { records: 0, acknowledged: 0, lost: 0, duplicated: 0, outOfOrder: 0, longestGapMs: 0 }
    task.meta.faultRuns = [{ fault: `F15 a server that ${name}`, ...none, exitCode }]
  })

async function serve(answer: (correlationId: number) => Buffer | 'close' | 'silence'): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      // size, api key, version, correlation id
      const told = answer(bytes.length >= 12 ? bytes.readInt32BE(8) : 0)
      if (told === 'silence') return
      if (told === 'close') socket.destroy()
      else socket.end(told)
    })
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Runs `kt` and looks at what it holds while it lives (VmHWM: the most so far). */
async function watched(args: string[]): Promise<{ code: number | null; stderr: string; peakBytes: number }> {
  const child = spawnKt(args)
  let stderr = ''
  let peakBytes = 0
  child.stdin.on('error', () => {})
  child.stdin.end('line\n')
  child.stdout.resume()
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()))
  const look = setInterval(() => (peakBytes = Math.max(peakBytes, residentPeak(child.pid))), 10)
  const end = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearInterval(look)
  clearTimeout(end)
  return { code, stderr, peakBytes }
}

function residentPeak(pid = 0): number {
  try {
    const [, kib = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kib) * 1024
  } catch {
    return 0
  }
}

function frame(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([int32(body.length), body])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
