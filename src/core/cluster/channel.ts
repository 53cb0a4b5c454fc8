/** One open connection that speaks Kafka's APIs at negotiated versions. No retries here: whoever sends decides. */
import { type KtError } from '../errors.ts'
import { encodeRequest } from '../protocol/codec.ts'
import { type Api, type Input } from '../protocol/schema.ts'
import { decodeAnswer } from './answer.ts'
import { type VersionRange } from './connection-options.ts'
import { type Connection } from './kafkajs.ts'
import { addTo, type Traffic } from './traffic.ts'
import { chooseVersion } from './versions.ts'

export interface SendOptions {
  /** From the moment the request is written, ms. Then the connection is destroyed. */
  timeoutMs: number
  /** false: nothing is answered (Produce with acks=0); the promise ends when the bytes have left the process. */
  expectResponse?: boolean
}

export interface ChannelOptions {
  connection: Connection
  versions: ReadonlyMap<number, VersionRange>
  /** host:port */
  broker: string
  nodeId: number
  clientId: string
  traffic: Traffic
}

export class Channel {
  readonly broker: string
  readonly versions: ReadonlyMap<number, VersionRange>
  /** -1 while it is not known which node stands behind a bootstrap address. */
  nodeId: number
  /** When it last brought an answer (Date.now()). */
  heardAtMs = Date.now()
  readonly #connection: Connection
  readonly #clientId: string
  readonly #traffic: Traffic

  constructor({ connection, versions, broker, nodeId, clientId, traffic }: ChannelOptions) {
    this.#connection = connection
    this.versions = versions
    this.broker = broker
    this.nodeId = nodeId
    this.#clientId = clientId
    this.#traffic = traffic
  }

  get isOpen(): boolean {
    return this.#connection.failure === undefined
  }

  /** Why it ended. */
  get failure(): KtError | undefined {
    return this.#connection.failure
  }

  /** Requests that wait for their answer. */
  get inFlight(): number {
    return this.#connection.inFlight
  }

  /** The version to send `api` at. Throws UnsupportedVersionError where we share none. */
  version<Req, Res>(api: Api<Req, Res>, maxVersion?: number): number {
    return chooseVersion(api as Api<unknown, unknown>, this.broker, this.versions.get(api.key), maxVersion)
  }

  send<Req, Res>(
    api: Api<Req, Res>,
    version: number,
    request: Input<Req>,
    options: SendOptions & { expectResponse: false },
  ): Promise<undefined>
  send<Req, Res>(api: Api<Req, Res>, version: number, request: Input<Req>, options: SendOptions): Promise<Res>
  /**
   * Requests are written in the order of the calls, in the same tick, unless the broker throttles us or a login is due.
   * Byte fields given as lists of buffers reach the socket without a copy: leave them alone until the answer is there.
   */
  async send<Req, Res>(
    api: Api<Req, Res>,
    version: number,
    request: Input<Req>,
    { timeoutMs, expectResponse = true }: SendOptions,
  ): Promise<Res | undefined> {
    const correlationId = this.#connection.nextCorrelationId()
    const parts = encodeRequest(api, version, request, { correlationId, clientId: this.#clientId })
    const frame = { apiKey: api.key, apiName: api.name, version, correlationId, timeoutMs, expectResponse }
    this.#traffic.onRequest?.(api.name, request)
    const answered = this.#traffic.request(this.nodeId, api.name, parts)
    const payload = await this.#connection.send(parts, frame)
    answered(payload)
    if (payload === undefined) {
      await this.#connection.flushed()
      return undefined
    }
    this.heardAtMs = Date.now()
    const response = decodeAnswer(api, version, payload, this.broker)
    const { throttleTimeMs = 0 } = response as { throttleTimeMs?: number }
    if (api.name === 'Produce' || api.name === 'Fetch') addTo(this.#traffic.throttle, throttleTimeMs)
    if (throttleTimeMs > 0) this.#connection.throttle(throttleTimeMs)
    return response
  }

  /** Called once, when the connection has ended. */
  onClose(listener: (failure: KtError) => void): void {
    this.#connection.onClose(listener)
  }

  /** Ends it at once; requests in flight fail with `failure`. */
  destroy(failure: KtError): void {
    this.#connection.destroy(failure)
  }
}
