/** `--stats`: where each partition stands, on stderr, every few seconds. */
import type { PartitionPosition } from '../core/consumer/position.ts'

const INTERVAL_MS = 5000

export class StatsTable {
  readonly #positions: readonly PartitionPosition[]
  readonly #note: (text: string) => void
  readonly #before = new Map<PartitionPosition, number>()
  #timer: NodeJS.Timeout | undefined
  #atMs = Date.now()

  constructor(positions: readonly PartitionPosition[], note: (text: string) => void) {
    this.#positions = positions
    this.#note = note
  }

  start(): void {
    for (const position of this.#positions) this.#before.set(position, position.offset)
    this.#timer = setInterval(() => this.#show(), INTERVAL_MS)
    this.#timer.unref()
  }

  /** Shows the last state. */
  stop(): void {
    clearInterval(this.#timer)
    this.#show()
  }

  #show(): void {
    const nowMs = Date.now()
    const seconds = Math.max(nowMs - this.#atMs, 1) / 1000
    this.#atMs = nowMs
    const known = new Set([...this.#before.keys(), ...this.#positions])
    const rows = [...known].map((position) => this.#row(position, seconds))
    this.#note(['TOPIC-PARTITION  POSITION  END  LAG  RECORDS/S', ...rows].join('\n'))
  }

  #row(position: PartitionPosition, seconds: number): string {
    const { name, offset, highWatermark } = position
    const rate = Math.round((offset - (this.#before.get(position) ?? offset)) / seconds)
    this.#before.set(position, offset)
    const end = highWatermark < 0 ? '-' : String(highWatermark)
    const lag = highWatermark < 0 ? '-' : String(Math.max(0, highWatermark - offset))
    return [name, offset, end, lag, rate].join('  ')
  }
}
