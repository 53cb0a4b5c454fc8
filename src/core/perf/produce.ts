/** Generated records at a rate, or as fast as the brokers take them, with the latency of each. Hot path. */
import type { Cluster } from '../cluster/cluster.ts'
import { KtError } from '../errors.ts'
import { TransactionGate } from '../producer/gate.ts'
import type { ProducerOptions } from '../producer/options.ts'
import type { Partitioner } from '../producer/partitioner.ts'
import type { Delivery } from '../producer/delivery.ts'
import { Producer } from '../producer/producer.ts'
import { TopicRouter } from '../producer/topic-router.ts'
import type { RecordCursor } from '../records/record-cursor.ts'
import { nowUs } from './clock.ts'
import { Recorder } from './recorder.ts'
import { type RecordSource, recordSource, type RecordSpec, type Share } from './records.ts'
import { Paced, RECORDS_PER_LOOK, type Schedule, Unpaced } from './schedule.ts'
import { TopicWatch } from './topic-watch.ts'

export interface ProduceLoad {
  topic: string
  /** Records to send; Infinity: until `durationMs` is over. */
  records: number
  durationMs: number | undefined
  /** Undefined: as fast as possible. */
  recordsPerSec: number | undefined
  /** The first of them, which count for nothing but themselves. */
  warmupRecords: number
  spec: RecordSpec
  share: Share
  partitioner: Partitioner | undefined
  /** How long a transaction lasts, where the producer has a transactional.id. */
  transactionMs: number | undefined
  /** Each record is acknowledged before the next is sent. */
  isSync: boolean
}

export interface LoadHooks {
  /** Between the making ready and the first record. */
  started(): Promise<void> | void
  /** The last record of the warm-up has been sent. */
  warmedUp(): void
}

/** What the brokers and the batches did beside being fast. */
export interface BatchStatistics {
  batches: number
  largestBatchBytes: number
  batchBytes: number
}

/** How long an interrupted run waits for acknowledgements. */
const INTERRUPT_GRACE_MS = 2000
const LOST_GRACE_MS = 1000
/** After so many bytes answers and timers have their turn. */
const BYTES_PER_TURN = 128 * 1024

export class ProduceRun {
  readonly recorder: Recorder
  readonly statistics: BatchStatistics = { batches: 0, largestBatchBytes: 0, batchBytes: 0 }
  readonly #load: ProduceLoad
  readonly #producer: Producer
  readonly #router: TopicRouter
  readonly #source: RecordSource
  readonly #cluster: Cluster
  #schedule: Schedule = new Unpaced()
  #sent = 0

  private constructor(cluster: Cluster, load: ProduceLoad, producer: Producer, source: RecordSource) {
    const { topic, partitioner, warmupRecords } = load
    this.#cluster = cluster
    this.#load = load
    this.#producer = producer
    this.#source = source
    this.#router = new TopicRouter(cluster, producer, topic, { partitioner })
    this.recorder = new Recorder(warmupRecords)
  }

  /** The topic must be known to the cluster. Throws UsageError for a template that makes no sense. */
  static async open(cluster: Cluster, load: ProduceLoad, options: ProducerOptions): Promise<ProduceRun> {
    let run: ProduceRun | undefined = undefined as ProduceRun | undefined
    const producer = await Producer.open(cluster, options, (delivery) => run!.#deliver(delivery))
    const { spec, share } = load
    const isCompressed = options.codec !== 'none'
    const source = recordSource(spec, { window: producer.window, isCompressed, share })
    run = new ProduceRun(cluster, load, producer, source)
    return run
  }

  /** Records appended so far. */
  get sent(): number {
    return this.#sent
  }

  get requestsInFlight(): number {
    return this.#producer.requestsInFlight
  }

  close(): void {
    this.#producer.close()
  }

  /**
   * Sends everything and resolves when it has been acknowledged or has failed, or soon after `interrupted` aborts.
   * Throws what ended the run before its time; what was counted until then is in `recorder`.
   */
  async run(interrupted: AbortSignal, hooks: LoadHooks): Promise<void> {
    const watch = new TopicWatch(this.#cluster, this.#load.topic)
    const signal = AbortSignal.any([interrupted, watch.gone])
    await hooks.started()
    this.recorder.start()
    const { recordsPerSec } = this.#load
    if (recordsPerSec !== undefined) this.#schedule = new Paced(this.recorder.startedUs, recordsPerSec)
    watch.start()
    try {
      await this.#sendAll(signal, hooks).catch((error: unknown) => {
        if (!signal.aborted) throw error as Error
      })
      if (!signal.aborted)
        await this.#producer.flush(signal).catch((error: unknown) => this.#unless(signal, error))
      if (watch.gone.aborted) throw watch.gone.reason as Error
    } finally {
      if (signal.aborted) await this.#giveUp(watch.gone)
      watch.stop()
      this.recorder.end()
    }
  }

  #unless(signal: AbortSignal, error: unknown): void {
    if (!signal.aborted) throw error as Error
  }

  /** What was sent may still be acknowledged; what is not by then has failed. */
  async #giveUp(gone: AbortSignal): Promise<void> {
    if (gone.aborted) return this.#producer.abandon(gone.reason as KtError, LOST_GRACE_MS)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, INTERRUPT_GRACE_MS)))
    await Promise.race([this.#producer.flush(), late])
    clearTimeout(timer)
    await this.#producer.abandon(new KtError('interrupted before it was acknowledged'), LOST_GRACE_MS)
  }

  async #sendAll(signal: AbortSignal, hooks: LoadHooks): Promise<void> {
    const { records, durationMs = Infinity, warmupRecords, transactionMs, isSync } = this.#load
    const producer = this.#producer
    const gate =
      producer.transaction && new TransactionGate(producer, { records: undefined, durationMs: transactionMs })
    let isWarm = warmupRecords === 0
    while (this.#sent < records && this.recorder.elapsedMs < durationMs) {
      signal.throwIfAborted()
      if (gate?.isShut === true) await gate.pass()
      if (!producer.hasRoom) await producer.room(signal)
      const limit = isWarm ? records : warmupRecords
      const wanted = Math.min(limit, this.#schedule.due(), isSync ? this.#sent + 1 : Infinity)
      if (wanted > this.#sent) this.#appendUpTo(wanted)
      producer.poke()
      if (!isWarm && this.#sent === warmupRecords) {
        isWarm = true
        this.recorder.steadyUs = nowUs()
        hooks.warmedUp()
      }
      if (isSync) await producer.flush(signal)
      this.#router.refreshIfChanged()
      await turn(this.#sent >= this.#schedule.due() && this.#sent < records)
    }
    await gate?.end()
  }

  /** Stops early when the event loop should have its turn, or there is no room for more. */
  #appendUpTo(wanted: number): void {
    const schedule = this.#schedule
    const router = this.#router
    const producer = this.#producer
    const { values, keys, headers } = this.#source
    const timestamp = Date.now()
    let bytes = 0
    let sent = this.#sent
    while (sent < wanted) {
      values.next(sent)
      keys?.next()
      const keyStart = keys === undefined ? -1 : keys.start
      const keyEnd = keys === undefined ? -1 : keys.end
      const keyBytes = keys === undefined ? null : keys.bytes
      const queue = router.queueFor(
        keyBytes ?? values.bytes,
        keyStart,
        keyEnd,
        values.start,
        values.end,
        headers,
      )
      schedule.note(sent)
      producer.append(
        queue, timestamp, keyBytes, keyStart, keyEnd, values.bytes, values.start, values.end, headers, sent,
      ) // prettier-ignore
      sent++
      bytes += values.end - values.start
      if (!producer.hasRoom || bytes >= BYTES_PER_TURN) break
    }
    this.#sent = sent
  }

  #deliver(delivery: Delivery): void {
    const { count, positionOf, error } = delivery
    const first = positionOf(0)
    const isRow = positionOf(count - 1) - first === count - 1
    const statistics = this.statistics
    if (error === undefined) {
      statistics.batches++
      statistics.batchBytes += delivery.bytes
      statistics.largestBatchBytes = Math.max(statistics.largestBatchBytes, delivery.bytes)
    }
    const endedUs = nowUs()
    if (isRow) this.#settleRow(first, count, delivery, endedUs)
    else this.#settleEach(delivery, endedUs)
  }

  /** Records that follow each other: those that share a look at the clock are counted together. */
  #settleRow(first: number, count: number, delivery: Delivery, endedUs: number): void {
    const { recorder } = this
    const schedule = this.#schedule
    const { fixedBytes } = this.#source
    const { warmupRecords } = recorder
    const isStraddling = first < warmupRecords && first + count > warmupRecords
    if (delivery.error !== undefined) {
      recorder.fail(first, count, delivery.error.message)
    } else if (fixedBytes === undefined || isStraddling || schedule instanceof Paced) {
      return this.#settleEach(delivery, endedUs)
    } else {
      const tally = recorder.tallyOf(first)
      tally.addRecords(count, count * fixedBytes)
      const end = first + count
      let at = first
      while (at < end) {
        const upTo = Math.min(end, at - (at % RECORDS_PER_LOOK) + RECORDS_PER_LOOK)
        tally.addLatency(endedUs - schedule.intendedUs(at), upTo - at)
        at = upTo
      }
    }
    schedule.settle(first, count)
  }

  #settleEach({ count, positionOf, error, records }: Delivery, endedUs: number): void {
    const { recorder } = this
    const schedule = this.#schedule
    const { fixedBytes } = this.#source
    const cursor = fixedBytes === undefined && error === undefined ? records() : undefined
    for (let index = 0; index < count; index++) {
      const position = positionOf(index)
      if (error === undefined) {
        const tally = recorder.tallyOf(position)
        tally.addRecords(1, fixedBytes ?? bytesAt(cursor!))
        tally.addLatency(Math.max(0, endedUs - schedule.intendedUs(position)), 1)
      } else {
        recorder.fail(position, 1, error.message)
      }
      schedule.settle(position, 1)
    }
  }
}

/** Key and value of the next record. */
function bytesAt(cursor: RecordCursor): number {
  cursor.next()
  return cursor.keyEnd - cursor.keyStart + cursor.valueEnd - cursor.valueStart
}

/** Answers and timers have their turn; with `isAhead` of the timetable, until its next millisecond. */
function turn(isAhead: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isAhead) setTimeout(resolve, 1)
    else setImmediate(resolve)
  })
}
