/** sasl.mechanism and sasl.jaas.config → what the connection layer logs in with. */
import { UsageError } from '../errors.ts'
import { type JaasEntry, parseJaas } from '../settings/jaas.ts'
import { type Settings } from '../settings.ts'
import { type SaslOptions } from './connection-options.ts'
import { oauthBearer } from './oauth.ts'

const MODULES: Record<string, string | undefined> = {
  PLAIN: 'PlainLoginModule',
  'SCRAM-SHA-256': 'ScramLoginModule',
  'SCRAM-SHA-512': 'ScramLoginModule',
  OAUTHBEARER: 'OAuthBearerLoginModule',
}

export function saslOptions(settings: Settings): SaslOptions {
  const mechanism = settings['sasl.mechanism'].toUpperCase()
  const module = MODULES[mechanism]
  if (module === undefined) throw refuseMechanism(settings)
  const jaas = settings['sasl.jaas.config']
  if (jaas === null) {
    throw new UsageError(`security.protocol=${settings['security.protocol']} needs sasl.jaas.config`, {
      hint: `sasl.jaas.config=org.apache.kafka.common.security.….${module} required username='u' password='p';`,
    })
  }
  const entry = parseJaas(jaas)
  if (entry.module !== module) {
    throw new UsageError(
      `sasl.mechanism=${mechanism} goes with ${module}, but sasl.jaas.config names ${entry.module}`,
    )
  }
  return mechanism === 'OAUTHBEARER' ? oauthBearer(settings, entry) : byPassword(mechanism, entry)
}

function byPassword(mechanism: string, { options }: JaasEntry): SaslOptions {
  const { username, password } = options
  if (username === undefined || password === undefined) {
    throw new UsageError(`sasl.jaas.config has no ${username === undefined ? 'username' : 'password'}`)
  }
  if (options['tokenauth'] === 'true')
    throw new UsageError('sasl.jaas.config: tokenauth (delegation tokens) is not known to kt')
  return {
    mechanism: mechanism.toLowerCase() as 'plain' | 'scram-sha-256' | 'scram-sha-512',
    username,
    password,
  }
}

function refuseMechanism(settings: Settings): UsageError {
  const known = Object.keys(MODULES).join(', ')
  const mechanism = settings['sasl.mechanism']
  const why = settings.isSet('sasl.mechanism')
    ? `sasl.mechanism=${mechanism} is not known to kt`
    : 'sasl.mechanism is not set'
  return new UsageError(why, { hint: `set sasl.mechanism to one of ${known}` })
}
