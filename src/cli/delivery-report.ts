/** Which lines of the input did not arrive, and why: told once per reason, not once per line. */
import type { KtError } from '../core/errors.ts'
import type { Delivery } from '../core/producer/delivery.ts'

const SHOWN_REASONS = 10
const SHOWN_RANGES = 8

export class DeliveryReport {
  readonly #linesByReason = new Map<string, number[]>()
  firstError: KtError | undefined
  failedCount = 0
  /** What fails from now on was given up by ourselves, and is no news. */
  isClosed = false

  /** Takes a delivery that failed. */
  add({ positionOf, count, error }: Delivery): void {
    if (this.isClosed) return
    this.addLines(
      Array.from({ length: count }, (_, index) => positionOf(index)),
      error!,
    )
  }

  addLines(lines: number[], error: KtError): void {
    this.firstError ??= error
    this.failedCount += lines.length
    const known = this.#linesByReason.get(error.message)
    if (known) known.push(...lines)
    else this.#linesByReason.set(error.message, [...lines])
  }

  /** `line 3: …`, `lines 5-9,12: …` */
  lines(): string[] {
    const reasons = [...this.#linesByReason]
    const shown = reasons
      .slice(0, SHOWN_REASONS)
      .map(([reason, lines]) => `${lines.length === 1 ? 'line' : 'lines'} ${rangesOf(lines)}: ${reason}`)
    const more = reasons.length - shown.length
    return more > 0 ? [...shown, `… and ${more} further reasons`] : shown
  }
}

/** [5,6,7,12] → `5-7,12` */
export function rangesOf(numbers: number[]): string {
  const sorted = [...numbers].sort((one, other) => one - other)
  const ranges: [number, number][] = []
  for (const number of sorted) {
    const last = ranges[ranges.length - 1]
    if (last !== undefined && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  const shown = ranges.slice(0, SHOWN_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
  return ranges.length > SHOWN_RANGES ? `${shown.join(',')},… (${numbers.length} in all)` : shown.join(',')
}
