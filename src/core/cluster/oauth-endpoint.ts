/** A token for client credentials (RFC 6749 section 4.4) from the endpoint that the settings name. */
import { request as requestHttp, type RequestOptions } from 'node:http'
import { connect } from 'node:net'
import { AuthenticationError, ConnectionError, UsageError } from '../errors.ts'
import { resolveSettings, type Settings } from '../settings.ts'
import { tlsOptions } from './tls.ts'

const MAX_ANSWER_BYTES = 1024 * 1024
const DEFAULT_TIMEOUT_MS = 10_000

export async function fetchToken(
  url: URL,
  settings: Settings,
  options: Record<string, string>,
): Promise<string> {
  const clientId = options['clientId'] ?? settings['sasl.oauthbearer.client.credentials.client.id']
  const secret = options['clientSecret'] ?? settings['sasl.oauthbearer.client.credentials.client.secret']
  if (clientId == null || secret == null) {
    throw new UsageError('sasl.jaas.config has no clientId and clientSecret for the token endpoint')
  }
  const scope = options['scope'] ?? settings['sasl.oauthbearer.scope']
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope ? { scope } : {}),
  }).toString()
  const encode = settings['sasl.oauthbearer.header.urlencode'] ? encodeURIComponent : (text: string) => text
  const login = Buffer.from(`${encode(clientId)}:${encode(secret)}`).toString('base64')
  const connectTimeoutMs = settings['sasl.login.connect.timeout.ms']
  if (connectTimeoutMs !== null && connectTimeoutMs > 0) await checkReachable(url, connectTimeoutMs)
  const { status, text } = await post(url, body, {
    headers: {
      authorization: `Basic ${login}`,
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    },
    timeout: settings['sasl.login.read.timeout.ms'] ?? DEFAULT_TIMEOUT_MS,
    ...(url.protocol === 'https:' ? await tlsOptions(tlsSettings(options)) : {}),
  })
  if (status !== 200)
    throw new AuthenticationError(`${url.host} gave no token: HTTP ${status} ${text.slice(0, 200)}`)
  return tokenIn(text, url)
}

/**
 * Throws ConnectionError when nobody takes a connection in time. One connection more than needed, but neither
 * runtime tells when that of a request has come about.
 */
async function checkReachable(url: URL, timeoutMs: number): Promise<void> {
  const { hostname, port, protocol } = url
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) })
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing answered within ${timeoutMs} ms`)), timeoutMs)
      socket.once('connect', resolve).once('error', reject)
    })
  } catch (error) {
    throw noToken(url, (error as Error).message, error)
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

function noToken(url: URL, why: string, cause: unknown): ConnectionError {
  return new ConnectionError(`cannot get a token from ${url.host}: ${why}`, {
    cause,
    hint: 'check sasl.oauthbearer.token.endpoint.url',
  })
}

function tokenIn(text: string, url: URL): string {
  try {
    const { access_token: token } = JSON.parse(text) as { access_token?: unknown }
    if (typeof token === 'string' && token !== '') return token
  } catch {
    // Told below, with what came instead.
  }
  throw new AuthenticationError(`${url.host} gave no token: its answer has no access_token`)
}

/** As in Java, TLS with the token endpoint is set up by ssl.* options of the login module. */
function tlsSettings(options: Record<string, string>): Settings {
  const ssl = Object.entries(options).filter(([name]) => name.startsWith('ssl.'))
  return resolveSettings({ commandLine: Object.fromEntries(ssl) }).settings
}

async function post(
  url: URL,
  body: string,
  options: RequestOptions,
): Promise<{ status: number; text: string }> {
  const request = url.protocol === 'https:' ? (await import('node:https')).request : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, method: 'POST' }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > MAX_ANSWER_BYTES) sent.destroy(new Error('its answer is too long'))
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('timeout', () => sent.destroy(new Error('it does not answer')))
    sent.on('error', (error) => reject(noToken(url, error.message, error)))
    sent.end(body)
  })
}
