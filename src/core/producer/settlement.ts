/**
 * What becomes of a batch that a broker has answered, or has not: acknowledged, put back to be sent again, cut up, or
 * given up (Java: org.apache.kafka.clients.producer.internals.Sender.completeBatch, canRetry, failBatch).
 */
import { isUnfinished, retryWaitMs } from '../cluster/backoff.ts'
import type { Metadata } from '../cluster/metadata.ts'
import { ApiError, AuthenticationError, type KtError } from '../errors.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import type { ProduceResponse } from '../protocol/generated/apis/Produce.ts'
import { RECORDS_AT } from '../records/layout.ts'
import type { ProducerBatch } from './batch.ts'
import type { Numbering } from './numbering.ts'
import type { ProducerOptions } from './options.ts'
import { answersOf } from './produce-request.ts'
import { isFencing, type Transaction, transactionError } from './transaction.ts'
import { Outcome, judge } from './verdict.ts'

export interface SenderHooks {
  /** The broker has acknowledged the batch as `acks` says. `baseOffset` is -1 where it did not tell. */
  acknowledged(batch: ProducerBatch, baseOffset: number, timestamp: number): void
  /** The batch will not be sent again. */
  failed(batch: ProducerBatch, error: KtError): void
  /** The batch must be cut into smaller ones that take its place in the queue. */
  split(batch: ProducerBatch): void
}

export interface SettlementParts {
  metadata: Metadata
  options: ProducerOptions
  /** Present in an idempotent producer. */
  numbering: Numbering | undefined
  transaction: Transaction | undefined
  hooks: SenderHooks
  /** Called with the topic when an answer says that what is known of it may be stale. */
  refreshMetadata: (topic: string) => void
}

export class Settlement {
  readonly #parts: SettlementParts

  constructor(parts: SettlementParts) {
    this.#parts = parts
  }

  /** `response` is undefined with `acks=0`, where nobody answers. */
  settle(batches: readonly ProducerBatch[], response: ProduceResponse | undefined): void {
    if (response === undefined) {
      for (const batch of batches) this.#acknowledge(batch, -1, -1)
      return
    }
    const answers = answersOf(response, this.#parts.metadata)
    for (const batch of batches) {
      const answer = answers.get(batch.queue.name)
      if (answer === undefined) {
        const error = apiError(-1, `${batch.queue.name}: the broker's answer leaves this partition out`)
        this.retryOrFail(batch, error, true)
      } else if (answer.errorCode === 0) {
        this.#acknowledge(batch, Number(answer.baseOffset), Number(answer.logAppendTimeMs))
      } else {
        this.#refuse(batch, answer.errorCode, Number(answer.baseOffset), answer.errorMessage)
      }
    }
  }

  #refuse(batch: ProducerBatch, code: number, baseOffset: number, detail: string | null): void {
    const { queue } = batch
    const error = this.#explain(code, batch, detail)
    const isFirst = ![...queue.inFlight, ...queue.retries].some((other) => other.order < batch.order)
    // Within a transaction nothing can start over: it is aborted, which ends the epoch.
    const mayRenumber = this.#parts.numbering !== undefined && this.#parts.transaction === undefined
    switch (judge(error, { mayRenumber, isFirst, count: batch.count })) {
      case Outcome.stored:
        return this.#acknowledge(batch, baseOffset, -1)
      case Outcome.split:
        this.#leaveFlight(batch)
        return this.#parts.hooks.split(batch)
      case Outcome.renumber:
        queue.mustRenumber = true
        return this.retryOrFail(batch, error, true)
      case Outcome.retry:
        if (error.isRetriable && !isUnfinished(error)) this.#parts.refreshMetadata(queue.topic)
        return this.retryOrFail(batch, error, true)
      case Outcome.fail:
        return this.retryOrFail(batch, error, false)
    }
  }

  #explain(code: number, batch: ProducerBatch, detail: string | null): ApiError {
    const { transactionalId } = this.#parts.options
    const { name } = batch.queue
    const { name: codeName } = errorOf(code)
    if (transactionalId !== undefined && isFencing(codeName)) return transactionError(code, transactionalId)
    if (codeName !== 'MESSAGE_TOO_LARGE') return apiError(code, name, undefined, detail)
    const hint = 'raise max.message.bytes of the topic'
    return apiError(code, `${name}: a record of ${batch.length - RECORDS_AT} bytes`, hint, detail)
  }

  #acknowledge(batch: ProducerBatch, baseOffset: number, timestamp: number): void {
    this.#leaveFlight(batch)
    batch.queue.isKnownToBroker = true
    this.#parts.hooks.acknowledged(batch, baseOffset, timestamp)
  }

  /** Puts the batch back where it may be sent again, and gives it up otherwise. */
  retryOrFail(batch: ProducerBatch, error: KtError, mayRetry: boolean): void {
    const { retries, deliveryTimeoutMs, acks, retryBackoffMs, retryBackoffMaxMs } = this.#parts.options
    this.#leaveFlight(batch)
    batch.lastError = error
    const isTooOld = Date.now() - batch.createdAtMs >= deliveryTimeoutMs
    // With acks=0 nobody would tell a repetition from the original.
    const isRepeatable = acks !== 0 || !batch.isInDoubt
    if (mayRetry && isRepeatable && !isTooOld && batch.attempts <= retries && !isHopeless(error)) {
      batch.retryAtMs = Date.now() + retryWaitMs(error, batch.attempts, retryBackoffMs, retryBackoffMaxMs)
      batch.queue.putBack(batch)
      return
    }
    this.giveUp(batch, error)
  }

  /** The batch will not be sent again. */
  giveUp(batch: ProducerBatch, error: KtError): void {
    // A transaction is aborted as a whole, which ends the epoch.
    if (this.#parts.transaction === undefined) this.#parts.numbering?.gaveUp(batch)
    else this.#parts.transaction.fail(error)
    this.#parts.hooks.failed(batch, error)
  }

  #leaveFlight(batch: ProducerBatch): void {
    const { inFlight } = batch.queue
    const at = inFlight.indexOf(batch)
    if (at >= 0) inFlight.splice(at, 1)
  }

  /** Gives up a batch that is older than `delivery.timeout.ms`. */
  expire(batch: ProducerBatch): void {
    const { queue, lastError } = batch
    const { deliveryTimeoutMs } = this.#parts.options
    const cause = lastError?.message ?? 'no leader was found for the partition'
    const message = `${queue.name}: not acknowledged within delivery.timeout.ms (${deliveryTimeoutMs} ms): ${cause}`
    this.giveUp(batch, apiError(7, message))
  }
}

/** What no repetition can mend: wrong credentials, and bytes that are not Kafka's. */
function isHopeless(error: KtError): boolean {
  return (
    error instanceof AuthenticationError ||
    (error instanceof ApiError && error.codeName.endsWith('_AUTHORIZATION_FAILED'))
  )
}
