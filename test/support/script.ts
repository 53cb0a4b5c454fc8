import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Runtime } from './cli.ts'
import { HANGS_AFTER_MS } from './eventually.ts'

const bin = fileURLToPath(new URL('../../bin/', import.meta.url))

export interface ScriptResult {
  stdout: string
  stderr: string
  code: number
}

/** Runs `bin/NAME`, as somebody does who has `bin/` first in PATH. */
export function script(
  name: string,
  args: readonly string[],
  { runtime = 'executable', dir = bin }: { runtime?: Runtime; dir?: string } = {},
): Promise<ScriptResult> {
  const { KT_BOOTSTRAP_SERVER: _, ...rest } = process.env
  const env = { ...rest, PATH: `${dir}:${process.env.PATH}`, KT_RUNTIME: runtime }
  return new Promise((resolve) => {
    const child = execFile(name, args, { env, timeout: HANGS_AFTER_MS }, (error, stdout, stderr) => {
      resolve({ stdout, stderr, code: error === null ? 0 : Number(error.code) })
    })
    child.stdin?.end()
  })
}
