/** What went wrong with a connection → the error a person reads: which broker, why, and what to try. */
import { ApiError, AuthenticationError, ConnectionError, type KtError } from '../errors.ts'

/** The other side speaks, but not Kafka's protocol, or not the way we were told to: trying again will not help. */
export class WrongProtocolError extends ConnectionError {}

/** The connection was taken and closed without a word. */
export class ClosedAtOnceError extends ConnectionError {}

/** The cluster names no broker of this id, or not any more. */
export class BrokerGoneError extends ConnectionError {}

export type Phase = 'connecting' | 'handshake' | 'connected'

/** How far a connection has come. */
export interface Progress {
  phase: Phase
  /** How many answers it has brought. */
  frames: number
  isTls: boolean
}

const TRY_TLS = 'set security.protocol=SSL (or SASL_SSL), for example in --command-config'
const TRY_PLAINTEXT = 'the port may not speak TLS: try security.protocol=PLAINTEXT (or SASL_PLAINTEXT)'

/** Whether another try, or another broker, may do better. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof AuthenticationError || error instanceof WrongProtocolError) return false
  return error instanceof ConnectionError
}

/** Whether the same request may do better later, perhaps elsewhere: as above, and by what the broker said. */
export function isPassing(error: unknown): error is KtError {
  return error instanceof ApiError ? error.isRetriable : isWorthRetrying(error)
}

/** Names the protocol whose first bytes these are, where they are not Kafka's. */
export function foreignProtocol(broker: string, bytes: Buffer): KtError | undefined {
  const text = bytes.toString('latin1', 0, 4)
  const isTls = bytes[1] === 3 && (bytes[0] === 0x15 || bytes[0] === 0x16)
  if (isTls)
    return new WrongProtocolError(`${broker} speaks TLS, and was spoken to in plain text`, { hint: TRY_TLS })
  if (text === 'HTTP') return notKafka(broker, 'HTTP')
  if (text === 'SSH-') return notKafka(broker, 'SSH')
  if (/^[\x20-\x7e]{4}$/.test(text)) return notKafka(broker, `something else (it begins "${text}")`)
  return undefined
}

export function speaksTlsFailure(broker: string): KtError {
  return new WrongProtocolError(`${broker} speaks TLS, and was spoken to in plain text`, { hint: TRY_TLS })
}

/** An error event of a socket, by its code (Node's and OpenSSL's; Bun uses the same). */
export function socketFailure(
  broker: string,
  rawError: unknown,
  { phase, frames, isTls }: Progress,
): KtError {
  const { code = '', message = '' } = firstOf(rawError)
  const cause = rawError
  const reachable = REACH[code]
  if (reachable) {
    return new ConnectionError(`cannot reach ${broker}: ${reachable.why}`, { hint: reachable.hint, cause })
  }
  const certificate = certificateFailure(code)
  if (certificate) {
    return new AuthenticationError(`cannot trust ${broker}: ${certificate.why}`, {
      hint: certificate.hint,
      cause,
    })
  }
  if (phase === 'handshake') return handshakeFailure(broker, `${code} ${message}`, cause)
  if (code === 'ECONNRESET' || code === 'EPIPE') return closedFailure(broker, { phase, frames, isTls })
  // In TLS 1.3 our side of the handshake is over before the broker has looked at our certificate.
  if (WANTS_CERTIFICATE.test(`${code} ${message}`)) return wantsCertificate(broker, cause)
  return new ConnectionError(`lost the connection to ${broker}: ${message || code}`, { cause })
}

/** The other side closed the connection. */
export function closedFailure(broker: string, { phase, frames, isTls }: Progress): KtError {
  if (phase === 'handshake') return handshakeFailure(broker, 'closed', undefined)
  if (frames > 0) return new ConnectionError(`${broker} closed the connection`)
  return new ClosedAtOnceError(`${broker} closed the connection at once`, {
    hint: isTls
      ? 'the listener may want another security.protocol, or a client certificate'
      : 'the listener may want TLS or a login: check security.protocol',
  })
}

/** Nothing was heard within the time a connection may take. */
export function silentFailure(broker: string, phase: Phase, afterMs: number): KtError {
  const why = {
    connecting: `nothing answered within ${afterMs} ms`,
    handshake: `the TLS handshake was not answered within ${afterMs} ms`,
    connected: `it took the connection but answered nothing within ${afterMs} ms`,
  }[phase]
  const hint = {
    connecting: 'check host, port and firewall',
    handshake: TRY_PLAINTEXT,
    connected: 'check that this port belongs to a Kafka broker, and that the broker is not stuck',
  }[phase]
  return new ConnectionError(`cannot reach ${broker}: ${why}`, { hint })
}

interface Reason {
  why: string
  hint: string
}

const CHECK = 'is a broker running there? check --bootstrap-server'

const REACH: Record<string, Reason | undefined> = {
  ECONNREFUSED: { why: 'connection refused', hint: CHECK },
  ENOTFOUND: { why: 'the host name does not resolve', hint: 'check the spelling of the host' },
  EAI_AGAIN: { why: 'the host name does not resolve (the name server does not answer)', hint: 'check DNS' },
  EAI_FAIL: { why: 'the host name does not resolve', hint: 'check the spelling of the host' },
  EHOSTUNREACH: { why: 'there is no route to the host', hint: 'check the network' },
  ENETUNREACH: { why: 'there is no route to the network', hint: 'check the network' },
  EADDRNOTAVAIL: { why: 'the address is not available', hint: CHECK },
  ETIMEDOUT: { why: 'the connection timed out', hint: 'check host, port and firewall' },
  // Bun's word for any connection that could not be made.
  FailedToOpenSocket: { why: 'connection refused, or the host name does not resolve', hint: CHECK },
}

function certificateFailure(code: string): Reason | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      why: 'its certificate is for another host name',
      hint: 'use a name that is in the certificate, or set ssl.endpoint.identification.algorithm= (empty)',
    }
  }
  if (code === 'CERT_HAS_EXPIRED')
    return { why: 'its certificate has expired', hint: 'renew it on the broker' }
  if (code === 'CERT_NOT_YET_VALID')
    return { why: 'its certificate is not valid yet', hint: 'check the clocks' }
  if (!UNTRUSTED.has(code)) return undefined
  const why = code.includes('SELF_SIGNED')
    ? 'its certificate is self-signed'
    : 'its certificate is not signed by a known authority'
  return { why, hint: 'set ssl.truststore.location (and ssl.truststore.type=PEM, PKCS12 or JKS)' }
}

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
])

const WANTS_CERTIFICATE = /certificate[ _]required|bad[ _]certificate|certificate[ _]unknown|unknown[ _]ca/i

function handshakeFailure(broker: string, rawText: string, cause: unknown): KtError {
  if (WANTS_CERTIFICATE.test(rawText)) return wantsCertificate(broker, cause)
  if (
    /protocol[ _]version|handshake[ _]failure|no[ _]shared|insufficient|unsupported[ _]protocol/i.test(
      rawText,
    )
  ) {
    return new AuthenticationError(`${broker} shares no TLS version or cipher suite with us`, {
      hint: 'check ssl.enabled.protocols and ssl.cipher.suites',
      cause,
    })
  }
  return new WrongProtocolError(`${broker} does not answer a TLS handshake`, { hint: TRY_PLAINTEXT, cause })
}

function wantsCertificate(broker: string, cause: unknown): KtError {
  return new AuthenticationError(`${broker} does not accept our TLS certificate, or wants one`, {
    hint: 'set ssl.keystore.location and ssl.keystore.password',
    cause,
  })
}

function notKafka(broker: string, what: string): KtError {
  return new WrongProtocolError(`${broker} speaks ${what}, not Kafka's protocol`, {
    hint: 'check the port in --bootstrap-server',
  })
}

// Where a name has several addresses the runtime reports one error per address; they seldom differ.
function firstOf(rawError: unknown): { code?: string; message?: string } {
  const error = rawError as {
    code?: string
    message?: string
    errors?: { code?: string; message?: string }[]
  }
  const { code, message } = error
  if (code !== undefined || !error.errors?.[0]) return { code, message }
  return error.errors[0]
}
