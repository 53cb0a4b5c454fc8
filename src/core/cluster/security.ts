import { UsageError } from '../errors.ts'
import { type Settings } from '../settings.ts'
import { type ConnectOptions } from './kafkajs.ts'

/** TLS and login as the settings say. */
export async function securityOptions(settings: Settings): Promise<Pick<ConnectOptions, 'tls' | 'sasl'>> {
  throw new UsageError(`security.protocol=${settings['security.protocol']} is not built yet`)
}
