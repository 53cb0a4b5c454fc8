/** What a connection to one broker is opened with, and a request is sent with. */
import { type ConnectionOptions as TlsOptions } from 'node:tls'
import { type Address } from './addresses.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type Log = (level: LogLevel, message: string, extra: object) => void

export interface VersionRange {
  minVersion: number
  maxVersion: number
}

/** What kafkajs's authenticators take. */
export type SaslOptions =
  | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
  | { mechanism: 'oauthbearer'; authenticationProvider: AuthenticationProvider }

/** How a mechanism of our own is added to kafkajs: bytes are sent, and come back, with their size as an int32 in front. */
export type AuthenticationProvider = (context: { saslAuthenticate: SaslAuthenticate }) => {
  authenticate(): Promise<void>
}

export type SaslAuthenticate = (exchange: {
  request: { encode(): Promise<Buffer> }
  response: { decode(bytes: Buffer): Promise<Buffer>; parse(bytes: Buffer): Promise<string> }
}) => Promise<string | undefined>

export interface ConnectOptions extends Address {
  clientId: string
  tls?: TlsOptions | undefined
  sasl?: SaslOptions | undefined
  maxFrameBytes?: number | undefined
  log?: Log | undefined
}

export interface FrameOptions {
  apiKey: number
  apiName: string
  version: number
  correlationId: number
  /** From the moment it is written, ms. */
  timeoutMs: number
  /** false: the broker answers nothing (Produce with acks=0). */
  expectResponse: boolean
}
