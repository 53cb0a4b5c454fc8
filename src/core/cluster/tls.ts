/** Kafka's ssl.* properties → what node:tls takes. */
import { type ConnectionOptions, getCiphers, type SecureVersion } from 'node:tls'
import { UsageError } from '../errors.ts'
import { type Settings } from '../settings.ts'
import { pemBlocks, readStore } from './stores.ts'

const VERSIONS: SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

export async function tlsOptions(settings: Settings): Promise<ConnectionOptions> {
  const ciphers = settings['ssl.cipher.suites'].map(cipherName).join(':')
  return {
    ...versions(settings['ssl.enabled.protocols']),
    ...(ciphers === '' ? {} : { ciphers }),
    // Empty means that the certificate may be for any host; it must be trusted all the same.
    ...(settings['ssl.endpoint.identification.algorithm'] === ''
      ? { checkServerIdentity: () => undefined }
      : {}),
    ...(await trusted(settings)),
    ...(await ownIdentity(settings)),
  }
}

async function trusted(settings: Settings): Promise<ConnectionOptions> {
  const inline = settings['ssl.truststore.certificates']
  if (inline !== null)
    return { ca: required(pemBlocks(inline, 'CERTIFICATE'), 'ssl.truststore.certificates') }
  const location = settings['ssl.truststore.location']
  if (location === null) return {}
  const store = await readStore(location, settings['ssl.truststore.password'], 'ssl.truststore')
  return { ca: required([...store.authorities, ...store.chain], 'ssl.truststore.location') }
}

async function ownIdentity(settings: Settings): Promise<ConnectionOptions> {
  const passphrase = settings['ssl.key.password'] ?? undefined
  const [inlineKey, inlineChain] = [settings['ssl.keystore.key'], settings['ssl.keystore.certificate.chain']]
  if (inlineKey !== null || inlineChain !== null) {
    const key = required(pemBlocks(inlineKey ?? '', 'PRIVATE KEY'), 'ssl.keystore.key')
    const chain = required(pemBlocks(inlineChain ?? '', 'CERTIFICATE'), 'ssl.keystore.certificate.chain')
    return { key: key[0], cert: chain.join('\n'), passphrase }
  }
  const location = settings['ssl.keystore.location']
  if (location === null) return {}
  const store = await readStore(location, settings['ssl.keystore.password'], 'ssl.keystore')
  if (store.key === undefined) throw new UsageError(`ssl.keystore.location: ${location} holds no private key`)
  return { key: store.key, cert: store.chain.join('\n'), passphrase }
}

function versions(names: readonly string[]): Pick<ConnectionOptions, 'minVersion' | 'maxVersion'> {
  const unknown = names.find((name) => !VERSIONS.includes(name as SecureVersion))
  if (unknown !== undefined) {
    throw new UsageError(
      `invalid value "${unknown}" for ssl.enabled.protocols: it is one of ${VERSIONS.join(', ')}`,
    )
  }
  const offered = VERSIONS.filter((version) => names.includes(version))
  return { minVersion: offered[0], maxVersion: offered.at(-1) }
}

/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (Java) → ECDHE-RSA-AES128-GCM-SHA256 (OpenSSL); the names of TLS 1.3 are the same in both. */
function cipherName(name: string): string {
  const known = getCiphers()
  const converted = name
    .replace(/^(TLS|SSL)_/, '')
    .replace(/^RSA_WITH_/, '')
    .replace('_WITH_', '_')
    .replace(/AES_(\d+)/, 'AES$1')
    .replace('_CBC_', '_')
    .replace(/(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-')
  const found = [name, converted].find((candidate) => known.includes(candidate.toLowerCase()))
  if (found !== undefined) return found
  throw new UsageError(`invalid value "${name}" for ssl.cipher.suites: this runtime has no such cipher suite`)
}

function required(blocks: string[], property: string): string[] {
  if (blocks.length > 0) return blocks
  throw new UsageError(`${property} holds no ${property.endsWith('key') ? 'private key' : 'certificate'}`)
}
