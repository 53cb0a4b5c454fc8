/** A `kt console-producer` that is fed unique ids for as long as a fault lasts, and what became of them. */
import { spawnKt } from '../../support/cli.ts'
import { type StoredRecord, readBackUntil } from './oracle.ts'
import type { FaultRun } from './table.ts'

export interface ProducingOptions {
  topic: string
  proxied: string
  recordsPerSecond?: number
  /** Further arguments, e.g. of a transaction. */
  args?: readonly string[]
  properties?: Record<string, string>
}

interface Ack {
  partition: number
  offset: number
}

const FEED_INTERVAL_MS = 20
const KEYS = 24

export class FaultProducer {
  readonly topic: string
  readonly acks: Ack[] = []
  sent = 0
  stderr = ''
  longestGapMs = 0
  exitCode: number | null | undefined
  readonly #child: ReturnType<typeof spawnKt>
  readonly #exited: Promise<number | null>
  readonly #feeding: NodeJS.Timeout
  readonly #prefix: string
  #lastAckMs = 0
  #rest = ''

  constructor({ topic, proxied, recordsPerSecond = 1000, args = [], properties = {} }: ProducingOptions) {
    this.topic = topic
    this.#prefix = `${topic}:`
    const settings = Object.entries({ 'request.timeout.ms': '4000', ...properties }).flatMap(
      ([key, value]) => ['--command-property', `${key}=${value}`],
    )
    const input = ['--reader-property', 'parse.key=true', '--report']
    const address = ['--bootstrap-server', proxied]
    this.#child = spawnKt(['console-producer', topic, ...address, ...input, ...settings, ...args])
    this.#child.stdin.on('error', () => {})
    this.#child.stdout.on('data', (bytes: Buffer) => this.#read(bytes.toString()))
    this.#child.stderr.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()))
    this.#exited = new Promise((resolve) => this.#child.once('close', (code) => resolve(code)))
    void this.#exited.then((code) => (this.exitCode = code))
    const perTurn = Math.ceil((recordsPerSecond * FEED_INTERVAL_MS) / 1000)
    this.#feeding = setInterval(() => this.#feed(perTurn), FEED_INTERVAL_MS)
  }

  get pid(): number {
    return this.#child.pid ?? -1
  }

  /** Resolves when this many records have been acknowledged. */
  async untilAcked(count: number, timeoutMs = 30_000): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (this.acks.length < count) {
      if (this.exitCode !== undefined)
        throw new Error(`kt ended with ${this.exitCode} after ${this.acks.length} acks: ${this.stderr}`)
      if (Date.now() > deadline)
        throw new Error(`on ${this.topic} only ${this.acks.length} of ${count} acks: ${this.stderr}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** No more input; resolves with the exit code. One that hangs is killed, which is no exit code. */
  finish(timeoutMs = 60_000): Promise<number | null> {
    clearInterval(this.#feeding)
    this.#child.stdin.end()
    return this.#exitWithin(timeoutMs)
  }

  /** The input stays open: it is the signal that ends it. */
  signal(signal: NodeJS.Signals): Promise<number | null> {
    clearInterval(this.#feeding)
    this.#child.kill(signal)
    return this.#exitWithin(10_000)
  }

  async #exitWithin(timeoutMs: number): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs)
    const code = await this.#exited
    clearTimeout(timer)
    return code
  }

  /** Compares what was fed in and acknowledged with what kcat reads. */
  async verdict(fault: string, bootstrap: string): Promise<FaultRun> {
    const stored = await readBackUntil(bootstrap, this.topic, (records) => this.#missing(records) === 0)
    const unique = new Set(stored.map(({ value }) => value))
    const lost = this.#missing(stored)
    return {
      fault,
      records: this.sent,
      acknowledged: this.acks.length,
      lost,
      duplicated: stored.length - unique.size,
      outOfOrder: outOfOrder(stored),
      longestGapMs: this.longestGapMs,
      exitCode: this.exitCode ?? null,
    }
  }

  /** Acknowledged and not there; with exit code 0 everything fed in counts as acknowledged. */
  #missing(stored: StoredRecord[]): number {
    const places = new Set(stored.map(({ partition, offset }) => `${partition} ${offset}`))
    if (this.exitCode === 0) {
      const ids = new Set(stored.map(({ value }) => value))
      let missing = 0
      for (let id = 0; id < this.sent; id++) if (!ids.has(`${this.#prefix}${id}`)) missing++
      return missing
    }
    // An answer to a repetition that the broker knew does not tell the offset.
    const told = this.acks.filter(({ offset }) => offset >= 0)
    const unplaced = this.acks.length - told.length
    const missing = told.filter(({ partition, offset }) => !places.has(`${partition} ${offset}`)).length
    return missing + Math.max(0, unplaced - (stored.length - (told.length - missing)))
  }

  #feed(count: number): void {
    if (this.#child.stdin.writableLength > 1 << 20 || this.#child.stdin.destroyed) return
    let lines = ''
    for (let i = 0; i < count; i++, this.sent++)
      lines += `key-${this.sent % KEYS}\t${this.#prefix}${this.sent}\n`
    this.#child.stdin.write(lines)
  }

  #read(text: string): void {
    const now = Date.now()
    if (this.#lastAckMs > 0) this.longestGapMs = Math.max(this.longestGapMs, now - this.#lastAckMs)
    this.#lastAckMs = now
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, partition, offset] = line.split('\t')
      this.acks.push({ partition: Number(partition), offset: Number(offset) })
    }
  }
}

/** Records that stand behind one that was fed in later, by partition. */
export function outOfOrder(stored: StoredRecord[]): number {
  const highest = new Map<number, number>()
  let count = 0
  for (const { partition, value } of stored) {
    const id = Number(value.slice(value.lastIndexOf(':') + 1))
    const before = highest.get(partition) ?? -1
    if (id < before) count++
    else highest.set(partition, id)
  }
  return count
}
