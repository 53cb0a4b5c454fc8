/** One run of the console producer: who listens to deliveries, what ends it, and what is said at the end. */
import { DeliveryReport } from './delivery-report.ts'
import { AckReport, type ReportStyle } from './ack-report.ts'
import type { Context } from './context.ts'
import { type ProducerInterceptors, producerInterceptors } from './interceptors.ts'
import { Meter } from './meter.ts'
import type { Cluster } from '../core/cluster/cluster.ts'
import { ApiError, KtError } from '../core/errors.ts'
import { type Appender, DirectAppender, InterceptingAppender } from '../core/producer/appender.ts'
import { type Gate, SyncGate, TransactionGate, type TransactionLimits } from '../core/producer/gate.ts'
import type { ProducerOptions } from '../core/producer/options.ts'
import type { LinesRead } from '../core/producer/produce-lines.ts'
import type { Delivery } from '../core/producer/delivery.ts'
import { Producer } from '../core/producer/producer.ts'
import type { TopicRouter } from '../core/producer/topic-router.ts'
import { isFencing } from '../core/producer/transaction.ts'

export interface ProducingOptions {
  producing: ProducerOptions
  interceptors: readonly string[]
  report: ReportStyle | undefined
  isSync: boolean
  limits: TransactionLimits
  /** Bytes of input, where known. */
  size: number | undefined
  /** Told at once when something has failed, so that nobody waits for more input. */
  onFailure: () => void
}

export class Producing {
  readonly producer: Producer
  readonly gate: Gate | undefined
  readonly read: LinesRead = { lines: 0, bytes: 0 }
  readonly failures: DeliveryReport
  readonly #context: Context
  readonly #interceptors: ProducerInterceptors
  readonly #acks: AckReport | undefined
  readonly #transactions: TransactionGate | undefined
  readonly #meter: Meter
  readonly #listenerFailure: () => unknown

  private constructor(parts: {
    producer: Producer
    context: Context
    options: ProducingOptions
    interceptors: ProducerInterceptors
    acks: AckReport | undefined
    failures: DeliveryReport
    listenerFailure: () => unknown
  }) {
    const { producer, context, options } = parts
    this.producer = producer
    this.failures = parts.failures
    this.#context = context
    this.#interceptors = parts.interceptors
    this.#acks = parts.acks
    this.#listenerFailure = parts.listenerFailure
    if (producer.transaction !== undefined)
      this.#transactions = new TransactionGate(
        producer,
        { ...options.limits, isSync: options.isSync },
        options.onFailure,
      )
    this.gate = this.#transactions ?? (options.isSync ? new SyncGate(producer) : undefined)
    this.#meter = new Meter(() => ({
      records: producer.counts.acknowledged,
      bytes: options.size === undefined ? producer.counts.bytes : this.read.bytes,
      inFlight: producer.requestsInFlight,
      size: options.size,
    }))
  }

  static async open(cluster: Cluster, context: Context, options: ProducingOptions): Promise<Producing> {
    const interceptors = await producerInterceptors(options.interceptors)
    const acks = options.report === undefined ? undefined : new AckReport(context.out.sink, options.report)
    const failures = new DeliveryReport()
    let listenerFailure: unknown
    const deliver = (delivery: Delivery) => {
      if (delivery.error === undefined) acks?.add(delivery)
      else {
        // All else that is under way in a transaction fails with the first: that is not the lines' own fault.
        const isOwnFault = options.producing.transactionalId === undefined || failures.failedCount === 0
        if (isOwnFault) failures.add(delivery)
        options.onFailure()
      }
      try {
        interceptors.onDelivery(delivery)
      } catch (error) {
        listenerFailure ??= error
        options.onFailure()
      }
    }
    const producer = await Producer.open(cluster, options.producing, deliver)
    context.onExit(() => producer.close())
    const parts = { producer, context, options, interceptors, acks, failures }
    return new Producing({ ...parts, listenerFailure: () => listenerFailure })
  }

  appender(router: TopicRouter): Appender {
    const { onSend } = this.#interceptors
    if (onSend.length === 0) return new DirectAppender(this.producer, router)
    return new InterceptingAppender(this.producer, router, onSend)
  }

  /** No more should be read: a record of this run has failed. */
  get hasFailed(): boolean {
    return this.failures.failedCount > 0 || this.#listenerFailure() !== undefined
  }

  /** Runs `work`, then delivers what it appended, whatever happened to it, and tells what came of it. */
  async run(work: () => Promise<void>): Promise<void> {
    const { terminal } = this.#context
    if (terminal.stderr && !terminal.stdin) this.#meter.start()
    let failure: unknown
    try {
      await work()
    } catch (error) {
      failure = error
    }
    try {
      failure = await this.#finish(failure)
    } finally {
      this.#meter.stop()
    }
    this.#tell(failure)
  }

  /** Resolves to what ended the run, if anything but the end of the input did. */
  async #finish(failure: unknown): Promise<unknown> {
    const { signal } = this.#context
    let reason = signal.aborted ? (signal.reason as unknown) : failure
    const endings = [
      () => (this.#transactions === undefined ? this.producer.flush() : this.#endTransaction(reason)),
      () => this.#acks?.drain(),
      () => this.#interceptors.close(),
    ]
    // Each is reached, whatever became of those before it.
    for (const end of endings) {
      try {
        await end()
      } catch (error) {
        reason ??= error
      }
    }
    return reason ?? this.#listenerFailure()
  }

  /** Commits, or aborts when anything went wrong: a transaction is whole or it is nothing. */
  async #endTransaction(reason: unknown): Promise<void> {
    const transactions = this.#transactions!
    if (reason === undefined && !this.hasFailed) {
      try {
        return await transactions.end()
      } catch (error) {
        await this.#abort(error)
        throw error
      }
    }
    await transactions.cancel()
    await this.#abort(reason ?? this.failures.firstError)
  }

  async #abort(reason: unknown): Promise<void> {
    const error = reason instanceof KtError ? reason : new KtError('aborted', { cause: reason })
    this.failures.isClosed = true
    try {
      await this.producer.abortTransaction(error)
    } catch (abortError) {
      // One who is fenced has nothing left to abort; else the coordinator does it after transaction.timeout.ms.
      if (!isFenced(abortError))
        this.#context.note(`the transaction could not be aborted: ${(abortError as Error).message}`)
    }
  }

  #tell(failure: unknown): void {
    const { note, signal, terminal, isVerbose } = this.#context
    const { failures, read } = this
    const { acknowledged } = this.producer.counts
    for (const line of failures.lines()) note(line)
    const isInterrupted = signal.aborted
    const hasFailed = failures.failedCount > 0 || failure !== undefined
    if (this.#transactions !== undefined && (hasFailed || isInterrupted || isVerbose))
      note(`${this.#transactions.committed} of ${read.lines} records committed`)
    else if (hasFailed || isInterrupted) note(`${acknowledged} of ${read.lines} records acknowledged`)
    else if (isVerbose || (terminal.stderr && !terminal.stdin)) note(this.#meter.summary())
    if (failure !== undefined) throw failure as Error
    if (failures.failedCount === 0) return
    if (this.#transactions !== undefined && failures.firstError !== undefined) throw failures.firstError
    throw new KtError(`${failures.failedCount} of ${read.lines} records were not delivered`, {
      hint: failures.firstError?.hint,
    })
  }
}

function isFenced(error: unknown): boolean {
  return error instanceof ApiError && isFencing(error.codeName)
}
