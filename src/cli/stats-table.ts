/** `--stats`: where each partition stands, on stderr, every few seconds. */
import type { PartitionPosition } from '../core/consumer/position.ts'
import type { renderTable } from './output/table.ts'

const INTERVAL_MS = 5000
const TITLES = ['TOPIC-PARTITION', 'POSITION', 'END', 'LAG', 'RECORDS/S']

export async function startStats(
  positions: readonly PartitionPosition[],
  note: (text: string) => void,
): Promise<StatsTable> {
  const { renderTable } = await import('./output/table.ts')
  const stats = new StatsTable(positions, note, renderTable)
  stats.start()
  return stats
}

class StatsTable {
  readonly #positions: readonly PartitionPosition[]
  readonly #note: (text: string) => void
  readonly #render: typeof renderTable
  readonly #before = new Map<PartitionPosition, number>()
  #timer: NodeJS.Timeout | undefined
  #atMs = Date.now()

  constructor(
    positions: readonly PartitionPosition[],
    note: (text: string) => void,
    render: typeof renderTable,
  ) {
    this.#positions = positions
    this.#note = note
    this.#render = render
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
    this.#note(this.#render(TITLES, ['left', 'right', 'right', 'right', 'right'], rows))
  }

  #row(position: PartitionPosition, seconds: number): string[] {
    const { name, offset, highWatermark } = position
    const rate = Math.round((offset - (this.#before.get(position) ?? offset)) / seconds)
    this.#before.set(position, offset)
    const end = highWatermark < 0 ? '-' : String(highWatermark)
    const lag = highWatermark < 0 ? '-' : String(Math.max(0, highWatermark - offset))
    return [name, String(offset), end, lag, String(rate)]
  }
}
