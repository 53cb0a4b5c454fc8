/** The partitions of one topic as a producer sees them: a fixed one, a partitioner's choice, or the sticky one. */
import type { Cluster } from '../cluster/cluster.ts'
import { noPartition } from '../cluster/known-topic.ts'
import type { TopicMetadata } from '../cluster/metadata.ts'
import { type EncodedHeaders, slicesBytes } from '../records/batch-writer.ts'
import type { ProducerQueue } from './batch.ts'
import { byKey, type Partitioner, STICKY, StickyPartition } from './partitioner.ts'
import type { Producer } from './producer.ts'

/** Some hundred milliseconds of work for a broker. */
const STICKY_BYTES_OF_TRANSACTION = 16 * 1024 * 1024

export interface RouterOptions {
  /** Takes every record. */
  fixedPartition?: number | undefined
  partitioner?: Partitioner | undefined
}

export class TopicRouter {
  readonly topic: string
  readonly #cluster: Cluster
  readonly #producer: Producer
  readonly #fixedPartition: number | undefined
  readonly #partitioner: Partitioner
  readonly #sticky = new StickyPartition()
  /** What the queues were made from. */
  #known: TopicMetadata | undefined
  #queues: ProducerQueue[] = []
  #available: number[] = []
  #stickyQueue: ProducerQueue | undefined
  /** What it has taken since it was chosen. */
  #stickyBytes = 0
  /** The last one in which it was asked who is next. */
  #transaction = 0

  /** Throws KtError where the topic has no such partition. */
  constructor(cluster: Cluster, producer: Producer, topic: string, options: RouterOptions = {}) {
    this.#cluster = cluster
    this.#producer = producer
    this.topic = topic
    this.#fixedPartition = options.fixedPartition
    this.#partitioner = options.partitioner ?? byKey
    this.refresh()
  }

  /** Takes over what the metadata say now: partitions may have been added, or lost their leader. */
  refresh(): void {
    this.#known = this.#cluster.metadata.topics.get(this.topic)
    const partitions = this.#known?.partitions ?? []
    this.#queues = partitions.map(({ partition }) => this.#producer.partition(this.topic, partition))
    if (this.#fixedPartition !== undefined) this.queueOf(this.#fixedPartition)
    const withLeader = partitions.filter(({ leader }) => leader >= 0).map(({ partition }) => partition)
    this.#available = withLeader.length > 0 ? withLeader : partitions.map(({ partition }) => partition)
    this.#stick()
  }

  /** Asks for newer metadata every `metadata.max.age.ms`, and takes them over once they are there. */
  refreshIfChanged(): void {
    const { metadata, settings } = this.#cluster
    const now = metadata.topics.get(this.topic)
    if (now === undefined) return
    // Whether the cluster can still be reached is the deliveries' to tell.
    if (Date.now() - now.fetchedAt > settings['metadata.max.age.ms'])
      void metadata.refresh([this.topic]).catch(() => {})
    // A topic that is being deleted has no partitions for a while; those known keep their records until they expire.
    if (now !== this.#known && now.partitions.length >= this.#queues.length) this.refresh()
  }

  /** Where the record goes whose key and value are slices of `bytes` (a negative start is null). */
  queueFor(
    bytes: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
    headers: EncodedHeaders | null,
  ): ProducerQueue {
    if (this.#fixedPartition !== undefined) return this.#stickyQueue!
    // Most records have no key: they need not go through the partitioner to hear of it.
    if (keyStart >= 0 || this.#partitioner !== byKey) {
      const queues = this.#queues
      const chosen = this.#partitioner(
        bytes, keyStart, keyEnd, valueStart, valueEnd, queues.length, this.#available,
      ) // prettier-ignore
      if (chosen !== STICKY) return queues[chosen]!
    }
    return this.#stickyWithRoom(slicesBytes(keyStart, keyEnd, valueStart, valueEnd, headers))
  }

  /** Where all records without a key go for now; undefined where each is looked at. */
  get keyless(): ProducerQueue | undefined {
    return this.#fixedPartition !== undefined || this.#partitioner === byKey ? this.#stickyQueue : undefined
  }

  /** Records without a key, of so many bytes, went to `keyless`. */
  took(bytes: number): void {
    this.#stickyBytes += bytes
  }

  /** The queue of a partition that somebody named. Throws KtError where there is none. */
  queueOf(partition: number): ProducerQueue {
    const queue = this.#queues[partition]
    if (queue !== undefined) return queue
    throw noPartition(this.topic, partition, this.#queues.length)
  }

  /** Records without a choice go to another partition from now on. */
  moveOn(): void {
    this.#sticky.next(this.#available)
    this.#stick()
  }

  /** Moves on before a record that does not fit: appended first, it would begin a batch that nothing is added to. */
  #stickyWithRoom(bytes: number): ProducerQueue {
    const queue = this.#stickyQueue!
    const { open } = queue
    if (open === undefined || !open.hasRoomFor(bytes)) {
      if (open !== undefined) this.#producer.endBatch(queue)
      if (this.#hasHadItsTurn(open !== undefined)) this.moveOn()
    }
    this.#stickyBytes += bytes
    return this.#stickyQueue!
  }

  /**
   * A full batch is a partition's turn. Where batches leave before they are full, as those of a slow input do, the bytes that they had
   * decide; so they do in a transaction, which each partition that joins it costs milliseconds.
   */
  #hasHadItsTurn(isFull: boolean): boolean {
    const { transaction, stickyBytes } = this.#producer
    if (transaction === undefined) return isFull || this.#stickyBytes >= stickyBytes
    const isSame = this.#transaction === transaction.begun
    this.#transaction = transaction.begun
    return this.#stickyBytes >= (isSame ? STICKY_BYTES_OF_TRANSACTION : stickyBytes)
  }

  #stick(): void {
    this.#stickyBytes = 0
    const partition = this.#fixedPartition ?? this.#sticky.current(this.#available)
    this.#stickyQueue = this.#queues[partition]
  }
}
