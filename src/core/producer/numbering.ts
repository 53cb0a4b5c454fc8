/**
 * Sequences of an idempotent producer, per partition (KIP-98), and how they start over under a new epoch after
 * a gap (KIP-360; Java: TransactionManager.maybeUpdateProducerIdAndEpoch, startSequencesAtBeginning).
 */
import { restamp } from '../records/batch-writer.ts'
import type { Crc32c } from '../records/crc32c.ts'
import type { ProducerBatch, ProducerQueue } from './batch.ts'
import type { ProducerIdentity } from './identity.ts'
import { sequenceAfter } from './partition-queue.ts'

export interface NumberingOptions {
  identity: ProducerIdentity
  crc32c: Crc32c
  /** Called when a queue that had to wait may be sent from again. */
  ready: () => void
}

export class Numbering {
  readonly #options: NumberingOptions

  constructor(options: NumberingOptions) {
    this.#options = options
  }

  /** Whether the queue's sequences are in order; if they must start over, that waits until nothing is in flight. */
  isInOrder(queue: ProducerQueue): boolean {
    const isQuiet = queue.inFlight.length === 0
    if (queue.isRenumbering) return false
    if (queue.mustRenumber) {
      if (isQuiet) void this.#renumber(queue)
      return false
    }
    if (queue.mustStartEpoch && isQuiet && queue.retries.length === 0) {
      void this.#renumber(queue)
      return false
    }
    const { producerId, epoch } = this.#options.identity
    const isCurrent = queue.producerId === producerId && queue.producerEpoch === epoch
    // Another partition has bumped the epoch: adopted here when nothing is numbered under the old one.
    if (!isCurrent && isQuiet && queue.retries.length === 0) this.#adopt(queue)
    return true
  }

  /** Gives a batch its sequence at its first send; it keeps it through retries. */
  assign(batch: ProducerBatch): void {
    if (batch.baseSequence < 0) numberNext(batch.queue, batch)
  }

  /** A batch will not be sent again: its sequences are used up, perhaps (in doubt), or a gap. */
  gaveUp(batch: ProducerBatch): void {
    if (batch.baseSequence < 0) return
    if (batch.isInDoubt) batch.queue.mustStartEpoch = true
    else batch.queue.mustRenumber = true
  }

  #adopt(queue: ProducerQueue): void {
    const { producerId } = this.#options.identity
    // An epoch of a producer it knows has to begin at 0: the broker sees to the order itself.
    if (queue.producerId !== producerId) queue.isKnownToBroker = false
    queue.producerId = producerId
    queue.producerEpoch = this.#options.identity.epoch
    queue.nextSequence = 0
  }

  /** A new epoch, and the batches to be repeated numbered from 0 under it. */
  async #renumber(queue: ProducerQueue): Promise<void> {
    queue.mustRenumber = false
    queue.mustStartEpoch = false
    queue.isRenumbering = true
    try {
      await this.#options.identity.bump()
    } catch (error) {
      queue.mustRenumber = true
      for (const batch of queue.retries) batch.lastError = error as Error
      return
    } finally {
      queue.isRenumbering = false
    }
    this.#adopt(queue)
    for (const batch of queue.retries) {
      numberNext(queue, batch)
      if (batch.sealed)
        restamp(batch.sealed, batch.producerId, batch.producerEpoch, batch.baseSequence, this.#options.crc32c)
    }
    this.#options.ready()
  }
}

function numberNext(queue: ProducerQueue, batch: ProducerBatch): void {
  batch.producerId = queue.producerId
  batch.producerEpoch = queue.producerEpoch
  batch.baseSequence = queue.nextSequence
  queue.nextSequence = sequenceAfter(queue.nextSequence, batch.count)
}
