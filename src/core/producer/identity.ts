/**
 * Who this producer is to the brokers: producer id and epoch (KIP-98), and the epoch bump by which an idempotent
 * producer starts over after a gap in its sequences (KIP-360; Java: TransactionManager.bumpIdempotentProducerEpoch).
 */
import type { Cluster } from '../cluster/cluster.ts'
import type { ApiError } from '../errors.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { InitProducerId } from '../protocol/generated/apis/InitProducerId.ts'

const MAX_EPOCH = 0x7fff
const NO_TRANSACTION_TIMEOUT_MS = 0x7fffffff

export interface TransactionalName {
  transactionalId: string
  /** The coordinator aborts a transaction that is open for longer. */
  timeoutMs: number
}

export class ProducerIdentity {
  producerId = -1n
  epoch = -1
  readonly #cluster: Cluster
  readonly #name: TransactionalName | undefined

  /** `name` makes it transactional: its coordinator fences every earlier producer of that id. */
  constructor(cluster: Cluster, name?: TransactionalName) {
    this.#cluster = cluster
    this.#name = name
  }

  /** A producer id and epoch (InitProducerId, API 22): from any broker, or from the transaction coordinator. */
  async init(): Promise<void> {
    const { transactionalId = null, timeoutMs = NO_TRANSACTION_TIMEOUT_MS } = this.#name ?? {}
    const request = { transactionalId, transactionTimeoutMs: timeoutMs }
    const target =
      transactionalId === null ? 'any' : ({ coordinator: 'transaction', key: transactionalId } as const)
    const response = await this.#cluster.call(InitProducerId, request, target)
    if (response.errorCode !== 0) throw initError(response.errorCode, this.#name)
    this.adopt(response.producerId, response.producerEpoch)
  }

  /** The next epoch: brokers take its first batch at sequence 0. A new id once the epochs are used up. */
  async bump(): Promise<void> {
    if (this.epoch >= MAX_EPOCH) await this.init()
    else this.epoch++
  }

  adopt(producerId: bigint, epoch: number): void {
    this.producerId = producerId
    this.epoch = epoch
  }
}

/** A producer id is for whoever may write to any topic at all. */
function missingWrite(code: number): string | undefined {
  return errorOf(code).name === 'CLUSTER_AUTHORIZATION_FAILED'
    ? 'the user needs WRITE on the topic'
    : undefined
}

function initError(code: number, name: TransactionalName | undefined): ApiError {
  if (name === undefined) return apiError(code, 'no producer id', missingWrite(code))
  const { transactionalId, timeoutMs } = name
  const isTimeout = errorOf(code).name === 'INVALID_TRANSACTION_TIMEOUT'
  const hint = isTimeout
    ? `transaction.timeout.ms is ${timeoutMs}; the broker allows no more than its transaction.max.timeout.ms`
    : undefined
  return apiError(code, `transactional.id "${transactionalId}"`, hint)
}
