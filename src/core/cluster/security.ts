import { type Settings } from '../settings.ts'
import { type ConnectOptions } from './connection-options.ts'

/** TLS and login as the settings say; each loaded only where it is asked for. */
export async function securityOptions(settings: Settings): Promise<Pick<ConnectOptions, 'tls' | 'sasl'>> {
  const protocol = settings['security.protocol']
  const tls = protocol.endsWith('SSL') ? (await import('./tls.ts')).tlsOptions(settings) : undefined
  const sasl = protocol.startsWith('SASL') ? (await import('./sasl.ts')).saslOptions(settings) : undefined
  return { tls: await tls, sasl }
}
