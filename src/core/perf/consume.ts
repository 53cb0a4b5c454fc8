/** Reads records, as fast as they come, and counts them: each is decoded, each batch has its checksum looked at. Hot path. */
import type { Cluster } from '../cluster/cluster.ts'
import type { Fetched, FetcherHooks } from '../consumer/fetched.ts'
import { Fetcher } from '../consumer/fetcher.ts'
import type { SessionReceiver } from '../consumer/counting-receiver.ts'
import { GroupSession, type GroupSessionOptions } from '../consumer/group-session.ts'
import { fetchOptions } from '../consumer/options.ts'
import type { PartitionPosition } from '../consumer/position.ts'
import { RecordReader } from '../consumer/read-records.ts'
import type { GroupEvent } from '../group/events.ts'
import { loadCrc32c } from '../records/crc32c.ts'
import type { RecordCursor } from '../records/record-cursor.ts'
import type { Settings } from '../settings.ts'
import { nowUs } from './clock.ts'
import { Recorder } from './recorder.ts'

export interface ConsumeLoad {
  /** Ends after so many records; Infinity: by time, silence or interruption only. */
  records: number
  durationMs: number | undefined
  /** Ends when no record has come for so long. */
  timeoutMs: number
  /** Without a group: what to read. */
  positions: readonly PartitionPosition[]
  group: Pick<GroupSessionOptions, 'group' | 'wanted' | 'reset' | 'commit' | 'isAsync'> | undefined
}

const LONGEST_WAIT_MS = 100

export class ConsumeRun {
  readonly recorder = new Recorder()
  /** Records read so far. */
  records = 0
  /** What joining the group took (ConsumerPerformance: rebalance.time.ms). */
  rebalanceMs = 0
  /** Whether it ended because nothing more came. */
  hasTimedOut = false
  readonly #load: ConsumeLoad
  readonly #fetcher: Fetcher
  readonly #reader: RecordReader
  readonly #session: GroupSession | undefined
  #bytes = 0
  #assigned = 0
  #joiningSinceMs = Date.now()

  private constructor(
    load: ConsumeLoad,
    fetcher: Fetcher,
    reader: RecordReader,
    cluster: Cluster,
    hooks: FetcherHooks,
  ) {
    this.#load = load
    this.#fetcher = fetcher
    this.#reader = reader
    const { note } = hooks
    if (load.group !== undefined)
      this.#session = new GroupSession({
        cluster,
        fetcher,
        reader,
        receiver: this.#receiver(),
        isParallel: false,
        ...load.group,
        note,
        event: (event) => this.#see(event),
      })
  }

  static async open(
    cluster: Cluster,
    load: ConsumeLoad,
    settings: Settings,
    hooks: FetcherHooks,
  ): Promise<ConsumeRun> {
    // Kafka's tool has a size of its own for this, also where nobody sets it.
    const options = { ...fetchOptions(settings), maxPartitionBytes: settings['max.partition.fetch.bytes'] }
    const fetcher = new Fetcher(cluster, options, hooks)
    const crc32c = options.checksCrcs ? await loadCrc32c() : undefined
    const reader = new RecordReader({ isReadCommitted: options.isReadCommitted, crc32c })
    return new ConsumeRun(load, fetcher, reader, cluster, hooks)
  }

  /** Reads until enough has come, or nothing more does, or `interrupted` aborts. Throws what forbids reading on. */
  async run(interrupted: AbortSignal): Promise<void> {
    const session = this.#session
    this.recorder.start()
    this.#joiningSinceMs = Date.now()
    session?.start()
    for (const position of this.#load.positions) this.#fetcher.add(position)
    const signal = session === undefined ? interrupted : AbortSignal.any([interrupted, session.ended])
    try {
      await this.#pump(signal, interrupted)
    } finally {
      this.recorder.end()
      await session?.end(interrupted)
    }
  }

  close(): void {
    this.#fetcher.close()
  }

  async #pump(signal: AbortSignal, interrupted: AbortSignal): Promise<void> {
    const { records, durationMs = Infinity, timeoutMs } = this.#load
    const receiver = this.#receiver()
    let silentSinceMs = Date.now()
    while (!interrupted.aborted && this.records < records && this.recorder.elapsedMs < durationMs) {
      const waitedSinceUs = nowUs()
      const answers = await this.#fetcher.next(Math.min(LONGEST_WAIT_MS, timeoutMs), signal)
      if (signal.aborted && !interrupted.aborted) await this.#session!.flush()
      if (answers === undefined) {
        this.hasTimedOut = Date.now() - silentSinceMs >= timeoutMs
        if (this.hasTimedOut) return
        continue
      }
      this.recorder.current.steady.addLatency(nowUs() - waitedSinceUs, 1)
      for (const fetched of answers) if (!(await this.#read(fetched, receiver))) return
      if (answers.some(({ batches }) => batches.length > 0)) silentSinceMs = Date.now()
    }
  }

  async #read(fetched: Fetched, receiver: SessionReceiver): Promise<boolean> {
    const before = { records: this.records, bytes: this.#bytes }
    const wantsMore = await (this.#session?.read(fetched) ?? this.#reader.read(fetched, receiver))
    this.recorder.current.steady.addRecords(this.records - before.records, this.#bytes - before.bytes)
    return wantsMore
  }

  #receiver(): SessionReceiver {
    const { records: wanted } = this.#load
    return {
      record: ({ keyStart, keyEnd, valueStart, valueEnd }: RecordCursor) => {
        this.#bytes += keyEnd - keyStart + valueEnd - valueStart
        return ++this.records < wanted
      },
      isFull: () => false,
      flush: () => Promise.resolve(),
      flushAll: () => Promise.resolve(),
      // No modules stand between.
      claim: (most) => Promise.resolve(most),
      settle: () => {},
      dropped: () => true,
      refused: (error) => {
        throw error as Error
      },
    }
  }

  #see(event: GroupEvent): void {
    if (event.name === 'partitions_assigned') {
      if (this.#assigned === 0) this.rebalanceMs += Date.now() - this.#joiningSinceMs
      this.#assigned += event.partitions.length
    } else if (event.name === 'partitions_revoked' || event.name === 'partitions_lost') {
      this.#assigned -= event.partitions.length
      if (this.#assigned === 0) this.#joiningSinceMs = Date.now()
    }
  }
}
