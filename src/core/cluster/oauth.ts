/** SASL/OAUTHBEARER (RFC 7628, KIP-255, KIP-768): unsecured tokens, tokens from a file, tokens for client credentials. */
import { readFile } from 'node:fs/promises'
import { UsageError } from '../errors.ts'
import { type JaasEntry } from '../settings/jaas.ts'
import { type Settings } from '../settings.ts'
import { type SaslOptions } from './connection-options.ts'
import { fetchToken } from './oauth-endpoint.ts'

const SEPARATOR = '\u0001'
/** A token is used again until this long before it ends, s. */
const SPARE_SECONDS = 60

export function oauthBearer(settings: Settings, { options }: JaasEntry): SaslOptions {
  const token = remembered(tokenSource(settings, options))
  const prefix =
    settings['sasl.oauthbearer.token.endpoint.url'] === null ? 'unsecuredLoginExtension_' : 'extension_'
  const extensions = withPrefix(options, prefix)
    .map(([name, value]) => `${name}=${value}${SEPARATOR}`)
    .join('')
  return {
    mechanism: 'oauthbearer',
    // kafkajs's own takes a refusal for success: the broker first says why, in an answer without an error code.
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const message = `n,,${SEPARATOR}auth=Bearer ${await token()}${SEPARATOR}${extensions}${SEPARATOR}`
        const refusal = await saslAuthenticate({
          request: { encode: () => Promise.resolve(sized(message)) },
          response: {
            decode: (bytes) => Promise.resolve(bytes),
            parse: (bytes) => Promise.resolve(bytes.toString('utf8', 4)),
          },
        })
        if (refusal) throw new Error(`the token was refused: ${refusal}`)
      },
    }),
  }
}

function tokenSource(settings: Settings, options: Record<string, string>): () => Promise<string> {
  const endpoint = settings['sasl.oauthbearer.token.endpoint.url']
  if (endpoint === null) return () => Promise.resolve(unsecuredToken(options))
  let url: URL
  try {
    url = new URL(endpoint)
  } catch {
    throw new UsageError(
      `invalid value "${endpoint}" for sasl.oauthbearer.token.endpoint.url: it is not a URL`,
    )
  }
  if (url.protocol === 'file:') return async () => (await readFile(url, 'utf8')).trim()
  return () => fetchToken(url, settings, options)
}

/** As OAuthBearerUnsecuredLoginCallbackHandler makes it: for brokers that are set up for tests. */
export function unsecuredToken(options: Record<string, string>, nowMs = Date.now()): string {
  const nowSeconds = Math.floor(nowMs / 1000)
  const claims: Record<string, unknown> = {
    iat: nowSeconds,
    exp: nowSeconds + Number(options['unsecuredLoginLifetimeSeconds'] ?? 3600),
  }
  for (const [name, value] of withPrefix(options, 'unsecuredLoginStringClaim_')) claims[name] = value
  for (const [name, value] of withPrefix(options, 'unsecuredLoginNumberClaim_')) claims[name] = Number(value)
  // The first character of the value is its separator: "|a|b" is [a, b].
  for (const [name, value] of withPrefix(options, 'unsecuredLoginListClaim_'))
    claims[name] = value.slice(1).split(value[0] ?? '')
  if (claims[options['unsecuredLoginPrincipalClaimName'] ?? 'sub'] === undefined) {
    throw new UsageError(
      'sasl.jaas.config: OAuthBearerLoginModule needs unsecuredLoginStringClaim_sub="NAME" or a token endpoint',
      {
        hint: 'set sasl.oauthbearer.token.endpoint.url, or the claim',
      },
    )
  }
  return `${base64({ alg: 'none' })}.${base64(claims)}.`
}

function remembered(source: () => Promise<string>): () => Promise<string> {
  let token: string | undefined
  return async () => {
    if (token === undefined || endOf(token) - SPARE_SECONDS < Date.now() / 1000) token = await source()
    return token
  }
}

/** When a JWT ends, s; a token that is none is asked for each time. */
function endOf(token: string): number {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp?: number
    }
    return claims.exp ?? 0
  } catch {
    return 0
  }
}

function withPrefix(options: Record<string, string>, prefix: string): [string, string][] {
  return Object.entries(options)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value])
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** The connection layer sends what it gets, size first. */
function sized(text: string): Buffer {
  const body = Buffer.from(text)
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}
