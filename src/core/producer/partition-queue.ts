/** What waits for one partition, and in which order it may be sent. */
import type { Codec } from '../records/layout.ts'

/** What the order of sending depends on. */
export interface QueuedBatch {
  readonly count: number
  readonly order: number
  readonly retryAtMs: number
}

/** Sequences run from 0 to 2^31 - 1 and start over (org.apache.kafka.common.record.DefaultRecordBatch). */
export function sequenceAfter(sequence: number, count: number): number {
  const next = sequence + count
  return next > 0x7fffffff ? next - 0x80000000 : next
}

export class PartitionQueue<Batch extends QueuedBatch> {
  readonly topic: string
  readonly partition: number
  /** Takes records. */
  open: Batch | undefined
  /** Of the batches opened from now on; undefined: what `compression.type` says. */
  codec: Codec | undefined
  /** Full, or old enough; not sent yet. */
  ready: Batch[] = []
  /** Sent once and to be sent again, in the order of their sequences. They go before `ready`. */
  retries: Batch[] = []
  inFlight: Batch[] = []
  /** The lane that `inFlight` was sent over. */
  inFlightLane = -1
  nextSequence = 0
  /** The producer id and epoch that `nextSequence` counts for. */
  producerId = -1n
  producerEpoch = -1
  /** Whether a batch of `producerId` has been acknowledged. */
  isKnownToBroker = false
  /** Set when a batch was refused for good: its sequences are a gap, so what follows is numbered anew. */
  mustRenumber = false
  /** While the next epoch is fetched nothing is taken. */
  isRenumbering = false
  /** Set when a batch was given up in doubt: its sequences may be used, so new batches need a new epoch. */
  mustStartEpoch = false

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get name(): string {
    return `${this.topic}-${this.partition}`
  }

  get isIdle(): boolean {
    const { open, ready, retries, inFlight } = this
    return (open === undefined || open.count === 0) && ready.length + retries.length + inFlight.length === 0
  }

  /** The open batch, if any, takes no more: it leaves when its turn comes. */
  endBatch(): void {
    if (this.open === undefined) return
    this.ready.push(this.open)
    this.open = undefined
  }

  /**
   * The batch that may take `lane` now, if any; it is taken out of the queue. Order is kept by four rules:
   * nothing new while a batch waits to be repeated; repetitions go one at a time, as a piece of a batch that was
   * refused may be refused again; nothing over another connection, nor to a new leader, while the one before may
   * still bring an answer; and one batch alone until a broker has acknowledged one of this producer, because to a
   * producer that it does not know it allows any first sequence, also that of the second batch when the first was
   * refused.
   */
  take(lane: number, nowMs: number): Batch | undefined {
    const { retries, inFlight } = this
    if (inFlight.length > 0 && (this.inFlightLane !== lane || this.#mustGoAlone)) return undefined
    const first = retries[0]
    if (first === undefined) return this.ready.shift()
    return first.retryAtMs > nowMs || inFlight.length > 0 ? undefined : retries.shift()
  }

  get #mustGoAlone(): boolean {
    return this.producerId >= 0n && !this.isKnownToBroker
  }

  /** Puts a batch back so that the retries stay in the order of their sequences. */
  putBack(batch: Batch): void {
    const at = this.retries.findIndex((other) => batch.order < other.order)
    this.retries.splice(at < 0 ? this.retries.length : at, 0, batch)
  }
}
