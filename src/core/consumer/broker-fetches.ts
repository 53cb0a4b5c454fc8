/** Fetch (API 1) from one broker after the other, each in a session of its own. */
import type { Cluster } from '../cluster/cluster.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { Fetch, type FetchResponse } from '../protocol/generated/apis/Fetch.ts'
import { fetchRequest } from './fetch-request.ts'
import { FetchSession, type SessionPartition } from './fetch-session.ts'
import type { FetchOptions } from './options.ts'
import type { PartitionPosition } from './position.ts'

/**
 * An answer is looked at only when all of it is there. A small first one brings the first records at once, and what they
 * need is loaded while the next answer is on its way.
 */
const FIRST_BYTES = 512 * 1024
const GROWTH = 4

export class BrokerFetches {
  readonly #cluster: Cluster
  readonly #options: FetchOptions
  readonly #sessions = new Map<number, FetchSession>()
  /** How much each may answer with next. */
  readonly #mostBytes = new Map<number, number>()

  constructor(cluster: Cluster, options: FetchOptions) {
    this.#cluster = cluster
    this.#options = options
  }

  /** Throws what the connection threw; of an answer that ends the session only undefined is left. */
  async send(
    node: number,
    asked: PartitionPosition[],
    mostWaitMs: number,
  ): Promise<FetchResponse | undefined> {
    const maxWaitMs = Math.min(this.#options.maxWaitMs, mostWaitMs)
    const channel = await this.#cluster.channel(node, 'fetch')
    const session = this.#session(node)
    const asking = session.request(asked.map((one) => this.#describe(one)))
    const request = fetchRequest(asking, this.#options, maxWaitMs, this.#nextMostBytes(node))
    try {
      const timeoutMs = this.#options.requestTimeoutMs + maxWaitMs
      const response = await channel.send(Fetch, channel.version(Fetch), request, { timeoutMs })
      if (response.errorCode !== 0) return refused(session, response.errorCode)
      session.answered(response.sessionId)
      return response
    } catch (error) {
      session.reset(false)
      throw error
    }
  }

  #nextMostBytes(node: number): number {
    const { minBytes, maxBytes } = this.#options
    const bytes = Math.min(this.#mostBytes.get(node) ?? Math.max(FIRST_BYTES, minBytes), maxBytes)
    this.#mostBytes.set(node, bytes * GROWTH)
    return bytes
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
}

/** The broker has dropped the session, or counts otherwise: a whole request opens a new one. */
function refused(session: FetchSession, code: number): undefined {
  const { name } = errorOf(code)
  if (!/^(FETCH_SESSION|INVALID_FETCH_SESSION|INCONSISTENT_TOPIC_ID|UNKNOWN_TOPIC_ID)/.test(name))
    throw apiError(code, 'fetch')
  session.reset(name === 'FETCH_SESSION_ID_NOT_FOUND')
  return undefined
}
