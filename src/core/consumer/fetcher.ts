/**
 * Fetches: one request per broker in flight while the answer before it is decoded. The next offsets follow
 * from the batch headers alone, so the next request leaves before a single record is looked at
 * (Java: org.apache.kafka.clients.consumer.internals.Fetcher).
 */
import { backoffMs, sleep } from '../cluster/backoff.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { isPassing } from '../cluster/failure.ts'
import { giveFrame } from '../cluster/frame-pool.ts'
import { CorruptDataError, type KtError, RequestTimeoutError } from '../errors.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { Fetch, type FetchResponse, type PartitionData } from '../protocol/generated/apis/Fetch.ts'
import { type Batch, readBatches } from '../records/batch-reader.ts'
import type { AbortedTransaction } from './aborted.ts'
import { fetchRequest } from './fetch-request.ts'
import { FetchSession, type SessionPartition } from './fetch-session.ts'
import type { FetchOptions } from './options.ts'
import type { PartitionPosition } from './position.ts'

/** What one fetch brought for one partition. */
export interface Fetched {
  position: PartitionPosition
  /** Records before this offset belong to a batch that began earlier, and were not asked for. */
  fromOffset: number
  /** Where the partition stands when all of `batches` has been read. */
  nextOffset: number
  batches: Batch[]
  abortedTransactions: AbortedTransaction[]
  generation: number
}

export interface FetcherHooks {
  /** The position is not in the log any more (or not yet): seek, or throw to end. */
  offsetOutOfRange(position: PartitionPosition): Promise<void>
  /** Records that may have been read, from `endOffset` on, are not in the log any more: throw to end. */
  truncated(position: PartitionPosition, endOffset: number): Promise<void>
  /** Something worth a line on stderr. */
  note(text: string): void
}

const CODES = {
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  topicAuthorizationFailed: 29,
  fencedLeaderEpoch: 74,
} as const

/** How long a broker may keep a request while a partition of its is not in it. */
const WAIT_WHILE_BEHIND_MS = 50

export class Fetcher {
  readonly positions: PartitionPosition[] = []
  readonly #cluster: Cluster
  readonly #options: FetchOptions
  readonly #hooks: FetcherHooks
  readonly #sessions = new Map<number, FetchSession>()
  readonly #loops = new Map<number, Promise<void>>()
  /** Answers not taken yet, with the function that lets their broker's loop go on. */
  #arrived: { fetched: Fetched[]; taken: () => void }[] = []
  /** What `next` gave last: its frame is used again when the caller comes back. */
  #lent: Fetched[] = []
  #failure: Error | undefined
  #wake: (() => void) | undefined
  /** Ends the waits of loops whose partitions are all paused or backing off. */
  #stirred = new Set<() => void>()
  #isClosed = false

  constructor(cluster: Cluster, options: FetchOptions, hooks: FetcherHooks) {
    this.#cluster = cluster
    this.#options = options
    this.#hooks = hooks
  }

  /** Starts reading at `position`. */
  add(position: PartitionPosition): void {
    this.positions.push(position)
    this.#startLoops()
  }

  /** Stops reading it; what is on the way is thrown away. */
  remove(position: PartitionPosition): void {
    const at = this.positions.indexOf(position)
    if (at >= 0) this.positions.splice(at, 1)
    position.generation++
  }

  /** Reads on at a position that was paused. */
  resume(position: PartitionPosition): void {
    if (!position.isPaused) return
    position.isPaused = false
    for (const stir of this.#stirred) stir()
  }

  /** Lets `next` come back at once, with nothing if there is nothing. */
  wake(): void {
    this.#wake?.()
  }

  /**
   * What arrived next, or undefined after `waitMs` without any; its bytes may be looked at until the next call,
   * or for ever with `keepsRecords`.
   * Rejects with what no repetition can mend.
   */
  async next(waitMs: number, signal?: AbortSignal): Promise<Fetched[] | undefined> {
    this.keep()()
    if (this.#arrived.length === 0) await this.#arrival(waitMs, signal)
    const answer = this.#arrived.shift()
    if (answer !== undefined) {
      answer.taken()
      this.#lent = answer.fetched
      return answer.fetched.filter(({ position, generation }) => position.generation === generation)
    }
    if (this.#failure !== undefined) throw this.#failure
    return undefined
  }

  /** What `next` gave last stays the caller's beyond the next call, until the function returned is called. */
  keep(): () => void {
    const kept = this.#lent
    this.#lent = []
    return () => {
      for (const { batches } of kept) if (batches[0] !== undefined) giveFrame(batches[0].bytes)
    }
  }

  /** Whether `next` has something to give at once. */
  get hasArrived(): boolean {
    return this.#arrived.length > 0
  }

  close(): void {
    this.#isClosed = true
    for (const { taken } of this.#arrived) taken()
    this.#wake?.()
  }

  async #arrival(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#failure !== undefined || signal?.aborted === true) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      signal?.addEventListener('abort', this.#wake, { once: true })
    })
    if (this.#wake) signal?.removeEventListener('abort', this.#wake)
    this.#wake = undefined
  }

  /** One loop per broker that leads (or is preferred for) a partition of ours. */
  #startLoops(): void {
    for (const position of this.positions) {
      const node = this.#nodeOf(position)
      // A partition without a leader is looked after by the loop of node -1, which refreshes the metadata.
      if (!this.#loops.has(node)) this.#loops.set(node, this.#runLoop(node))
    }
  }

  async #runLoop(node: number): Promise<void> {
    await Promise.resolve()
    try {
      while (!this.#isClosed) {
        const mine = this.positions.filter((position) => this.#nodeOf(position) === node)
        if (mine.length === 0) break
        if (node < 0) await this.#findLeaders(mine)
        else await this.#fetchOnce(node, mine)
      }
    } catch (error) {
      this.#failure ??= error as Error
      this.#wake?.()
    } finally {
      this.#loops.delete(node)
      if (!this.#isClosed && this.#failure === undefined) this.#startLoops()
    }
  }

  /** The preferred replica, for a while: the leader is asked again then, as a replica may have fallen behind. */
  #nodeOf({ topic, partition, preferredReplica, preferredUntilMs }: PartitionPosition): number {
    if (preferredReplica >= 0 && Date.now() < preferredUntilMs) return preferredReplica
    return this.#cluster.metadata.leaderOf(topic, partition) ?? -1
  }

  async #findLeaders(positions: PartitionPosition[]): Promise<void> {
    await this.#cluster.metadata.refresh([...new Set(positions.map(({ topic }) => topic))]).catch(fatal)
    if (positions.some((position) => this.#nodeOf(position) < 0)) await sleep(this.#options.retryBackoffMs)
  }

  async #fetchOnce(node: number, mine: PartitionPosition[]): Promise<void> {
    const nowMs = Date.now()
    const asked = mine.filter(({ isPaused, retryAtMs }) => !isPaused && retryAtMs <= nowMs)
    if (asked.length === 0) return this.#rest(Math.min(this.#options.retryBackoffMs, 50))
    try {
      const generations = asked.map(({ generation }) => generation)
      // What is paused now is to be asked for soon.
      const isBehind = mine.some(({ isPaused }) => isPaused)
      const response = await this.#request(node, asked, isBehind ? WAIT_WHILE_BEHIND_MS : Infinity)
      await this.#accept(node, response, asked, generations)
    } catch (error) {
      await this.#recover(error as KtError, asked)
    }
    // Rotated, so that the size limit of an answer does not always favour the same partitions.
    const first = asked[0]!
    const at = this.positions.indexOf(first)
    if (asked.length > 1 && at >= 0) this.positions.push(...this.positions.splice(at, 1))
  }

  /** Fetch (API 1), in the broker's session. */
  async #request(node: number, asked: PartitionPosition[], mostWaitMs: number): Promise<FetchResponse> {
    const maxWaitMs = Math.min(this.#options.maxWaitMs, mostWaitMs)
    const channel = await this.#cluster.channel(node, 'fetch')
    const session = this.#session(node)
    const asking = session.request(asked.map((one) => this.#describe(one)))
    const request = fetchRequest(asking, this.#options, maxWaitMs)
    try {
      const timeoutMs = this.#options.requestTimeoutMs + maxWaitMs
      const response = await channel.send(Fetch, channel.version(Fetch), request, { timeoutMs })
      if (response.errorCode === 0) session.answered(response.sessionId)
      return response
    } catch (error) {
      session.reset(false)
      throw error
    }
  }

  #session(node: number): FetchSession {
    let session = this.#sessions.get(node)
    if (session === undefined) this.#sessions.set(node, (session = new FetchSession()))
    return session
  }

  #describe(position: PartitionPosition): SessionPartition {
    const { topic, partition, offset, leaderEpoch } = position
    const known = this.#cluster.metadata.topics.get(topic)
    const currentLeaderEpoch = known?.partitions[partition]?.leaderEpoch ?? -1
    return { position, topicId: known?.topicId, offset, currentLeaderEpoch, lastFetchedEpoch: leaderEpoch }
  }

  async #accept(
    node: number,
    response: FetchResponse,
    asked: PartitionPosition[],
    generations: number[],
  ): Promise<void> {
    if (response.errorCode !== 0) return this.#sessionError(node, response.errorCode)
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
    if (fetched.length === 0 && isClean && response.throttleTimeMs === 0)
      fetched.push(
        ...asked
          .filter(({ generation }, index) => generation === generations[index])
          .flatMap((position) => this.#skipHole(position)),
      )
    if (fetched.length > 0) await this.#hand(fetched)
  }

  /** The broker has dropped the session, or counts otherwise: a whole request opens a new one. */
  #sessionError(node: number, code: number): void {
    const { name } = errorOf(code)
    if (!/^(FETCH_SESSION|INVALID_FETCH_SESSION|INCONSISTENT_TOPIC_ID|UNKNOWN_TOPIC_ID)/.test(name))
      throw apiError(code, 'fetch')
    this.#session(node).reset(name === 'FETCH_SESSION_ID_NOT_FOUND')
  }

  async #acceptPartition(position: PartitionPosition, data: PartitionData): Promise<Fetched | undefined> {
    if (data.errorCode !== 0) return this.#partitionError(position, data.errorCode)
    position.attempts = 0
    position.highWatermark = Number(data.highWatermark)
    position.lastStableOffset = Number(data.lastStableOffset)
    position.logStartOffset = Number(data.logStartOffset)
    if (data.preferredReadReplica >= 0) {
      position.preferredReplica = data.preferredReadReplica
      position.preferredUntilMs = Date.now() + this.#cluster.settings['metadata.max.age.ms']
      // How far that replica is, it says itself.
      position.highWatermark = position.lastStableOffset = -1
      this.#startLoops()
    }
    if (data.divergingEpoch.endOffset >= 0n)
      return this.#truncated(position, Number(data.divergingEpoch.endOffset))
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
   * What was read last is not in the log any more: an unclean election has cut it off (KIP-320, KIP-595).
   * Reading goes on where the logs part.
   */
  async #truncated(position: PartitionPosition, endOffset: number): Promise<undefined> {
    const before = position.offset
    await this.#hooks.truncated(position, endOffset)
    position.seek(Math.min(endOffset, before))
    return undefined
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

  async #partitionError(position: PartitionPosition, code: number): Promise<undefined> {
    const { topic, name } = position
    position.attempts++
    if (code === CODES.offsetOutOfRange) {
      if (position.preferredReplica < 0) await this.#hooks.offsetOutOfRange(position)
      // A follower may lag behind: the leader knows (KIP-392).
      position.preferredReplica = -1
      return undefined
    }
    const { isRetriable } = errorOf(code)
    if (!isRetriable && code !== CODES.fencedLeaderEpoch) throw apiError(code, `fetch from ${name}`)
    position.preferredReplica = -1
    position.retryAtMs = Date.now() + this.#backoffMs(position.attempts)
    await this.#cluster.metadata.refresh([topic]).catch(fatal)
    return undefined
  }

  /** The connection is gone or the request timed out: new metadata, then again. */
  async #recover(error: KtError, asked: PartitionPosition[]): Promise<void> {
    if (this.#isClosed) return
    if (!isPassing(error)) throw error
    for (const position of asked) {
      position.attempts++
      position.preferredReplica = -1
      if (error instanceof RequestTimeoutError && position.attempts === 1) this.#hooks.note(error.message)
    }
    await sleep(this.#backoffMs(asked[0]!.attempts))
    await this.#cluster.metadata.refresh([...new Set(asked.map(({ topic }) => topic))]).catch(fatal)
  }

  /** One answer may wait for the reader while the next is on its way; then the broker's loop waits too. */
  #hand(fetched: Fetched[]): Promise<void> {
    return new Promise((resolve) => {
      const isFirst = this.#arrived.length === 0
      this.#arrived.push({ fetched, taken: resolve })
      if (isFirst) this.#wake?.()
    })
  }

  async #rest(ms: number): Promise<void> {
    let stir: () => void = () => {}
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      stir = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#stirred.add(stir)
    })
    this.#stirred.delete(stir)
  }

  #backoffMs(attempts: number): number {
    return backoffMs(Math.max(attempts, 1), this.#options.retryBackoffMs, this.#options.retryBackoffMaxMs)
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

function fatal(error: unknown): void {
  if (!isPassing(error)) throw error as Error
}
