import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { HANGS_AFTER_MS } from './eventually.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** For tests that start it by other means. */
export const ktPath = fileURLToPath(new URL('../../bin/kt', import.meta.url))

/** What `npm run build` makes: one bundle for Node, one executable with Bun inside. */
export const runtimes = ['node', 'executable'] as const
export type Runtime = (typeof runtimes)[number]

export interface KtOptions {
  runtime?: Runtime
  stdin?: string | Uint8Array
  /** Added to the environment; undefined takes a variable out. */
  env?: Record<string, string | undefined>
  cwd?: string
  /** Stops a command that hangs, so that the test fails and not the run. */
  timeoutMs?: number
}

export interface KtResult {
  stdout: string
  stderr: string
  /** stdout as it came, for what is not text. */
  bytes: Buffer
  /** null: ended by a signal, e.g. by the timeout. */
  code: number | null
}

/** Runs `kt` as a process of its own and collects what it says. */
export async function kt(args: readonly string[], options: KtOptions = {}): Promise<KtResult> {
  const child = spawnKt(args, options)
  child.stdin.on('error', () => {})
  child.stdin.end(options.stdin ?? '')
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? HANGS_AFTER_MS)
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [bytes, said] = await Promise.all([buffer(child.stdout), buffer(child.stderr)])
  const result = { stdout: bytes.toString(), stderr: said.toString(), bytes, code: await code }
  clearTimeout(timer)
  return result
}

/** Starts `kt` and leaves talking to it, and ending it, to the test. */
export function spawnKt(
  args: readonly string[],
  options: KtOptions = {},
): ChildProcessByStdio<Writable, Readable, Readable> {
  const { runtime = 'executable', cwd } = options
  const [file, ...first] = runtime === 'node' ? [process.execPath, `${root}dist/kt.cjs`] : [`${root}dist/kt`]
  const env = { ...process.env, KT_BOOTSTRAP_SERVER: undefined, NO_COLOR: '1', ...options.env }
  return spawn(file ?? '', [...first, ...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
}
