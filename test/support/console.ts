/** What the tests of the console commands have in common. */
import { inject } from 'vitest'
import { kt, type KtOptions, type KtResult } from './cli.ts'
import { uniqueName } from './names.ts'

export interface TopicSpec {
  partitions?: number
  config?: Record<string, string>
  bootstrap?: string
}

/** A new topic, on the shared cluster unless another is given. */
export async function newTopic(prefix: string, spec: TopicSpec = {}): Promise<string> {
  const topic = uniqueName(prefix)
  const configs = Object.entries(spec.config ?? {}).flatMap(([key, value]) => ['--config', `${key}=${value}`])
  const args = ['topics', 'create', topic, '--partitions', String(spec.partitions ?? 1), ...configs]
  const { code, stderr } = await kt(withBootstrap(args, spec.bootstrap))
  if (code !== 0) throw new Error(`cannot create ${topic}: ${stderr}`)
  return topic
}

export function produce(
  topic: string,
  stdin: string | Uint8Array,
  args: readonly string[] = [],
  options: KtOptions & { bootstrap?: string } = {},
): Promise<KtResult> {
  return kt(withBootstrap(['console-producer', topic, ...args], options.bootstrap), { ...options, stdin })
}

/** Reads from the beginning; give `--max-messages` or `--timeout-ms` to end. */
export function consume(
  topic: string,
  args: readonly string[],
  options: KtOptions & { bootstrap?: string } = {},
): Promise<KtResult> {
  const all = ['console-consumer', topic, '--from-beginning', ...args]
  return kt(withBootstrap(all, options.bootstrap), options)
}

export function withBootstrap(args: readonly string[], bootstrap = inject('bootstrap')): string[] {
  return [...args, '--bootstrap-server', bootstrap]
}
