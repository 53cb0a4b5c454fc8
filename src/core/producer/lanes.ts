/**
 * The connections over which one broker gets its batches. A broker works on one request of a connection at a time, so
 * that over several it takes those of different partitions side by side. Another one is used only while all before it
 * are busy: whoever sends little has one. A partition with batches in flight stays on theirs, which keeps their order.
 */
import type { Purpose } from '../cluster/connections.ts'

export interface Lane {
  /** Unlike that of any other lane to any broker of the producer. */
  id: number
  purpose: Purpose
  requestsInFlight: number
  /** Resolves when the request before has been handed to the socket: sealing is asynchronous, order is not. */
  written: Promise<void>
  /** Could not be opened: not before this moment (Date.now()) is it tried again. */
  restsUntilMs: number
}

const LANES_PER_BROKER = 3
/** A broker that refuses a further connection (max.connections.per.ip) is not asked for it all the time. */
const REST_MS = 30_000

export class BrokerLanes {
  readonly nodeId: number
  readonly #lanes: Lane[]

  constructor(nodeId: number, firstId: number) {
    this.nodeId = nodeId
    this.#lanes = Array.from({ length: LANES_PER_BROKER }, (_, index) => ({
      id: firstId + index,
      purpose: index === 0 ? 'produce' : `produce-${index + 1}`,
      requestsInFlight: 0,
      written: Promise.resolve(),
      restsUntilMs: 0,
    }))
  }

  get requestsInFlight(): number {
    let sum = 0
    for (const { requestsInFlight } of this.#lanes) sum += requestsInFlight
    return sum
  }

  get isIdle(): boolean {
    return this.requestsInFlight === 0
  }

  /** Those that take a request more, the least busy first. */
  free(maxInFlight: number, nowMs: number): Lane[] {
    return this.#lanes
      .filter(({ requestsInFlight, restsUntilMs }) => requestsInFlight < maxInFlight && restsUntilMs <= nowMs)
      .sort((a, b) => a.requestsInFlight - b.requestsInFlight)
  }

  /** No connection was to be had for `lane`: without the others there would be none at all, so the first does not rest. */
  failed(lane: Lane): void {
    if (lane !== this.#lanes[0]) lane.restsUntilMs = Date.now() + REST_MS
  }
}

/** How far the ids of two brokers' lanes are apart. */
export const LANE_IDS_PER_BROKER = LANES_PER_BROKER
