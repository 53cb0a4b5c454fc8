/** The internals of kafkajs 2.2.4 that `kafkajs.ts` leans on; test/core/cluster/kafkajs.test.ts pins each of them. */
declare module 'kafkajs/src/network/connection.js' {
  import { type EventEmitter } from 'node:events'

  export interface Logger {
    namespace(name: string): Logger
    debug(message: string, extra?: object): void
    info(message: string, extra?: object): void
    warn(message: string, extra?: object): void
    error(message: string, extra?: object): void
  }

  export interface Entry {
    apiKey: number
    apiName: string
    apiVersion: number
    correlationId: number
    resolve(answer: { payload: Buffer | null }): void
    reject(error: unknown): void
  }

  export interface PushedRequest {
    entry: Entry
    expectResponse: boolean
    requestTimeout: number | null
    sendRequest(): void
  }

  export interface RequestQueue extends EventEmitter {
    inflight: Map<number, unknown>
    pending: unknown[]
    throttledUntil: number
    throttleCheckTimeoutId: unknown
    maxInFlightRequests: number | null
    push(request: PushedRequest): void
    fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void
    rejectAll(error: unknown): void
    maybeThrottle(throttleMs: number): void
    checkPendingRequests(): void
    scheduleCheckPendingRequests(): void
    destroy(): void
  }

  export interface ConnectionOptions {
    host: string
    port: number
    logger: Logger
    socketFactory(options: { onConnect(): void }): EventEmitter
    requestTimeout: number
    connectionTimeout: number
    reauthenticationThreshold?: number
    enforceRequestTimeout: boolean
    clientId: string
    sasl: object | null
    ssl: object | null
  }

  export default class Connection {
    constructor(options: ConnectionOptions)
    requestQueue: RequestQueue
    connect(): Promise<boolean>
    disconnect(): Promise<boolean>
    isConnected(): boolean
    isAuthenticated(): boolean
    authenticate(): Promise<void>
    nextCorrelationId(): number
    processData(frame: Buffer): void
    setVersions(versions: Record<number, { minVersion: number; maxVersion: number }>): void
    setSupportAuthenticationProtocol(isSupported: boolean): void
  }
}
