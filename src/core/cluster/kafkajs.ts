/**
 * The one door to kafkajs. It owns the state of a connection: correlation of requests and answers, throttling (KIP-219), SASL with
 * re-authentication (KIP-368). Sockets, frames, timeouts and bytes are ours; its request queue is mended here:
 *  - its check for pending requests re-arms itself for ever, with negative delays: ours runs only while something waits;
 *  - its timeout is an interval that leaves the dead socket in use: ours is one timer per request, and ends the connection;
 *  - an answer that nobody asked for is only logged: here it ends the connection;
 *  - it joins each frame to what is left of the last one, which copies it: here a frame is handed over whole.
 */
import KafkajsConnection, { type Logger } from 'kafkajs/src/network/connection.js'
import {
  AuthenticationError,
  ConnectionError,
  CorruptDataError,
  KtError,
  RequestTimeoutError,
} from '../errors.ts'
import { type ConnectOptions, type FrameOptions, type Log, type VersionRange } from './connection-options.ts'
import { GuardedSocket } from './guard.ts'

/** kafkajs wants a limit of its own; ours comes first. */
const NEVER_MS = 2_000_000_000
const CORRELATION_ID_BYTES = 4
const ENOUGH_PER_CONNECTION = 10_000

/** One connection to one broker. Once it has failed it stays failed: make a new one. */
export class Connection {
  readonly #inner: KafkajsConnection
  readonly #hasSasl: boolean
  #guard: GuardedSocket | undefined
  #reauthentication: Promise<void> | undefined
  #onClose: ((failure: KtError) => void)[] = []

  constructor(options: ConnectOptions) {
    this.#hasSasl = options.sasl !== undefined
    this.#inner = new KafkajsConnection({
      host: options.host,
      port: options.port,
      logger: asLogger(options.log),
      socketFactory: ({ onConnect }) => (this.#guard = this.#watch(new GuardedSocket(options, onConnect))),
      requestTimeout: NEVER_MS,
      connectionTimeout: NEVER_MS,
      enforceRequestTimeout: false,
      clientId: options.clientId,
      sasl: options.sasl === undefined ? null : { ...options.sasl },
      ssl: options.tls === undefined ? null : {},
    })
    this.#mendQueue()
    this.#inner.processData = (frame) => this.#receive(frame)
  }

  /** Why it ended; undefined while it is open or opening. */
  get failure(): KtError | undefined {
    return this.#guard?.failure
  }

  get inFlight(): number {
    return this.#inner.requestQueue.inflight.size
  }

  /** Opens the socket, with TLS where asked for; takes as long as it takes (see `failSilent`). */
  async connect(): Promise<void> {
    try {
      await this.#inner.connect()
    } catch (error) {
      throw this.failure ?? asKtError(error)
    }
  }

  /** Logs in where SASL is set; needs the broker's versions. */
  async authenticate(versions: ReadonlyMap<number, VersionRange>): Promise<void> {
    if (!this.#hasSasl) return
    this.#inner.setVersions(Object.fromEntries(versions))
    this.#inner.setSupportAuthenticationProtocol(true)
    await this.#login()
  }

  nextCorrelationId(): number {
    return this.#inner.nextCorrelationId()
  }

  /**
   * Writes one request (header and size included in `parts`) and gives the answer from behind its correlation id, or undefined where
   * none is expected. After `timeoutMs` the connection is destroyed and all that waits on it fails with RequestTimeoutError.
   */
  send(parts: readonly Buffer[], options: FrameOptions): Promise<Buffer | undefined> {
    // Between the two steps of a login a broker takes nothing else, so all later requests queue up behind it, in order.
    if (
      this.#reauthentication === undefined &&
      (!this.#hasSasl || isLogin(options) || this.#inner.isAuthenticated())
    ) {
      return this.#push(parts, options)
    }
    this.#reauthentication ??= this.#login().finally(() =>
      queueMicrotask(() => (this.#reauthentication = undefined)),
    )
    return this.#reauthentication.then(() => this.#push(parts, options))
  }

  /** Holds requests back for a while, as the broker asked (KIP-219). */
  throttle(throttleMs: number): void {
    this.#inner.requestQueue.maybeThrottle(Math.min(throttleMs, MAX_THROTTLE_MS))
  }

  /** Ends when what was written has left the process, or the connection has failed (then it throws). */
  async flushed(): Promise<void> {
    await this.#guard?.flushed()
    if (this.failure) throw this.failure
  }

  /** Called once, when the connection has ended for whatever reason. */
  onClose(listener: (failure: KtError) => void): void {
    if (this.failure) listener(this.failure)
    else this.#onClose.push(listener)
  }

  /** Ends it at once; all that waits fails with `failure`. */
  destroy(failure: KtError): void {
    this.#guard?.fail(failure)
  }

  /** Ends a connection that is not ready after `afterMs`, saying how far it came. */
  failSilent(afterMs: number): void {
    this.#guard?.failSilent(afterMs)
  }

  /** Whether it keeps the process alive; new connections do. */
  setRef(isRef: boolean): void {
    if (isRef) this.#guard?.ref()
    else this.#guard?.unref()
  }

  async #login(): Promise<void> {
    try {
      await this.#inner.authenticate()
    } catch (error) {
      const failure = this.failure ?? loginFailure(this.#guard?.broker ?? '', error)
      this.destroy(failure)
      throw failure
    }
  }

  #push(parts: readonly Buffer[], options: FrameOptions): Promise<Buffer | undefined> {
    const { apiKey, apiName, version: apiVersion, correlationId, expectResponse } = options
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure)
      let timer: NodeJS.Timeout | undefined
      this.#inner.requestQueue.push({
        entry: {
          apiKey,
          apiName,
          apiVersion,
          correlationId,
          resolve: ({ payload }) => {
            clearTimeout(timer)
            resolve(payload ?? undefined)
          },
          reject: (error) => {
            clearTimeout(timer)
            reject(this.failure ?? asKtError(error))
          },
        },
        expectResponse,
        requestTimeout: null,
        sendRequest: () => {
          if (expectResponse) timer = setTimeout(() => this.#timeOut(options), options.timeoutMs)
          this.#guard?.writeParts(parts)
        },
      })
    })
  }

  #timeOut({ apiName, timeoutMs }: FrameOptions): void {
    const broker = this.#guard?.broker ?? ''
    this.destroy(
      new RequestTimeoutError(`${broker} did not answer ${apiName} within ${timeoutMs} ms`, {
        hint: 'raise request.timeout.ms if the broker is only slow',
      }),
    )
  }

  #receive(frame: Buffer): void {
    const correlationId = frame.readInt32BE(0)
    const queue = this.#inner.requestQueue
    if (!queue.inflight.has(correlationId)) {
      const broker = this.#guard?.broker ?? ''
      return this.destroy(
        new CorruptDataError(
          `${broker} sent an answer (correlation id ${correlationId}) to no question of ours`,
        ),
      )
    }
    queue.fulfillRequest({ correlationId, size: frame.length, payload: frame.subarray(CORRELATION_ID_BYTES) })
  }

  #watch(guard: GuardedSocket): GuardedSocket {
    guard.setMaxListeners(ENOUGH_PER_CONNECTION)
    guard.once('close', (failure: KtError) => {
      const listeners = this.#onClose
      this.#onClose = []
      for (const listener of listeners) listener(failure)
    })
    return guard
  }

  #mendQueue(): void {
    const queue = this.#inner.requestQueue
    queue.setMaxListeners(ENOUGH_PER_CONNECTION)
    queue.scheduleCheckPendingRequests = () => {
      if (queue.throttleCheckTimeoutId || queue.pending.length === 0) return
      const waitMs = Math.max(1, queue.throttledUntil - Date.now())
      queue.throttleCheckTimeoutId = setTimeout(() => {
        queue.throttleCheckTimeoutId = null
        queue.checkPendingRequests()
      }, waitMs)
    }
  }
}

/** Quotas look back 11 seconds unless set: what asks for hours is damaged, and nobody would wait. */
const MAX_THROTTLE_MS = 60_000

const LOGIN_APIS = new Set([17, 18, 36])

function isLogin({ apiKey }: FrameOptions): boolean {
  return LOGIN_APIS.has(apiKey)
}

function loginFailure(broker: string, error: unknown): KtError {
  if (error instanceof KtError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new AuthenticationError(`${broker} did not let us in: ${message}`, {
    hint: 'check sasl.mechanism and the user name and password in sasl.jaas.config',
    cause: error,
  })
}

function asKtError(error: unknown): KtError {
  if (error instanceof KtError) return error
  return new ConnectionError(error instanceof Error ? error.message : String(error), { cause: error })
}

function asLogger(log: Log = () => {}): Logger {
  const logger: Logger = {
    namespace: () => logger,
    debug: (message, extra = {}) => log('debug', message, extra),
    info: (message, extra = {}) => log('info', message, extra),
    warn: (message, extra = {}) => log('warn', message, extra),
    error: (message, extra = {}) => log('error', message, extra),
  }
  return logger
}
