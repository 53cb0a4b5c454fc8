/** Records there and back: from when each was meant to be sent until it has been read again. */
import type { Cluster } from '../cluster/cluster.ts'
import { KtError } from '../errors.ts'
import type { Fetched } from '../consumer/fetched.ts'
import { Fetcher } from '../consumer/fetcher.ts'
import { fetchOptions } from '../consumer/options.ts'
import type { PartitionPosition } from '../consumer/position.ts'
import { RecordReader } from '../consumer/read-records.ts'
import { producerOptions } from '../producer/options.ts'
import type { Delivery } from '../producer/delivery.ts'
import { Producer } from '../producer/producer.ts'
import { TopicRouter } from '../producer/topic-router.ts'
import { loadCrc32c } from '../records/crc32c.ts'
import type { RecordCursor } from '../records/record-cursor.ts'
import type { Settings } from '../settings.ts'
import { nowUs } from './clock.ts'
import { Recorder } from './recorder.ts'
import { type RecordSource, recordSource, type RecordSpec } from './records.ts'
import { Paced } from './schedule.ts'

export interface RoundTripLoad {
  topic: string
  records: number
  durationMs: number | undefined
  /** Undefined: one at a time. */
  recordsPerSec: number | undefined
  warmupRecords: number
  spec: RecordSpec
  /** All partitions of the topic, at their ends. */
  positions: readonly PartitionPosition[]
  /** A record that takes longer than this is lost. */
  timeoutMs: number
}

export interface RoundTripHooks {
  started(): void
  warmedUp(): void
  /** One at a time: the trip of this number took so long. */
  trip?(index: number, us: number): void
}

const GRACE_MS = 2000
const MOST_EARLY = 100_000

export class RoundTripRun {
  readonly recorder: Recorder
  readonly #load: RoundTripLoad
  readonly #producer: Producer
  readonly #fetcher: Fetcher
  readonly #router: TopicRouter
  readonly #source: RecordSource
  readonly #reader: RecordReader
  /** Where each acknowledged record stands, until it is read: partition and offset → position in the run. */
  readonly #expected = new Map<string, number>()
  /** Read before the acknowledgement came: partition and offset → when. */
  readonly #early = new Map<string, { us: number; value: Buffer }>()
  readonly #intendedUs: (position: number) => number
  /** Of the one record under way, where they go one at a time. */
  #sentUs = 0
  #sentValue: Buffer | undefined
  #schedule: Paced | undefined
  #lastTripUs = 0
  #returned = 0
  #failed = 0
  #sent = 0
  #wake: () => void = () => {}
  #failure: unknown

  private constructor(
    load: RoundTripLoad,
    parts: { cluster: Cluster; producer: Producer; fetcher: Fetcher; reader: RecordReader },
  ) {
    const { cluster, producer, fetcher, reader } = parts
    this.#load = load
    this.#producer = producer
    this.#fetcher = fetcher
    this.#reader = reader
    this.#router = new TopicRouter(cluster, producer, load.topic)
    const share = { index: 0, of: 1 }
    this.#source = recordSource(load.spec, { window: producer.window, isCompressed: false, share })
    this.recorder = new Recorder(load.warmupRecords)
    this.#intendedUs = (position) => this.#schedule?.intendedUs(position) ?? this.#sentUs
  }

  static async open(cluster: Cluster, load: RoundTripLoad, settings: Settings): Promise<RoundTripRun> {
    let run: RoundTripRun | undefined = undefined as RoundTripRun | undefined
    // A record leaves at once: whoever measures latency does not wait for a batch to fill.
    const options = { ...producerOptions(settings), lingerMs: 0 }
    const producer = await Producer.open(cluster, options, (delivery) => run!.#deliver(delivery))
    const fetcher = new Fetcher(cluster, fetchOptions(settings), {
      offsetOutOfRange: ({ name }) =>
        Promise.reject(new KtError(`${name}: the records were deleted while they were measured`)),
      truncated: () => Promise.resolve(),
      note: () => {},
    })
    const reader = new RecordReader({ isReadCommitted: false, crc32c: await loadCrc32c() })
    run = new RoundTripRun(load, { cluster, producer, fetcher, reader })
    return run
  }

  get sent(): number {
    return this.#sent
  }

  get failed(): number {
    return this.#failed
  }

  close(): void {
    this.#producer.close()
    this.#fetcher.close()
  }

  /** Resolves when all have come back, or soon after an interrupt. Throws when one is lost or is not what was sent. */
  async run(interrupted: AbortSignal, hooks: RoundTripHooks): Promise<void> {
    for (const position of this.#load.positions) this.#fetcher.add(position)
    const over = new AbortController()
    this.recorder.start()
    hooks.started()
    const reading = this.#readAll(over.signal).catch((error: unknown) => this.#fail(error))
    try {
      await this.#sendAll(interrupted, hooks)
      await this.#returnedAll(interrupted.aborted ? GRACE_MS : this.#load.timeoutMs, interrupted)
      if (this.#failure !== undefined) throw this.#failure as Error
    } finally {
      this.recorder.end()
      over.abort()
      await reading
    }
  }

  async #sendAll(signal: AbortSignal, hooks: RoundTripHooks): Promise<void> {
    const { records, durationMs = Infinity, recordsPerSec, warmupRecords, timeoutMs } = this.#load
    if (recordsPerSec !== undefined) this.#schedule = new Paced(this.recorder.startedUs, recordsPerSec)
    let isWarm = warmupRecords === 0
    while (this.#sent < records && this.recorder.elapsedMs < durationMs && !signal.aborted) {
      if (this.#failure !== undefined) return
      if (!isWarm && this.#sent >= warmupRecords) {
        isWarm = true
        this.recorder.steadyUs = nowUs()
        hooks.warmedUp()
      }
      const due = Math.min(this.#schedule?.due() ?? this.#sent + 1, isWarm ? records : warmupRecords)
      const number = this.#sent
      while (this.#sent < due) this.#sendOne()
      this.#producer.poke()
      if (this.#schedule === undefined) {
        await this.#returnedAll(timeoutMs, signal)
        hooks.trip?.(number, this.#lastTripUs)
      } else {
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
  }

  #sendOne(): void {
    const { values, keys, headers } = this.#source
    const position = this.#sent++
    values.next(position)
    keys?.next()
    const [keyStart, keyEnd, keyBytes] = [keys?.start ?? -1, keys?.end ?? -1, keys?.bytes ?? null]
    const queue = this.#router.queueFor(
      keyBytes ?? values.bytes,
      keyStart,
      keyEnd,
      values.start,
      values.end,
      headers,
    )
    this.#sentUs = nowUs()
    this.#sentValue = Buffer.from(values.bytes.subarray(values.start, values.end))
    this.#producer.append(
      queue, Date.now(), keyBytes, keyStart, keyEnd, values.bytes, values.start, values.end, headers, position,
    ) // prettier-ignore
    if (this.#schedule === undefined) this.#router.moveOn()
  }

  #deliver({ topic, partition, baseOffset, count, positionOf, error }: Delivery): void {
    for (let index = 0; index < count; index++) {
      const position = positionOf(index)
      if (error !== undefined) {
        this.#failed++
        this.recorder.fail(position, 1, error.message)
        continue
      }
      const place = `${topic}-${partition}@${baseOffset + index}`
      const early = this.#early.get(place)
      if (early === undefined) this.#expected.set(place, position)
      // The trip is over when both have come: Kafka's tool too waits for the acknowledgement first.
      else this.#back(position, nowUs(), early.value)
      this.#early.delete(place)
    }
    if (this.#isQuiet) this.#wake()
  }

  #back(position: number, us: number, value: Buffer): void {
    if (this.#schedule === undefined && !value.equals(this.#sentValue!))
      return this.#fail(
        new KtError(
          `The message read [${value.toString()}] did not match the message sent [${this.#sentValue!.toString()}]`,
        ),
      )
    const tally = this.recorder.tallyOf(position)
    tally.addRecords(1, value.length)
    this.#lastTripUs = Math.max(0, us - this.#intendedUs(position))
    tally.addLatency(this.#lastTripUs, 1)
    this.#returned++
    if (this.#isQuiet) this.#wake()
  }

  get #isQuiet(): boolean {
    return this.#returned + this.#failed >= this.#sent
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#wake()
  }

  /** Waits until all that was sent is back. Throws when it is not, in time. */
  async #returnedAll(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs
    while (!this.#isQuiet && this.#failure === undefined) {
      const leftMs = deadlineMs - Date.now()
      if (leftMs <= 0 && signal.aborted) return
      if (leftMs <= 0) throw new KtError(`poll() timed out before finding a result (timeout:[${timeoutMs}])`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(leftMs, signal.aborted ? 50 : 500))
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      if (signal.aborted && deadlineMs - Date.now() > GRACE_MS) return this.#returnedAll(GRACE_MS, signal)
    }
  }

  async #readAll(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const answers = await this.#fetcher.next(1000, over)
      const arrivedUs = nowUs()
      for (const fetched of answers ?? []) await this.#read(fetched, arrivedUs)
    }
  }

  async #read(fetched: Fetched, arrivedUs: number): Promise<void> {
    await this.#reader.read(fetched, {
      record: (cursor, { name }) => {
        this.#see(cursor, `${name}@${cursor.offset}`, arrivedUs)
        return true
      },
      isFull: () => false,
      flush: () => Promise.resolve(),
    })
  }

  #see({ bytes, valueStart, valueEnd }: RecordCursor, place: string, us: number): void {
    const value = Buffer.from(bytes.subarray(Math.max(0, valueStart), Math.max(0, valueEnd)))
    const position = this.#expected.get(place)
    if (position === undefined) return this.#keep(place, { us, value })
    this.#expected.delete(place)
    this.#back(position, us, value)
  }

  /** Those of other producers are never expected: they must not pile up. */
  #keep(place: string, early: { us: number; value: Buffer }): void {
    this.#early.set(place, early)
    if (this.#early.size > MOST_EARLY) this.#early.delete(this.#early.keys().next().value!)
  }
}
