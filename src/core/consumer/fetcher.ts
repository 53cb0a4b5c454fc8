/**
 * Fetches: one request per broker in flight while the answer before it is decoded. The next offsets follow
 * from the batch headers alone, so the next request leaves before a single record is looked at
 * (Java: org.apache.kafka.clients.consumer.internals.Fetcher).
 */
import { sleep } from '../cluster/backoff.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { Pause } from '../cluster/pause.ts'
import type { KtError } from '../errors.ts'
import { Arrivals } from './arrivals.ts'
import { FetchAnswers } from './fetch-answers.ts'
import { FetchRecovery } from './fetch-recovery.ts'
import { BrokerFetches } from './broker-fetches.ts'
import type { Fetched, FetcherHooks } from './fetched.ts'
import type { FetchOptions } from './options.ts'
import type { PartitionPosition } from './position.ts'

/** How long a broker may keep a request while a partition of its is not in it. */
const WAIT_WHILE_BEHIND_MS = 50

export class Fetcher {
  readonly positions: PartitionPosition[] = []
  readonly #cluster: Cluster
  readonly #options: FetchOptions
  readonly #brokers: BrokerFetches
  readonly #recovery: FetchRecovery
  readonly #answers: FetchAnswers
  readonly #arrivals = new Arrivals()
  readonly #loops = new Map<number, Promise<void>>()
  /** The waits of loops whose partitions are all paused or backing off. */
  readonly #rests = new Set<Pause>()
  #isClosed = false

  constructor(cluster: Cluster, options: FetchOptions, hooks: FetcherHooks) {
    this.#cluster = cluster
    this.#options = options
    this.#brokers = new BrokerFetches(cluster, options)
    this.#recovery = new FetchRecovery(cluster, options, hooks)
    this.#answers = new FetchAnswers(cluster, options, this.#recovery)
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
    for (const rest of this.#rests) rest.wake()
  }

  /** Lets `next` come back at once, with nothing if there is nothing. */
  wake(): void {
    this.#arrivals.wake()
  }

  /**
   * What arrived next, or undefined after `waitMs` without any; its bytes may be looked at until the next call,
   * or for ever with `keepsRecords`.
   * Rejects with what no repetition can mend.
   */
  next(waitMs: number, signal?: AbortSignal): Promise<Fetched[] | undefined> {
    return this.#arrivals.next(waitMs, signal)
  }

  /** What `next` gave last stays the caller's beyond the next call, until the function returned is called. */
  keep(): () => void {
    return this.#arrivals.keep()
  }

  /** Whether `next` has something to give at once. */
  get hasArrived(): boolean {
    return this.#arrivals.areThere
  }

  close(): void {
    this.#isClosed = true
    this.#arrivals.close()
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
      this.#arrivals.fail(error as Error)
    } finally {
      this.#loops.delete(node)
      if (!this.#isClosed && !this.#arrivals.hasFailed) this.#startLoops()
    }
  }

  /** The preferred replica, for a while: the leader is asked again then, as a replica may have fallen behind. */
  #nodeOf({ topic, partition, preferredReplica, preferredUntilMs }: PartitionPosition): number {
    if (preferredReplica >= 0 && Date.now() < preferredUntilMs) return preferredReplica
    return this.#cluster.metadata.leaderOf(topic, partition) ?? -1
  }

  async #findLeaders(positions: PartitionPosition[]): Promise<void> {
    await this.#recovery.refreshTopics(positions)
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
      const response = await this.#brokers.send(node, asked, isBehind ? WAIT_WHILE_BEHIND_MS : Infinity)
      const fetched = response === undefined ? [] : await this.#answers.accept(response, asked, generations)
      // Another replica may have been recommended.
      if (asked.some((position) => position.preferredReplica >= 0)) this.#startLoops()
      if (fetched.length > 0) await this.#arrivals.hand(fetched)
    } catch (error) {
      if (!this.#isClosed) await this.#recovery.request(error as KtError, asked)
    }
    // Rotated, so that the size limit of an answer does not always favour the same partitions.
    const first = asked[0]!
    const at = this.positions.indexOf(first)
    if (asked.length > 1 && at >= 0) this.positions.push(...this.positions.splice(at, 1))
  }

  async #rest(ms: number): Promise<void> {
    const rest = new Pause()
    this.#rests.add(rest)
    await rest.wait(ms)
    this.#rests.delete(rest)
  }
}
