/** A `kt console-consumer` in a group, what it has written out, and what its group has committed. */
import { java } from '../../support/java.ts'
import { spawnKt } from '../../support/cli.ts'
import type { StoredRecord } from './oracle.ts'

export interface ConsumingOptions {
  topic: string
  proxied: string
  group: string
  properties?: Record<string, string>
}

export class FaultConsumer {
  readonly records: StoredRecord[] = []
  stderr = ''
  exitCode: number | null | undefined
  longestGapMs = 0
  lastRecordMs = 0
  readonly #child: ReturnType<typeof spawnKt>
  readonly #exited: Promise<number | null>
  #rest = ''

  constructor({ topic, proxied, group, properties = {} }: ConsumingOptions) {
    const settings = Object.entries({
      'request.timeout.ms': '4000',
      'session.timeout.ms': '6000',
      'heartbeat.interval.ms': '1000',
      'auto.commit.interval.ms': '500',
      'isolation.level': 'read_committed',
      ...properties,
    })
      .filter(([, value]) => value !== '')
      .flatMap(([key, value]) => ['--command-property', `${key}=${value}`])
    const shown = ['partition', 'offset'].flatMap((name) => ['--formatter-property', `print.${name}=true`])
    const args = [
      'console-consumer',
      topic,
      '--bootstrap-server',
      proxied,
      '--group',
      group,
      '--from-beginning',
    ]
    this.#child = spawnKt([...args, ...shown, ...settings])
    this.#child.stdin.end()
    this.#child.stdout.on('data', (bytes: Buffer) => this.#read(bytes.toString()))
    this.#child.stderr.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()))
    this.#exited = new Promise((resolve) => this.#child.once('close', (code) => resolve(code)))
    void this.#exited.then((code) => (this.exitCode = code))
  }

  /** SIGKILL and SIGTERM end it: resolves with the exit code when all its output has been read. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal)
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 15_000)
    const code = await this.#exited
    clearTimeout(timer)
    return code
  }

  /** SIGSTOP or SIGCONT. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal)
  }

  #read(text: string): void {
    const now = Date.now()
    if (this.lastRecordMs > 0) this.longestGapMs = Math.max(this.longestGapMs, now - this.lastRecordMs)
    this.lastRecordMs = now
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, partition = '', offset = '', value = ''] =
        /^Partition:(\d+)\tOffset:(\d+)\t(.*)$/.exec(line) ?? []
      this.records.push({ partition: Number(partition), offset: Number(offset), value })
    }
  }
}

/** The group's committed offsets by partition, asked with Kafka's own tool. */
export async function committedOffsets(bootstrap: string, group: string): Promise<Map<number, number>> {
  const tool = 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'
  const args = ['--bootstrap-server', bootstrap, '--describe', '--group', group]
  const { stdout, stderr } = await java(tool, args)
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/))
  const found = rows.filter(([name, , partition]) => name === group && /^\d+$/.test(partition ?? ''))
  if (found.length === 0) throw new Error(`no offsets of ${group}: ${stdout}${stderr}`)
  const told = found.filter(([, , , offset]) => offset !== '-')
  return new Map(told.map(([, , partition, offset]) => [Number(partition), Number(offset)]))
}

/** Records that stand below a committed offset and were never written out: nobody would read them again. */
export function committedUnseen(
  committed: Map<number, number>,
  stored: StoredRecord[],
  written: StoredRecord[],
): number {
  const seen = new Set(written.map(({ partition, offset }) => `${partition} ${offset}`))
  return stored.filter(
    ({ partition, offset }) =>
      offset < (committed.get(partition) ?? 0) && !seen.has(`${partition} ${offset}`),
  ).length
}
