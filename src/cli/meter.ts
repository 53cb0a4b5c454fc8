/** A line on stderr that shows how far a long transfer is, redrawn in place; only where a person looks at it. */

export interface Reading {
  records: number
  bytes: number
  /** Requests that wait for their answer. */
  inFlight: number
  /** Bytes in all, where known. */
  size: number | undefined
  /** How much of the work is done, from 0 to 1, where bytes do not tell. */
  share?: number | undefined
}

const REDRAW_MS = 200
const CLEAR_LINE = '\r\u001b[2K'
const DEFAULT_COLUMNS = 80

/** Takes the place of the line that stands there, cut to the window: a line that wraps could not be redrawn. */
export function redrawn(line: string, columns = process.stderr.columns || DEFAULT_COLUMNS): string {
  return CLEAR_LINE + line.slice(0, columns - 1)
}

export class Meter {
  readonly #read: () => Reading
  readonly #startedMs = Date.now()
  #timer: NodeJS.Timeout | undefined

  constructor(read: () => Reading) {
    this.#read = read
  }

  start(): void {
    this.#timer = setInterval(() => process.stderr.write(redrawn(this.#line())), REDRAW_MS)
    this.#timer.unref()
  }

  /** Removes the line. */
  stop(): void {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    process.stderr.write(redrawn(''))
  }

  /** What is said at the end: `2000000 records, 190.7 MB in 1.2 s: 1666667 records/s, 158.9 MB/s`. */
  summary(): string {
    const { records, bytes } = this.#read()
    const seconds = this.#seconds()
    const megabytes = bytes / 2 ** 20
    const rates = `${Math.round(records / seconds)} records/s, ${(megabytes / seconds).toFixed(1)} MB/s`
    return `${records} ${records === 1 ? 'record' : 'records'}, ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s: ${rates}`
  }

  #line(): string {
    const { records, bytes, inFlight, size, share } = this.#read()
    const rate = bytes / this.#seconds()
    const parts = [`${records} records`, `${(rate / 2 ** 20).toFixed(1)} MB/s`, `${inFlight} in flight`]
    if (share !== undefined) return [bar(share), ...parts, ...secondsLeft(share, this.#seconds())].join('  ')
    if (size !== undefined && rate > 0) {
      const leftSeconds = Math.max(0, (size - bytes) / rate)
      parts.push(
        `${Math.min(100, Math.floor((bytes / Math.max(size, 1)) * 100))} %`,
        `${Math.ceil(leftSeconds)} s left`,
      )
    }
    return parts.join('  ')
  }

  #seconds(): number {
    return Math.max(Date.now() - this.#startedMs, 1) / 1000
  }
}

const BAR_LENGTH = 24

/** `[######------------------]  25 %` */
function bar(share: number): string {
  const filled = Math.floor(Math.min(share, 1) * BAR_LENGTH)
  const percent = String(Math.floor(Math.min(share, 1) * 100)).padStart(3)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_LENGTH - filled)}] ${percent} %`
}

/** None before there is anything to reckon from. */
function secondsLeft(share: number, seconds: number): string[] {
  return share > 0 ? [`${Math.ceil((seconds / share) * Math.max(0, 1 - share))} s left`] : []
}
