/** An address → a Channel: socket, TLS, versions and login within one budget. */
import { type ConnectionOptions as TlsOptions } from 'node:tls'
import { CorruptDataError, KtError } from '../errors.ts'
import { encodeRequest } from '../protocol/codec.ts'
import { apiError } from '../protocol/errors.ts'
import { ApiVersions, type ApiVersionsResponse } from '../protocol/generated/apis/ApiVersions.ts'
import { type Address, formatAddress } from './addresses.ts'
import { decodeAnswer } from './answer.ts'
import { Channel } from './channel.ts'
import { interruption, throwIfInterrupted } from './interruption.ts'
import { type Log, type SaslOptions, type VersionRange } from './connection-options.ts'
import { Connection } from './kafkajs.ts'
import { Traffic } from './traffic.ts'

export interface OpenOptions {
  clientId: string
  /** The longest until it can be used, ms. */
  setupTimeoutMs: number
  requestTimeoutMs: number
  tls?: TlsOptions | undefined
  sasl?: SaslOptions | undefined
  maxFrameBytes?: number | undefined
  log?: Log | undefined
  signal?: AbortSignal | undefined
  /** Where it is counted; default: nowhere. */
  traffic?: Traffic | undefined
}

const UNSUPPORTED_VERSION = 35

/** Connects, asks for the broker's versions, logs in. Throws a ConnectionError that names host, port and reason. */
export async function openChannel(address: Address, nodeId: number, options: OpenOptions): Promise<Channel> {
  const { clientId, setupTimeoutMs, signal, traffic = new Traffic() } = options
  throwIfInterrupted(signal)
  const connection = new Connection({ ...options, ...address })
  const timer = setTimeout(() => connection.failSilent(setupTimeoutMs), setupTimeoutMs)
  const abort = () => connection.destroy(interruption(signal))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await connection.connect()
    const broker = formatAddress(address)
    traffic.connectionsOpened++
    connection.onClose(() => traffic.connectionsClosed++)
    const versions = await askVersions(connection, broker, options)
    await connection.authenticate(versions)
    return new Channel({ connection, versions, broker, nodeId, clientId, traffic })
  } catch (error) {
    if (error instanceof KtError) connection.destroy(error)
    throw connection.failure ?? error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

async function askVersions(
  connection: Connection,
  broker: string,
  options: OpenOptions,
): Promise<Map<number, VersionRange>> {
  let response = await sendApiVersions(connection, ApiVersions.maxVersion, broker, options)
  if (response.errorCode === UNSUPPORTED_VERSION) {
    response = await sendApiVersions(connection, olderVersion(response), broker, options)
  }
  if (response.errorCode !== 0) throw apiError(response.errorCode, `${broker} does not tell its versions`)
  return new Map(
    response.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { minVersion, maxVersion }]),
  )
}

// KIP-511: an older broker answers in version 0 with what it knows; the oldest say nothing.
function olderVersion({ apiKeys }: ApiVersionsResponse): number {
  const own = apiKeys.find(({ apiKey }) => apiKey === ApiVersions.key)
  return own === undefined ? 0 : Math.max(0, Math.min(own.maxVersion, ApiVersions.maxVersion - 1))
}

async function sendApiVersions(
  connection: Connection,
  version: number,
  broker: string,
  { clientId, requestTimeoutMs }: OpenOptions,
): Promise<ApiVersionsResponse> {
  const correlationId = connection.nextCorrelationId()
  const request = { clientSoftwareName: 'kt', clientSoftwareVersion: ownVersion() }
  const payload = await connection.send(
    encodeRequest(ApiVersions, version, request, { correlationId, clientId }),
    {
      apiKey: ApiVersions.key,
      apiName: ApiVersions.name,
      version,
      correlationId,
      timeoutMs: requestTimeoutMs,
      expectResponse: true,
    },
  )
  if (payload === undefined) throw new CorruptDataError(`${broker}: the answer to ApiVersions is empty`)
  return decodeAnswer(ApiVersions, version, payload, broker)
}

function ownVersion(): string {
  return typeof KT_VERSION === 'string' ? KT_VERSION : '0'
}
