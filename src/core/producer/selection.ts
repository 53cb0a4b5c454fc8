/** Which batches may leave for which broker now (Java: RecordAccumulator.ready and drain). */
import type { Metadata } from '../cluster/metadata.ts'
import type { ProducerBatch, ProducerQueue } from './batch.ts'
import type { Numbering } from './numbering.ts'
import type { ProducerOptions } from './options.ts'
import type { Transaction } from './transaction.ts'

export interface SelectionParts {
  metadata: Metadata
  options: ProducerOptions
  /** Present in an idempotent producer. */
  numbering: Numbering | undefined
  transaction: Transaction | undefined
  /** Called with the topic of a partition that has no leader. */
  refreshMetadata: (topic: string) => void
  /** Looks again, when what held a partition back is over. */
  wake: () => void
}

/** Kafka's `linger.ms` since 4.0 (KIP-1030). */
const LONGEST_PAUSE_MS = 5

/** An input that brings nothing between two looks has paused. */
const LOOK_INTERVAL_MS = 1

export class Selection {
  readonly #parts: SelectionParts

  constructor(parts: SelectionParts) {
    this.#parts = parts
  }

  /** Partitions with something to send, by the node that leads them. */
  sendableByNode(queues: readonly ProducerQueue[]): Map<number, ProducerQueue[]> {
    const byNode = new Map<number, ProducerQueue[]>()
    for (const queue of queues) {
      if (queue.isIdle) continue
      const leader = this.#parts.metadata.leaderOf(queue.topic, queue.partition)
      if (leader === undefined || leader < 0) {
        this.#parts.refreshMetadata(queue.topic)
        continue
      }
      const list = byNode.get(leader)
      if (list) list.push(queue)
      else byNode.set(leader, [queue])
    }
    return byNode
  }

  /**
   * Closes the open batches of one node's partitions when one of them is due. Each has to be `linger.ms` old. Where that
   * is not set, they wait for the node to be idle, so that they grow while it is busy, and then for the input to pause,
   * or for Kafka's own 5 ms: an input that comes faster than the node takes it fills whole batches.
   */
  closeDue(queues: readonly ProducerQueue[], isNodeIdle: boolean, isFlushing: boolean, nowMs: number): void {
    const { lingerMs } = this.#parts.options
    if (!isFlushing && lingerMs === undefined && !isNodeIdle) return
    const waiting = queues.filter(({ open }) => open !== undefined && open.count > 0)
    const isDue = ({ open }: ProducerQueue) =>
      nowMs - open!.createdAtMs >= (lingerMs ?? LONGEST_PAUSE_MS) ||
      (lingerMs === undefined && open!.hasPaused)
    if (!isFlushing && !waiting.some(isDue)) return
    for (const queue of waiting) queue.endBatch()
  }

  /** When the next batch of one node's partitions becomes due by time alone (epoch milliseconds), if any waits for that. */
  dueMs(queues: readonly ProducerQueue[], isNodeIdle: boolean, nowMs: number): number | undefined {
    const { lingerMs } = this.#parts.options
    let earliest: number | undefined
    for (const { open, retries } of queues) {
      const retryAtMs = retries[0]?.retryAtMs ?? 0
      if (retryAtMs > nowMs) earliest = Math.min(earliest ?? Infinity, retryAtMs)
      if (open === undefined || open.count === 0 || (lingerMs === undefined && !isNodeIdle)) continue
      const dueMs = lingerMs === undefined ? nowMs + LOOK_INTERVAL_MS : open.createdAtMs + lingerMs
      earliest = Math.min(earliest ?? Infinity, dueMs)
    }
    return earliest
  }

  /**
   * For one lane: at most one batch per partition and `max.request.size` bytes in all, as brokers expect of a request.
   */
  collect(queues: ProducerQueue[], laneId: number, nowMs: number): ProducerBatch[] {
    const batches: ProducerBatch[] = []
    let bytes = 0
    for (const queue of queues) {
      const first = queue.retries[0] ?? queue.ready[0]
      if (first === undefined) continue
      if (bytes > 0 && bytes + first.length > this.#parts.options.maxRequestBytes) break
      if (this.#parts.numbering?.isInOrder(queue) === false) continue
      if (this.#parts.transaction?.admits(queue, batches, this.#parts.wake) === false) continue
      const batch = queue.take(laneId, nowMs)
      if (batch === undefined) continue
      this.#parts.numbering?.assign(batch)
      queue.inFlight.push(batch)
      queue.inFlightLane = laneId
      this.#parts.transaction?.sends(queue, batches)
      batches.push(batch)
      bytes += batch.length
    }
    // Starting elsewhere next time: no partition is always the one left over.
    if (batches.length > 0 && queues.length > 1) queues.push(queues.shift()!)
    return batches
  }
}
