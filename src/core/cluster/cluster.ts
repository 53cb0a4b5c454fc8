/** The cluster as the rest of kt sees it: `call` for one question with retries, `channel` for hot loops, `metadata` for who leads what. */
import { setMaxListeners } from 'node:events'
import { ConnectionError, KtError } from '../errors.ts'
import { type Api, type Input } from '../protocol/codec.ts'
import { FindCoordinator } from '../protocol/generated/apis/FindCoordinator.ts'
import { type MetadataResponse } from '../protocol/generated/apis/Metadata.ts'
import { type Settings } from '../settings.ts'
import { type Address, parseAddresses } from './addresses.ts'
import { bootstrap } from './bootstrap.ts'
import { retryingCall, type CallOptions } from './call.ts'
import { type Channel } from './channel.ts'
import { Connections, type Purpose, type ReconnectOptions } from './connections.ts'
import { Coordinators } from './coordinators.ts'
import { BrokerGoneError, isWorthRetrying } from './failure.ts'
import { type Log } from './connection-options.ts'
import { type Broker, Metadata, MetadataApi } from './metadata.ts'
import { type CoordinatorKind, routeOf, type Target } from './routes.ts'
import { interruption, throwIfInterrupted } from './interruption.ts'
import { Traffic } from './traffic.ts'

export interface OpenClusterOptions {
  /** Wins over the setting bootstrap.servers: `host:port,…`, `[::1]:9092`. */
  bootstrapServers?: string | readonly string[] | undefined
  settings: Settings
  /** Ends everything, promptly, with its reason (or InterruptedError). */
  signal?: AbortSignal | undefined
  /** What the connection layer has to tell; default: nobody hears it. */
  log?: Log | undefined
  /** The first question asks for every topic too, for `takeListing`: a round trip less for who wants them anyway. */
  wantsListing?: boolean | undefined
}

/** Reaches a broker and learns the cluster's brokers. Throws a ConnectionError that names host, port and reason. */
export async function openCluster(options: OpenClusterOptions): Promise<Cluster> {
  const { settings, signal, log, wantsListing = false } = options
  const addresses = await resolved(
    parseAddresses(options.bootstrapServers ?? settings['bootstrap.servers']),
    settings,
  )
  const security = settings['security.protocol'] === 'PLAINTEXT' ? {} : await loadSecurity(settings)
  const closing = new AbortController()
  const traffic = new Traffic()
  const open: ReconnectOptions = {
    ...security,
    traffic,
    clientId: settings['client.id'],
    setupTimeoutMs: settings['socket.connection.setup.timeout.ms'],
    requestTimeoutMs: settings['request.timeout.ms'],
    reconnectBackoffMs: settings['reconnect.backoff.ms'],
    reconnectBackoffMaxMs: settings['reconnect.backoff.max.ms'],
    log,
    signal: signal ? AbortSignal.any([signal, closing.signal]) : closing.signal,
  }
  // Every wait of every partition may listen to it.
  setMaxListeners(0, open.signal)
  const reach = () => bootstrap(addresses, open)
  const cluster = new Cluster(settings, { ...open, traffic }, closing, reach)
  try {
    await cluster.start(wantsListing)
    return cluster
  } catch (error) {
    cluster.close()
    throw signal?.aborted ? interruption(signal) : error
  }
}

export class Cluster {
  readonly settings: Settings
  readonly metadata: Metadata
  /** What has gone over its connections. */
  readonly traffic: Traffic
  readonly #connections: Connections
  readonly #coordinators: Coordinators
  readonly #closing: AbortController
  readonly #signal: AbortSignal
  readonly #reach: () => Promise<Channel>
  #reaching: Promise<Channel> | undefined
  #listing: MetadataResponse | undefined

  constructor(
    settings: Settings,
    open: ReconnectOptions & { traffic: Traffic },
    closing: AbortController,
    reach: () => Promise<Channel>,
  ) {
    this.settings = settings
    this.traffic = open.traffic
    this.#closing = closing
    this.#signal = open.signal
    this.#reach = reach
    this.#connections = new Connections(open)
    this.metadata = new Metadata(
      (request) => this.call(MetadataApi, request, 'any'),
      settings['metadata.max.age.ms'],
    )
    this.#coordinators = new Coordinators(
      (request, options) => this.call(FindCoordinator, request, 'any', options),
      (broker) => this.metadata.learnBroker(broker),
    )
    this.#signal.addEventListener('abort', () => this.#connections.destroyAll(interruption(this.#signal)), {
      once: true,
    })
  }

  /** Aborted when the cluster is closed or its caller has interrupted. */
  get signal(): AbortSignal {
    return this.#signal
  }

  /** For `openCluster`: one question on the bootstrap connection, whose answer also shows whether we are let in. */
  async start(wantsListing: boolean): Promise<void> {
    const channel = await this.#reach()
    const timeoutMs = this.settings['socket.connection.setup.timeout.ms']
    try {
      const version = channel.version(MetadataApi)
      const request = { topics: wantsListing ? null : [], allowAutoTopicCreation: false }
      const response = await channel.send(MetadataApi, version, request, { timeoutMs })
      this.metadata.update(response, wantsListing)
      if (wantsListing) this.#listing = response
    } catch (error) {
      channel.destroy(error instanceof KtError ? error : new ConnectionError(String(error)))
      throw isWorthRetrying(error) ? refusedAtOnce(channel, error, this.settings) : error
    }
    this.#settle(channel)
  }

  /**
   * Sends one request to where it belongs and gives the answer. Lost connections and retriable error codes are retried with back-off
   * and fresh metadata until default.api.timeout.ms; each try takes at most request.timeout.ms. `request` may depend on the version.
   * Throws ApiError or ConnectionError, naming the last cause. Error codes inside the answer that are not retriable are the caller's.
   */
  call<Req, Res>(
    api: Api<Req, Res>,
    request: Input<Req> | ((version: number) => Input<Req>),
    target: Target = defaultTarget(api.name),
    options: CallOptions<Res> = {},
  ): Promise<Res> {
    return retryingCall(this, api, request, target, options)
  }

  /** Every topic as the first question found them; once, since later they may be others. */
  takeListing(): MetadataResponse | undefined {
    const listing = this.#listing
    this.#listing = undefined
    return listing
  }

  /** The connection to a node for one purpose; opened, or opened again, when needed. Whoever sends on it retries for itself. */
  async channel(nodeId: number, purpose: Purpose = 'main'): Promise<Channel> {
    throwIfInterrupted(this.#signal)
    const broker = this.metadata.brokers.get(nodeId) ?? (await this.#findBroker(nodeId))
    return this.#connections.get(nodeId, broker, purpose)
  }

  /** A connection to some live broker, an open one if there is any. Those it tries it adds to `tried`, and tries none of them again. */
  async anyChannel(tried = new Set<number>()): Promise<Channel> {
    throwIfInterrupted(this.#signal)
    const open = this.#connections.anyOpen(tried)
    if (open !== undefined) {
      tried.add(open.nodeId)
      return open
    }
    for (const { nodeId } of this.#brokersToTry()) {
      if (tried.has(nodeId)) continue
      tried.add(nodeId)
      try {
        return await this.channel(nodeId)
      } catch (error) {
        if (!isWorthRetrying(error)) throw error
      }
    }
    // KIP-899, KIP-1102: without, only what the cluster has named is tried, for as long as the caller has time.
    const [known] = this.metadata.brokers.values()
    if (this.settings['metadata.recovery.strategy'] === 'none' && known !== undefined)
      return this.channel(known.nodeId)
    this.#reaching ??= this.#reach().finally(() => (this.#reaching = undefined))
    const channel = await this.#reaching
    this.#settle(channel)
    return channel
  }

  /** The node that coordinates a group, transactional id or share-partition; asked once, then remembered. */
  coordinator(kind: CoordinatorKind, key: string): Promise<number> {
    return this.#coordinators.find(kind, key)
  }

  /** As `coordinator` for many keys at once; a key that may not be asked about has its error. */
  coordinators(kind: CoordinatorKind, keys: readonly string[]): Promise<Map<string, number | KtError>> {
    return this.#coordinators.findAll(kind, keys)
  }

  /** Takes over what another answer has shown: a node that lists a group coordinates it. */
  learnCoordinator(kind: CoordinatorKind, key: string, nodeId: number): void {
    this.#coordinators.learn(kind, key, nodeId)
  }

  /** To be called when a node says that it does not coordinate this any more, or is not there. */
  forgetCoordinator(kind: CoordinatorKind, key: string): void {
    this.#coordinators.forget(kind, key)
  }

  /** Ends at once: requests in flight fail, no long poll is waited for. */
  close(): void {
    if (!this.#closing.signal.aborted)
      this.#closing.abort(new ConnectionError('the connection to the cluster is closed'))
  }

  /** The bootstrap connection serves on as the main one of the broker it turned out to be. */
  #settle(channel: Channel): void {
    const owner = [...this.metadata.brokers.values()].find((broker) => isAt(broker, channel.broker))
    channel.nodeId = owner?.nodeId ?? -1
    this.#connections.adopt(channel, 'main')
  }

  #brokersToTry(): Broker[] {
    const brokers = [...this.metadata.brokers.values()].filter(
      ({ nodeId }) => !this.#connections.isBackingOff(nodeId),
    )
    const first = Math.floor(Math.random() * brokers.length)
    return [...brokers.slice(first), ...brokers.slice(0, first)]
  }

  async #findBroker(nodeId: number): Promise<Broker> {
    await this.metadata.refresh([])
    const broker = this.metadata.brokers.get(nodeId)
    if (broker !== undefined) return broker
    const known = [...this.metadata.brokers.keys()].sort((a, b) => a - b).join(', ')
    throw new BrokerGoneError(`broker ${nodeId} is not in the cluster now`, { hint: `brokers: ${known}` })
  }
}

async function resolved(addresses: Address[], settings: Settings): Promise<Address[]> {
  if (settings['client.dns.lookup'] !== 'resolve_canonical_bootstrap_servers_only') return addresses
  const { canonicalAddresses } = await import('./canonical-names.ts')
  return canonicalAddresses(addresses)
}

function isAt({ host, port }: Broker, broker: string): boolean {
  return broker === (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
}

function defaultTarget(apiName: string): Target {
  const route = routeOf(apiName)
  if (route === 'any' || route === 'controller') return route
  throw new TypeError(`${apiName} needs a target: which ${route}`)
}

// A listener that wants a login answers ApiVersions, then hangs up on anything else.
function refusedAtOnce(channel: Channel, error: unknown, settings: Settings): unknown {
  if (!/closed the connection$/.test((error as Error).message)) return error
  const protocol = settings['security.protocol']
  const hint = protocol.startsWith('SASL')
    ? 'check sasl.mechanism and sasl.jaas.config'
    : `it may want a login: set security.protocol=SASL_${protocol === 'SSL' ? 'SSL' : 'PLAINTEXT'}, sasl.mechanism and sasl.jaas.config`
  return new ConnectionError(`${channel.broker} closed the connection on the first question`, {
    hint,
    cause: error,
  })
}

async function loadSecurity(settings: Settings): Promise<Pick<ReconnectOptions, 'tls' | 'sasl'>> {
  const { securityOptions } = await import('./security.ts')
  return securityOptions(settings)
}
