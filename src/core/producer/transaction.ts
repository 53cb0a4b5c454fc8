/**
 * A transactional producer's dealings with its coordinator (KIP-98), in both protocols: before Kafka 4 each
 * partition is announced with AddPartitionsToTxn; with transaction.version 2 (KIP-890) the leader announces it
 * when the first batch comes, and every EndTxn answers with a new epoch.
 */
import type { Cluster } from '../cluster/cluster.ts'
import type { ApiError, KtError } from '../errors.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { AddOffsetsToTxn } from '../protocol/generated/apis/AddOffsetsToTxn.ts'
import {
  AddPartitionsToTxn,
  type AddPartitionsToTxnResponse,
} from '../protocol/generated/apis/AddPartitionsToTxn.ts'
import { ApiVersions } from '../protocol/generated/apis/ApiVersions.ts'
import { EndTxn } from '../protocol/generated/apis/EndTxn.ts'
import { TxnOffsetCommit } from '../protocol/generated/apis/TxnOffsetCommit.ts'
import type { ProducerIdentity } from './identity.ts'
import type { ProducerBatch, ProducerQueue } from './batch.ts'

/** The last versions that speak the older protocol (Java: LAST_STABLE_VERSION_BEFORE_TRANSACTION_V2). */
const BEFORE_V2 = { produce: 11, endTxn: 4, txnOffsetCommit: 4 } as const
/** Later versions of AddPartitionsToTxn are for brokers among themselves. */
const LAST_CLIENT_ADD_PARTITIONS = 3

/**
 * How long the broker is left alone after the end of a transaction. It writes the markers after its answer; a batch that
 * comes before it has is refused, or held back for the 20 ms of add.partitions.to.txn.retry.backoff.ms.
 */
const MARKERS_MS = 2

export interface OffsetToCommit {
  topic: string
  partition: number
  offset: number
  leaderEpoch: number
}

/** The member that the offsets are committed for, so that a stale one is refused (KIP-447). */
export interface GroupMember {
  groupId: string
  generationId: number
  memberId: string
  groupInstanceId: string | null
}

export class Transaction {
  readonly transactionalId: string
  /** Whether the cluster has finalised transaction.version 2. */
  isV2 = false
  isOpen = false
  /** How many were begun. */
  begun = 0
  /** What forbids a commit: the first failure of the transaction. */
  failure: KtError | undefined
  readonly #cluster: Cluster
  readonly #identity: ProducerIdentity
  readonly #partitions = new Set<ProducerQueue>()
  readonly #announcing = new Set<ProducerQueue>()
  /** The request whose answer will say that its partitions are part of the transaction (version 2). */
  #joining: readonly ProducerBatch[] | undefined
  #hasOffsets = false
  /** When the transaction before was ended (performance.now()); its markers are written after that. */
  #endedAtMs = -Infinity
  #marking: NodeJS.Timeout | undefined

  constructor(cluster: Cluster, identity: ProducerIdentity, transactionalId: string) {
    this.#cluster = cluster
    this.#identity = identity
    this.transactionalId = transactionalId
  }

  /** Fences earlier producers of the id, ends what they left open, and learns which protocol is spoken. */
  async init(): Promise<void> {
    const [{ finalizedFeatures }] = await Promise.all([
      this.#cluster.call(ApiVersions, { clientSoftwareName: 'kt', clientSoftwareVersion: '1' }, 'any'),
      this.#identity.init(),
    ])
    const feature = finalizedFeatures.find(({ name }) => name === 'transaction.version')
    this.isV2 = (feature?.maxVersionLevel ?? 0) >= 2
  }

  begin(): void {
    this.isOpen = true
    this.begun++
    this.failure = undefined
    this.#partitions.clear()
    this.#joining = undefined
    this.#hasOffsets = false
  }

  /** The newest version of Produce that may be used; undefined is any. */
  get maxProduceVersion(): number | undefined {
    return this.isV2 ? undefined : BEFORE_V2.produce
  }

  /**
   * Whether a batch of the partition may be sent now, in `request`. If it must be announced first, that is begun, and
   * `ready` is called when it is done; so it is when the transaction before has left its markers. Partitions join
   * a transaction one request after the other: the coordinator refuses what comes while it writes, and the brokers that
   * join for us ask again only after 20 ms.
   */
  admits(queue: ProducerQueue, request: readonly ProducerBatch[], ready: () => void): boolean {
    if (this.#partitions.has(queue)) return true
    if (this.#isMarking(ready)) return false
    if (this.isV2) return this.#joining === undefined || this.#joining === request
    if (!this.#announcing.has(queue)) {
      this.#announcing.add(queue)
      // In a microtask, so that all partitions of one turn go in one request.
      if (this.#announcing.size === 1) queueMicrotask(() => void this.#announce(ready))
    }
    return false
  }

  /** A batch of the partition goes in `request`. */
  sends(queue: ProducerQueue, request: readonly ProducerBatch[]): void {
    if (this.#partitions.has(queue)) return
    this.#partitions.add(queue)
    this.#joining = request
  }

  /** `request` was answered, or will not be. */
  answered(request: readonly ProducerBatch[]): void {
    if (this.#joining === request) this.#joining = undefined
  }

  #isMarking(ready: () => void): boolean {
    const leftMs = this.#endedAtMs + MARKERS_MS - performance.now()
    if (leftMs <= 0) return false
    this.#marking ??= setTimeout(() => {
      this.#marking = undefined
      ready()
    }, leftMs)
    return true
  }

  /** Nothing more of this transaction can be committed. */
  fail(error: KtError): void {
    this.failure ??= error
  }

  /** Commits what has been delivered: the caller has flushed. Throws the failure that forbids it. */
  async commit(): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    await this.#end(true)
  }

  async abort(): Promise<void> {
    await this.#end(false)
  }

  /** Makes consumer offsets part of the transaction: they are committed if and only if it is. */
  async sendOffsets(offsets: readonly OffsetToCommit[], member: GroupMember): Promise<void> {
    const { producerId, epoch } = this.#identity
    const common = { transactionalId: this.transactionalId, producerId, producerEpoch: epoch }
    const { groupId } = member
    this.#hasOffsets = true
    if (!this.isV2) {
      const added = await this.#cluster.call(AddOffsetsToTxn, { ...common, groupId }, this.#target)
      if (added.errorCode !== 0) throw this.#explain(added.errorCode)
    }
    const request = { ...common, ...member, topics: offsetsByTopic(offsets) }
    const target = { coordinator: 'group', key: groupId } as const
    const answer = await this.#cluster.call(TxnOffsetCommit, request, target, {
      maxVersion: this.isV2 ? undefined : BEFORE_V2.txnOffsetCommit,
    })
    const refused = answer.topics
      .flatMap(({ partitions }) => partitions)
      .find(({ errorCode }) => errorCode !== 0)
    if (refused !== undefined)
      throw apiError(refused.errorCode, `offsets of group "${groupId}" in the transaction`)
  }

  get #target() {
    return { coordinator: 'transaction', key: this.transactionalId } as const
  }

  async #announce(ready: () => void): Promise<void> {
    const queues = [...this.#announcing]
    const { producerId, epoch } = this.#identity
    const request = {
      v3AndBelowTransactionalId: this.transactionalId,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: epoch,
      v3AndBelowTopics: partitionsByTopic(queues),
    }
    try {
      const response = await this.#cluster.call(AddPartitionsToTxn, request, this.#target, {
        maxVersion: LAST_CLIENT_ADD_PARTITIONS,
        errorsOf: partitionErrors,
      })
      const refused = partitionErrors(response).find((code) => code !== 0)
      if (refused !== undefined) throw this.#explain(refused)
      for (const queue of queues) this.#partitions.add(queue)
    } catch (error) {
      this.fail(error as KtError)
    } finally {
      for (const queue of queues) this.#announcing.delete(queue)
      ready()
    }
  }

  async #end(committed: boolean): Promise<void> {
    const isEmpty = this.#partitions.size === 0 && !this.#hasOffsets
    this.isOpen = false
    if (isEmpty) return
    const { producerId, epoch } = this.#identity
    const request = { transactionalId: this.transactionalId, producerId, producerEpoch: epoch, committed }
    const response = await this.#cluster.call(EndTxn, request, this.#target, {
      maxVersion: this.isV2 ? undefined : BEFORE_V2.endTxn,
    })
    if (response.errorCode !== 0) throw this.#explain(response.errorCode)
    this.#endedAtMs = performance.now()
    if (response.producerId >= 0n) this.#identity.adopt(response.producerId, response.producerEpoch)
  }

  #explain(code: number): ApiError {
    return transactionError(code, this.transactionalId)
  }
}

/** Kafka's code, with what a fenced or overtaken producer wants to know. */
export function transactionError(code: number, transactionalId: string): ApiError {
  const hint =
    'a newer producer with this id has started, or the transaction was open for longer than transaction.timeout.ms'
  return apiError(
    code,
    `transactional.id "${transactionalId}"`,
    isFencing(errorOf(code).name) ? hint : undefined,
  )
}

/** Whether the error of this name says that another producer has taken the id over. */
export function isFencing(codeName: string): boolean {
  return codeName === 'PRODUCER_FENCED' || codeName === 'INVALID_PRODUCER_EPOCH'
}

function partitionErrors({ resultsByTopicV3AndBelow: topics }: AddPartitionsToTxnResponse): number[] {
  return topics.flatMap(({ resultsByPartition }) =>
    resultsByPartition.map((result) => result.partitionErrorCode),
  )
}

function partitionsByTopic(queues: readonly ProducerQueue[]): { name: string; partitions: number[] }[] {
  const byTopic = new Map<string, number[]>()
  for (const { topic, partition } of queues) byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition])
  return [...byTopic].map(([name, partitions]) => ({ name, partitions }))
}

function offsetsByTopic(offsets: readonly OffsetToCommit[]) {
  const topics = new Map<string, OffsetToCommit[]>()
  for (const one of offsets) topics.set(one.topic, [...(topics.get(one.topic) ?? []), one])
  return [...topics].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, offset, leaderEpoch }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: '',
    })),
  }))
}
