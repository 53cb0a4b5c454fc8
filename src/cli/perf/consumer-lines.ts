/** The lines of Kafka's performance consumer, to the letter (org.apache.kafka.tools.ConsumerPerformance). */
import { type Interval, totalOf } from '../../core/perf/recorder.ts'
import type { PerfDocument } from './document.ts'

const COMMON =
  'data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec'

export function consumerHeader(isDetailed: boolean): string {
  return `${isDetailed ? 'time, threadId' : 'start.time, end.time'}, ${COMMON}`
}

export function consumerTotal(
  { startedAt, elapsedMs, records, bytes, details }: PerfDocument,
  format: (epochMs: number) => string,
): string {
  const startMs = Date.parse(startedAt)
  const wholeMs = Math.round(elapsedMs)
  const rebalanceMs = Math.round(details?.rebalanceMs ?? 0)
  const fetchMs = wholeMs - rebalanceMs
  const megabytes = bytes / 2 ** 20
  return [
    format(startMs),
    format(startMs + wholeMs),
    four(megabytes),
    four(megabytes / (wholeMs / 1000)),
    records,
    four(records / (wholeMs / 1000)),
    rebalanceMs,
    fetchMs,
    four(megabytes / (fetchMs / 1000)),
    four(records / (fetchMs / 1000)),
  ].join(', ')
}

/** A line for each interval, with what has been read until then. */
export class ConsumerLines {
  readonly #startedMs: number
  readonly #format: (epochMs: number) => string
  #bytes = 0
  #records = 0
  #rebalanceMs = 0
  #toldRebalanceMs = 0

  constructor(startedMs: number, format: (epochMs: number) => string) {
    this.#startedMs = startedMs
    this.#format = format
  }

  /** What joining has taken since the start. */
  joined(ms: number): void {
    this.#rebalanceMs = ms
  }

  window(interval: Interval): string | undefined {
    const { records, bytes } = totalOf(interval)
    this.#bytes += bytes
    this.#records += records
    // Kafka's tool looks at the clock only when a record has come.
    if (records === 0) return undefined
    const elapsedMs = interval.toMs - interval.fromMs
    const joinMs = this.#rebalanceMs - this.#toldRebalanceMs
    this.#toldRebalanceMs = this.#rebalanceMs
    const fetchMs = Math.round(elapsedMs - joinMs)
    const megabytes = bytes / 2 ** 20
    return [
      this.#format(this.#startedMs + interval.toMs),
      0,
      four(this.#bytes / 2 ** 20),
      four(megabytes / (elapsedMs / 1000)),
      this.#records,
      four(records / (elapsedMs / 1000)),
      Math.round(joinMs),
      fetchMs,
      four(fetchMs <= 0 ? 0 : megabytes / (fetchMs / 1000)),
      four(fetchMs <= 0 ? 0 : records / (fetchMs / 1000)),
    ].join(', ')
  }
}

function four(value: number): string {
  return value.toFixed(4)
}
