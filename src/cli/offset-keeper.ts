/** Keeps offsets of one's own (`--offset-file`), after the output that they belong to and together with it. */
import type { Cluster } from '../core/cluster/cluster.ts'
import type { OffsetFile } from '../core/consumer/offset-file.ts'
import type { PartitionPosition } from '../core/consumer/position.ts'
import { ZERO_UUID } from '../core/protocol/schema.ts'
import type { OutputFile } from './output-file.ts'

/** Often enough that little is read again, seldom enough that it costs nothing. */
const SAVE_INTERVAL_MS = 1000

export class OffsetKeeper {
  readonly #file: OffsetFile
  readonly #cluster: Cluster
  readonly #output: OutputFile | undefined
  readonly #next = new Map<PartitionPosition, { offset: number; leaderEpoch: number }>()
  #savedMs = Date.now()

  constructor(file: OffsetFile, cluster: Cluster, output: OutputFile | undefined) {
    this.#file = file
    this.#cluster = cluster
    this.#output = output
  }

  /**
   * Moves positions to where the file says they stand, and stores where the others start: a crash before the
   * first record must neither start elsewhere next time nor leave output that belongs to no offset.
   */
  async resume(positions: readonly PartitionPosition[]): Promise<void> {
    for (const position of positions) {
      const stored = this.#file.find(position, this.#topicId(position.topic))
      if (stored !== undefined) position.seek(stored.offset, stored.leaderEpoch)
      position.readLeaderEpoch = position.leaderEpoch
      this.note(position, position.offset)
    }
    await this.save(0)
  }

  /** Remembers the next offset of a partition whose records have been handed to the output. */
  note(position: PartitionPosition, nextOffset: number): void {
    this.#next.set(position, { offset: nextOffset, leaderEpoch: position.readLeaderEpoch })
  }

  get isDue(): boolean {
    return this.#next.size > 0 && Date.now() - this.#savedMs >= SAVE_INTERVAL_MS
  }

  /** To be called when all output is with the kernel; `outputBytes` of it, in this run, belong to what was noted. */
  async save(outputBytes: number): Promise<void> {
    if (this.#next.size === 0) return
    const offsets = [...this.#next].map(([{ topic, partition }, { offset, leaderEpoch }]) => {
      return { topic, topicId: this.#topicId(topic), partition, offset, leaderEpoch }
    })
    this.#next.clear()
    await this.#output?.sync()
    this.#file.save(offsets, this.#output && this.#output.startBytes + outputBytes)
    this.#savedMs = Date.now()
  }

  #topicId(topic: string): string {
    return this.#cluster.metadata.topics.get(topic)?.topicId ?? ZERO_UUID
  }
}
