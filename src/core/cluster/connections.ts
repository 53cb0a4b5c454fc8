/** The open channels of a cluster, one per node and purpose, made when they are asked for. */
import { ConnectionError, type KtError, RequestTimeoutError } from '../errors.ts'
import { type Address, formatAddress } from './addresses.ts'
import { backoffMs, sleep } from './backoff.ts'
import { type Channel } from './channel.ts'
import { openChannel, type OpenOptions } from './open-channel.ts'
import { throwIfInterrupted } from './interruption.ts'

/** A long poll on one connection must not hold up what goes over another. */
export type Purpose =
  'main' | 'fetch' | 'produce' | `produce-${number}` | 'coordinator' | 'join' | 'heartbeat'

export interface ReconnectOptions extends OpenOptions {
  reconnectBackoffMs: number
  reconnectBackoffMaxMs: number
  signal: AbortSignal
}

/** A connection that has brought an answer so lately is surely alive. */
const FRESH_MS = 10_000

interface Failures {
  count: number
  /** Not before this moment (Date.now()) is the node tried again. */
  until: number
}

export class Connections {
  readonly #options: ReconnectOptions
  readonly #channels = new Map<string, Promise<Channel>>()
  readonly #open = new Map<Channel, Purpose>()
  readonly #failures = new Map<number, Failures>()

  constructor(options: ReconnectOptions) {
    this.#options = options
  }

  /** The open channel to a node, or a new one (after the reconnect back-off, where it failed last time). */
  async get(nodeId: number, address: Address, purpose: Purpose): Promise<Channel> {
    const key = keyOf(nodeId, formatAddress(address), purpose)
    for (;;) {
      const known = this.#channels.get(key)
      if (known === undefined) return this.#remember(key, this.#connect(nodeId, address, purpose))
      const channel = await known
      if (channel.isOpen) return channel
      // Whoever comes first removes it; the others find the new one.
      if (this.#channels.get(key) === known) this.#channels.delete(key)
    }
  }

  /**
   * A channel that is open already, for requests that any broker answers. One that has long been idle may be dead
   * without anybody having noticed (a firewall that has forgotten it), so the latest to have brought an answer is taken.
   */
  anyOpen(except: ReadonlySet<number>): Channel | undefined {
    const open = [...this.#open]
      .filter(([channel]) => channel.isOpen && !except.has(channel.nodeId))
      // Whoever asks behind a JoinGroup is answered when the group has rebalanced.
      .filter(([channel, purpose]) => purpose !== 'join' || channel.inFlight === 0)
      .map(([channel]) => channel)
    const latest = (channels: Channel[]) => channels.sort((a, b) => b.heardAtMs - a.heardAtMs)[0]
    const fresh = open.filter(
      ({ inFlight, heardAtMs }) => inFlight === 0 && Date.now() - heardAtMs < FRESH_MS,
    )
    return latest(fresh) ?? latest(open)
  }

  /** Takes over a channel that was opened elsewhere (the bootstrap one, once it is known whose it is). */
  adopt(channel: Channel, purpose: Purpose): void {
    void this.#remember(keyOf(channel.nodeId, channel.broker, purpose), Promise.resolve(channel))
    this.#watch(channel, purpose)
  }

  /** Whether the last attempt to reach a node failed and its back-off is not over. */
  isBackingOff(nodeId: number): boolean {
    return (this.#failures.get(nodeId)?.until ?? 0) > Date.now()
  }

  /** Ends every connection at once; what is in flight fails with `failure`. */
  destroyAll(failure: KtError): void {
    for (const channel of [...this.#open.keys()]) channel.destroy(failure)
    this.#open.clear()
    this.#channels.clear()
  }

  #remember(key: string, opening: Promise<Channel>): Promise<Channel> {
    this.#channels.set(key, opening)
    opening.catch(() => {
      if (this.#channels.get(key) === opening) this.#channels.delete(key)
    })
    return opening
  }

  async #connect(nodeId: number, address: Address, purpose: Purpose): Promise<Channel> {
    const { signal } = this.#options
    const waitMs = (this.#failures.get(nodeId)?.until ?? 0) - Date.now()
    if (waitMs > 0) await sleep(waitMs, signal)
    try {
      const channel = await openChannel(address, nodeId, this.#options)
      throwIfInterrupted(signal)
      this.#failures.delete(nodeId)
      this.#watch(channel, purpose)
      return channel
    } catch (error) {
      if (error instanceof ConnectionError) this.#backOff(nodeId)
      throw error
    }
  }

  #watch(channel: Channel, purpose: Purpose): void {
    this.#open.set(channel, purpose)
    channel.onClose((failure) => {
      this.#open.delete(channel)
      if (failure instanceof RequestTimeoutError) this.#dropIdle(channel.nodeId, failure)
    })
  }

  /**
   * Where one connection has gone silent, those beside it may have too (a firewall that has forgotten its flows): each would cost
   * another request.timeout.ms to find out. Those with nothing in flight are opened anew when they are needed.
   */
  #dropIdle(nodeId: number, failure: RequestTimeoutError): void {
    for (const channel of [...this.#open.keys()]) {
      if (channel.nodeId === nodeId && channel.inFlight === 0) channel.destroy(failure)
    }
  }

  #backOff(nodeId: number): void {
    const count = (this.#failures.get(nodeId)?.count ?? 0) + 1
    const { reconnectBackoffMs, reconnectBackoffMaxMs } = this.#options
    const until = Date.now() + backoffMs(count, reconnectBackoffMs, reconnectBackoffMaxMs)
    this.#failures.set(nodeId, { count, until })
  }
}

function keyOf(nodeId: number, broker: string, purpose: Purpose): string {
  return `${nodeId} ${broker} ${purpose}`
}
