/**
 * Who this producer is to the brokers: producer id and epoch (KIP-98), and the epoch bump by which an idempotent
 * producer starts over after a gap in its sequences (KIP-360; Java: TransactionManager.bumpIdempotentProducerEpoch).
 */
import type { Cluster } from '../cluster/cluster.ts'
import { InitProducerId } from '../protocol/generated/apis/InitProducerId.ts'

const MAX_EPOCH = 0x7fff

export class ProducerIdentity {
  producerId = -1n
  epoch = -1
  readonly #cluster: Cluster

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Asks a broker for a producer id of our own (InitProducerId, API 22). */
  async init(): Promise<void> {
    const request = { transactionalId: null, transactionTimeoutMs: 0x7fffffff }
    const response = await this.#cluster.call(InitProducerId, request, 'any')
    this.producerId = response.producerId
    this.epoch = response.producerEpoch
  }

  /** The next epoch: brokers take its first batch at sequence 0. A new id once the epochs are used up. */
  async bump(): Promise<void> {
    if (this.epoch >= MAX_EPOCH) await this.init()
    else this.epoch++
  }
}
