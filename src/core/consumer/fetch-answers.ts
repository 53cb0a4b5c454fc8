/** One answer to a Fetch → what it brings for each partition, which stands behind it then. */
import type { Cluster } from '../cluster/cluster.ts'
import { giveFrame } from '../cluster/frame-pool.ts'
import { CorruptDataError } from '../errors.ts'
import type { FetchResponse, PartitionData } from '../protocol/generated/apis/Fetch.ts'
import { readBatches } from '../records/batch-reader.ts'
import type { FetchRecovery } from './fetch-recovery.ts'
import type { Fetched } from './fetched.ts'
import type { FetchOptions } from './options.ts'
import type { PartitionPosition } from './position.ts'

export class FetchAnswers {
  readonly #cluster: Cluster
  readonly #options: FetchOptions
  readonly #recovery: FetchRecovery

  constructor(cluster: Cluster, options: FetchOptions, recovery: FetchRecovery) {
    this.#cluster = cluster
    this.#options = options
    this.#recovery = recovery
  }

  /** `generations` are those of `asked` when it was asked for: who has been moved since is left out. */
  async accept(
    response: FetchResponse,
    asked: readonly PartitionPosition[],
    generations: readonly number[],
  ): Promise<Fetched[]> {
    const byName = new Map(asked.map((position, index) => [position.name, { position, index }]))
    const fetched: Fetched[] = []
    let isClean = true
    for (const topic of response.responses) {
      const name = topic.topic !== '' ? topic.topic : this.#cluster.metadata.topicById(topic.topicId)?.name
      for (const data of topic.partitions) {
        const known = byName.get(`${name}-${data.partitionIndex}`)
        if (known === undefined || known.position.generation !== generations[known.index]) continue
        const one = await this.#acceptPartition(known.position, data)
        if (one !== undefined) fetched.push(one)
        // A leader that names another replica has not looked into its log at all.
        const isElsewhere = data.preferredReadReplica >= 0
        if (data.errorCode !== 0 || isElsewhere || data.divergingEpoch.endOffset >= 0n) isClean = false
      }
    }
    if (this.#options.keepsRecords === true) giveBack(response)
    if (fetched.length > 0 || !isClean || response.throttleTimeMs !== 0) return fetched
    return asked
      .filter(({ generation }, index) => generation === generations[index])
      .flatMap((position) => this.#skipHole(position))
  }

  async #acceptPartition(position: PartitionPosition, data: PartitionData): Promise<Fetched | undefined> {
    if (data.errorCode !== 0) return void (await this.#recovery.partition(position, data.errorCode))
    position.attempts = 0
    position.highWatermark = Number(data.highWatermark)
    position.lastStableOffset = Number(data.lastStableOffset)
    position.logStartOffset = Number(data.logStartOffset)
    if (data.preferredReadReplica >= 0) {
      position.preferredReplica = data.preferredReadReplica
      position.preferredUntilMs = Date.now() + this.#cluster.settings['metadata.max.age.ms']
      // How far that replica is, it says itself.
      position.highWatermark = position.lastStableOffset = -1
    }
    if (data.divergingEpoch.endOffset >= 0n)
      return void (await this.#recovery.truncation(position, Number(data.divergingEpoch.endOffset)))
    const records = this.#options.keepsRecords === true ? copyOf(data.records) : data.records
    const batches = records === null ? [] : readBatches(records, position.name)
    const last = batches[batches.length - 1]
    if (last === undefined) return nothingWhole(position, data.records)
    const fromOffset = position.offset
    // A packed message of the old formats has the offset of its last record, so this holds for them too.
    const nextOffset = Math.max(fromOffset, last.lastOffset + 1)
    position.offset = nextOffset
    position.leaderEpoch = last.leaderEpoch
    const abortedTransactions = data.abortedTransactions ?? []
    return { position, fromOffset, nextOffset, batches, abortedTransactions, generation: position.generation }
  }

  /**
   * An answer without a single batch, although the log goes on: compaction has left nothing up to its end.
   * (The broker sends one batch at least if there is one, and takes the high watermark before it reads.)
   */
  #skipHole(position: PartitionPosition): Fetched[] {
    const { highWatermark, lastStableOffset, offset, generation } = position
    const limit = this.#options.isReadCommitted ? lastStableOffset : highWatermark
    if (limit <= offset) return []
    position.offset = limit
    const none = { batches: [], abortedTransactions: [] }
    return [{ position, fromOffset: offset, nextOffset: limit, generation, ...none }]
  }
}

function copyOf(records: Buffer | null): Buffer | null {
  return records === null ? null : Buffer.from(records)
}

/** The frame of an answer that has been copied. */
function giveBack({ responses }: FetchResponse): void {
  const records = responses
    .flatMap(({ partitions }) => partitions)
    .find((one) => one.records !== null)?.records
  if (records) giveFrame(records)
}

/** Brokers send one whole batch at least (KIP-74): asking again would bring the same bytes for ever. */
function nothingWhole({ name, offset }: PartitionPosition, records: Buffer | null): undefined {
  if (records === null || records.length === 0) return undefined
  throw new CorruptDataError(
    `${name}: the broker sent ${records.length} bytes for offset ${offset} with no whole batch in them`,
  )
}
