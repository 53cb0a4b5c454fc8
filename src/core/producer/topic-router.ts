/** The partitions of one topic as a producer sees them: a key's, a fixed one, or the sticky one. */
import type { Cluster } from '../cluster/cluster.ts'
import { KtError } from '../errors.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { partitionForKey, StickyPartition } from './partitioner.ts'
import type { Producer } from './producer.ts'

export class TopicRouter {
  readonly #cluster: Cluster
  readonly #producer: Producer
  readonly #topic: string
  readonly #fixedPartition: number | undefined
  readonly #sticky = new StickyPartition()
  #queues: PartitionQueue[] = []
  #available: number[] = []
  #stickyQueue: PartitionQueue | undefined

  /** `fixedPartition` takes every record. Throws KtError where the topic has no such partition. */
  constructor(cluster: Cluster, producer: Producer, topic: string, fixedPartition?: number) {
    this.#cluster = cluster
    this.#producer = producer
    this.#topic = topic
    this.#fixedPartition = fixedPartition
    this.refresh()
  }

  /** Takes over what the metadata say now: partitions may have been added, or lost their leader. */
  refresh(): void {
    const partitions = this.#cluster.metadata.topics.get(this.#topic)?.partitions ?? []
    const fixed = this.#fixedPartition
    if (fixed !== undefined && fixed >= partitions.length)
      throw new KtError(`topic "${this.#topic}" has no partition ${fixed}`, {
        hint: `its partitions are 0 to ${partitions.length - 1}`,
      })
    this.#queues = partitions.map(({ partition }) => this.#producer.partition(this.#topic, partition))
    const withLeader = partitions.filter(({ leader }) => leader >= 0).map(({ partition }) => partition)
    this.#available = withLeader.length > 0 ? withLeader : partitions.map(({ partition }) => partition)
    this.#stick()
  }

  /** For a record with the key bytes[start, end), or without one when `start` is negative. */
  queueFor(bytes: Uint8Array, start: number, end: number): PartitionQueue {
    if (start < 0 || this.#fixedPartition !== undefined) return this.#stickyQueue!
    return this.#queues[partitionForKey(bytes, start, end, this.#queues.length)]!
  }

  /** To be called when a batch is full: records without a key go elsewhere from now on. */
  batchFilled(queue: PartitionQueue): void {
    if (queue !== this.#stickyQueue || this.#fixedPartition !== undefined) return
    this.#sticky.next(this.#available)
    this.#stick()
  }

  #stick(): void {
    const partition = this.#fixedPartition ?? this.#sticky.current(this.#available)
    this.#stickyQueue = this.#queues[partition]
  }
}
