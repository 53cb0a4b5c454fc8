/** One broker with a listener for each way to be let in, and the keys and stores for them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../../src/core/sandbox/ports.ts'
import { start } from '../../src/core/sandbox/start.ts'
import { stop } from '../../src/core/sandbox/stop.ts'
import { cacheDir } from './cache.ts'
import { HANGS_AFTER_MS } from './eventually.ts'

export const PASSWORD = 'store-password'

export type Listener = 'PLAINTEXT' | 'SASL' | 'TLS' | 'MTLS' | 'SASLTLS'

export interface SecureCluster {
  /** host:port of a listener. */
  address(listener: Listener): string
  /** A file made for this cluster, e.g. truststore.jks. */
  file(name: string): string
  read(name: string): string
  stop(): Promise<void>
}

const PROTOCOLS: Record<Listener, string> = {
  PLAINTEXT: 'PLAINTEXT',
  SASL: 'SASL_PLAINTEXT',
  TLS: 'SSL',
  MTLS: 'SSL',
  SASLTLS: 'SASL_SSL',
}
const LISTENERS = Object.keys(PROTOCOLS) as Listener[]

export async function startSecureCluster(): Promise<SecureCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'kt-secure-'))
  makeStores(dir)
  const ports = await freePorts(LISTENERS.length + 1)
  const controller = ports[LISTENERS.length] ?? 0
  const port = (listener: Listener) => ports[LISTENERS.indexOf(listener)] ?? 0
  const advertised = LISTENERS.map((listener) => `${listener}://127.0.0.1:${port(listener)}`).join(',')
  const sandbox = await start({
    dir: join(dir, 'kafka'),
    cacheDir,
    port: port('PLAINTEXT'),
    isOwned: true,
    isThrowAway: true,
    readyTimeoutMs: HANGS_AFTER_MS,
    config: {
      listeners: `${advertised},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': advertised,
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'listener.security.protocol.map': [
        'CONTROLLER:PLAINTEXT',
        ...LISTENERS.map((listener) => `${listener}:${PROTOCOLS[listener]}`),
      ].join(','),
      'ssl.keystore.location': join(dir, 'broker.p12'),
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.password': PASSWORD,
      'ssl.truststore.location': join(dir, 'clients.jks'),
      'ssl.truststore.password': PASSWORD,
      'listener.name.mtls.ssl.client.auth': 'required',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      ...logins('sasl'),
      ...logins('sasltls'),
      // Ten seconds before the end a client logs in again: after half a second here.
      'listener.name.sasl.plain.connections.max.reauth.ms': '10500',
    },
  })
  return {
    address: (listener) => `127.0.0.1:${port(listener)}`,
    file: (name) => join(dir, name),
    read: (name) => readFileSync(join(dir, name), 'utf8'),
    stop: async () => {
      await stop({ dir: sandbox.dir, cacheDir, isDeleted: true })
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function logins(listener: string): Record<string, string> {
  const security = 'org.apache.kafka.common.security'
  const scram = `${security}.scram.ScramLoginModule required;`
  const oauth = `${security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`
  return {
    [`listener.name.${listener}.plain.sasl.jaas.config`]: `${security}.plain.PlainLoginModule required user_alice="alice's";`,
    [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]: scram,
    [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: scram,
    [`listener.name.${listener}.oauthbearer.sasl.jaas.config`]: oauth,
  }
}

function makeStores(dir: string): void {
  const keytool = (...args: string[]) =>
    execFileSync('keytool', [...args, '-storepass', PASSWORD, '-noprompt'], { cwd: dir, stdio: 'pipe' })
  const makeKey = (store: string, type: string, name: string) =>
    keytool(
      ...[
        '-genkeypair',
        '-alias',
        name,
        '-keyalg',
        'RSA',
        '-keysize',
        '2048',
        '-dname',
        `CN=${name}`,
        '-validity',
        '2',
      ],
      ...['-ext', 'SAN=IP:127.0.0.1', '-keystore', store, '-storetype', type, '-keypass', PASSWORD],
    )
  const exportFrom = (store: string, name: string) =>
    keytool('-exportcert', '-rfc', '-alias', name, '-keystore', store, '-file', `${name}.pem`)
  const importInto = (store: string, type: string, name: string) =>
    keytool('-importcert', '-alias', name, '-file', `${name}.pem`, '-keystore', store, '-storetype', type)

  makeKey('broker.p12', 'PKCS12', 'broker')
  exportFrom('broker.p12', 'broker')
  importInto('truststore.jks', 'JKS', 'broker')
  importInto('truststore.p12', 'PKCS12', 'broker')
  makeKey('client.p12', 'PKCS12', 'client')
  exportFrom('client.p12', 'client')
  importInto('clients.jks', 'JKS', 'client')
  keytool(
    ...['-importkeystore', '-srckeystore', 'client.p12', '-srcstorepass', PASSWORD],
    ...['-destkeystore', 'client.jks', '-deststoretype', 'JKS', '-destkeypass', PASSWORD],
  )
  const pem = execFileSync(
    'openssl',
    ['pkcs12', '-in', 'client.p12', '-passin', `pass:${PASSWORD}`, '-nodes'],
    {
      cwd: dir,
      stdio: 'pipe',
    },
  )
  writeFileSync(join(dir, 'client-identity.pem'), pem)
  const encrypted = ['pkcs8', '-topk8', '-in', 'client-identity.pem', '-passout', `pass:${PASSWORD}`]
  writeFileSync(
    join(dir, 'client-key-encrypted.pem'),
    execFileSync('openssl', encrypted, { cwd: dir, stdio: 'pipe' }),
  )
}
