import { UsageError } from '../errors.ts'

export interface Address {
  host: string
  /** 1 to 65535. */
  port: number
}

/**
 * `host:port`, `[ipv6]:port`, either after a listener's name (`PLAINTEXT://host:port`), separated by commas.
 * Throws a UsageError that names the wrong entry.
 */
export function parseAddresses(rawServers: string | readonly string[]): Address[] {
  const entries = (typeof rawServers === 'string' ? rawServers.split(',') : rawServers)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  if (entries.length > 0) return entries.map(parseAddress)
  throw new UsageError('no bootstrap server is given', { hint: 'add --bootstrap-server HOST:PORT' })
}

/** `host:port` for a person, with an IPv6 address in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function parseAddress(entry: string): Address {
  const rest = entry.replace(/^[A-Za-z0-9_-]+:\/\//, '')
  const bracketed = /^\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\](?::(.*))?$/.exec(rest)
  if (bracketed) return { host: bracketed[1] ?? '', port: parsePort(entry, bracketed[2]) }
  if (rest.split(':').length > 2) {
    throw refuse(entry, 'an IPv6 address stands in brackets', '[::1]:9092')
  }
  const [host = '', rawPort] = rest.split(':')
  if (!/^[\w.-]+$/.test(host)) throw refuse(entry, 'there is no host name in it', 'localhost:9092')
  return { host, port: parsePort(entry, rawPort) }
}

function parsePort(entry: string, rawPort: string | undefined): number {
  if (rawPort === undefined || rawPort === '')
    throw refuse(entry, 'the port is missing', `${entry.replace(/:$/, '')}:9092`)
  const port = Number(rawPort)
  if (/^\d+$/.test(rawPort) && port >= 1 && port <= 65_535) return port
  throw refuse(entry, `"${rawPort}" is not a port (1 to 65535)`, 'localhost:9092')
}

function refuse(entry: string, why: string, example: string): UsageError {
  return new UsageError(`invalid bootstrap server "${entry}": ${why}`, { hint: `write it as ${example}` })
}
