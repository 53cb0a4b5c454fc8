import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, openCluster, type OpenClusterOptions } from '../../src/core/cluster/cluster.ts'
import { AuthenticationError, KtError } from '../../src/core/errors.ts'
import { AlterUserScramCredentials } from '../../src/core/protocol/generated/apis/AlterUserScramCredentials.ts'
import { Metadata } from '../../src/core/protocol/generated/apis/Metadata.ts'
import { unsecuredToken } from '../../src/core/cluster/oauth.ts'
import { resolveSettings } from '../../src/core/settings.ts'
import { eventually } from '../support/eventually.ts'
import { type Listener, PASSWORD, type SecureCluster, startSecureCluster } from '../support/secure-cluster.ts'

const SECURITY = 'org.apache.kafka.common.security'
const plain = (password: string) =>
  `${SECURITY}.plain.PlainLoginModule required username="alice" password="${password}";`
const scram = (password: string) =>
  `${SECURITY}.scram.ScramLoginModule required username="b,o=b" password="${password}";`
const oauth = (options: string) => `${SECURITY}.oauthbearer.OAuthBearerLoginModule required ${options};`

let secure: SecureCluster
const open: Cluster[] = []

beforeAll(async () => {
  secure = await startSecureCluster()
  await addScramUser()
})
afterEach(() => open.splice(0).forEach((cluster) => cluster.close()))
afterAll(() => secure?.stop())

describe('logging in', () => {
  it.each([
    ['PLAIN', plain("alice's")],
    ['SCRAM-SHA-256', scram('p,w=d é')],
    ['SCRAM-SHA-512', scram('p,w=d é')],
    ['OAUTHBEARER', oauth('unsecuredLoginStringClaim_sub="alice"')],
  ])('works with %s', async (mechanism, jaas) => {
    const cluster = await connect('SASL', sasl(mechanism, jaas))
    expect((await cluster.call(Metadata, { topics: [] })).brokers).toHaveLength(1)
  })

  it.each([
    ['PLAIN', plain('wrong')],
    ['SCRAM-SHA-256', scram('wrong')],
    ['SCRAM-SHA-512', scram('wrong')],
    ['OAUTHBEARER', oauth('unsecuredLoginStringClaim_sub="alice" unsecuredLoginLifetimeSeconds="-100"')],
  ])('fails at once, and says so, with a wrong secret for %s', async (mechanism, jaas) => {
    const failure = await failureOf(connect('SASL', sasl(mechanism, jaas)))
    expect(failure).toBeInstanceOf(AuthenticationError)
    expect(failure.exitCode).toBe(3)
    expect(failure.message).toContain(`${secure.address('SASL')} did not let us in`)
    expect(failure.message).not.toContain('wrong')
  })

  it('over TLS works too', async () => {
    const tls = {
      'security.protocol': 'SASL_SSL',
      'ssl.truststore.location': secure.file('broker.pem'),
      'ssl.truststore.type': 'PEM',
    }
    const cluster = await connect('SASLTLS', { ...sasl('PLAIN', plain("alice's")), ...tls })
    expect((await cluster.call(Metadata, { topics: [] })).brokers).toHaveLength(1)
  })

  it('is done again before the session ends, without losing or reordering requests', async () => {
    const logins: string[] = []
    const log = (_level: string, message: string) =>
      void (/authentication successful/.test(message) && logins.push(message))
    const cluster = await connect('SASL', sasl('PLAIN', plain("alice's")), { log })
    const channel = await cluster.anyChannel()
    await new Promise((resolve) => setTimeout(resolve, 700))
    const asked = Array.from({ length: 30 }, (_, index) => `t-${index}`)
    const seen: string[] = []
    await Promise.all(
      asked.map(async (name) => {
        await channel.send(
          Metadata,
          12,
          { topics: [{ name }], allowAutoTopicCreation: false },
          { timeoutMs: 60_000 },
        )
        seen.push(name)
      }),
    )
    expect(seen).toEqual(asked)
    // On a slow machine there may be time for more.
    expect(logins.length).toBeGreaterThanOrEqual(2)
    expect(channel.isOpen).toBe(true)
  })

  it('gets a token for client credentials from an endpoint', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => asked.push(chunk.toString()))
      request.on('end', () => {
        asked.push(String(request.headers.authorization))
        response.end(
          JSON.stringify({ access_token: unsecuredToken({ unsecuredLoginStringClaim_sub: 'alice' }) }),
        )
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      await connect('SASL', {
        ...sasl('OAUTHBEARER', oauth('clientId="me" clientSecret="secret" scope="kafka"')),
        'sasl.oauthbearer.token.endpoint.url': `http://127.0.0.1:${port}/token`,
      })
    } finally {
      server.close()
    }
    expect(asked).toEqual([
      'grant_type=client_credentials&scope=kafka',
      `Basic ${Buffer.from('me:secret').toString('base64')}`,
    ])
  })

  it('is asked for by a listener that wants it', async () => {
    const failure = await failureOf(connect('SASL', {}))
    expect(failure.hint).toContain('security.protocol=SASL_PLAINTEXT')
  })

  it('says that a mechanism is not offered', async () => {
    const failure = await failureOf(connect('SASL', sasl('GSSAPI', plain('x'))))
    expect(failure.exitCode).toBe(2)
    expect(failure.message).toBe('sasl.mechanism=GSSAPI is not known to kt')
  })
})

describe('TLS', () => {
  it.each([
    [
      'a JKS truststore',
      () => ({
        'ssl.truststore.location': secure.file('truststore.jks'),
        'ssl.truststore.password': PASSWORD,
      }),
    ],
    [
      'a PKCS12 truststore',
      () => ({
        'ssl.truststore.location': secure.file('truststore.p12'),
        'ssl.truststore.password': PASSWORD,
        'ssl.truststore.type': 'PKCS12',
      }),
    ],
    [
      'a PEM truststore',
      () => ({ 'ssl.truststore.location': secure.file('broker.pem'), 'ssl.truststore.type': 'PEM' }),
    ],
    [
      'certificates in the settings, on one line',
      () => ({ 'ssl.truststore.certificates': secure.read('broker.pem').replaceAll('\n', ' ') }),
    ],
    [
      'only the newest version offered',
      () => ({ 'ssl.truststore.location': secure.file('broker.pem'), 'ssl.enabled.protocols': 'TLSv1.3' }),
    ],
    [
      "a cipher suite by Java's name",
      () => ({
        'ssl.truststore.location': secure.file('broker.pem'),
        'ssl.enabled.protocols': 'TLSv1.2',
        'ssl.cipher.suites': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      }),
    ],
  ])('works with %s', async (_name, properties) => {
    const cluster = await connect('TLS', { 'security.protocol': 'SSL', ...properties() })
    expect((await cluster.call(Metadata, { topics: [] })).brokers).toHaveLength(1)
  })

  it.each([
    [
      'JKS',
      () => ({ 'ssl.keystore.location': secure.file('client.jks'), 'ssl.keystore.password': PASSWORD }),
    ],
    [
      'PKCS12',
      () => ({ 'ssl.keystore.location': secure.file('client.p12'), 'ssl.keystore.password': PASSWORD }),
    ],
    [
      'PEM',
      () => ({ 'ssl.keystore.location': secure.file('client-identity.pem'), 'ssl.keystore.type': 'PEM' }),
    ],
    [
      'PEM in the settings, with a locked key',
      () => ({
        'ssl.keystore.key': secure.read('client-key-encrypted.pem'),
        'ssl.keystore.certificate.chain': secure.read('client.pem'),
        'ssl.key.password': PASSWORD,
      }),
    ],
  ])('shows our certificate from %s', async (_name, properties) => {
    const cluster = await connect('MTLS', { ...trusting(), ...properties() })
    expect((await cluster.call(Metadata, { topics: [] })).brokers).toHaveLength(1)
  })

  it('says that the broker wants a certificate', async () => {
    const failure = await failureOf(connect('MTLS', trusting()))
    expect(failure.message).toContain('wants one')
    expect(failure).toBeInstanceOf(AuthenticationError)
    expect(failure.hint).toContain('ssl.keystore.location')
  })

  it('says that the password of a store is wrong', async () => {
    const wrong = {
      'ssl.truststore.location': secure.file('truststore.jks'),
      'ssl.truststore.password': 'wrong-password',
    }
    const failure = await failureOf(connect('TLS', { 'security.protocol': 'SSL', ...wrong }))
    expect(failure.exitCode).toBe(2)
    expect(failure.message).toContain('the password is wrong, or the file is damaged')
  })

  it('does not trust a certificate that nobody vouches for', async () => {
    const failure = await failureOf(connect('TLS', { 'security.protocol': 'SSL' }))
    expect(failure.message).toBe(`cannot trust ${secure.address('TLS')}: its certificate is self-signed`)
  })

  it('is named where a broker is spoken to in plain text, and the reverse', async () => {
    expect((await failureOf(connect('TLS', {}))).message).toContain(
      'speaks TLS, and was spoken to in plain text',
    )
    const reverse = await failureOf(connect('PLAINTEXT', trusting()))
    expect(reverse.message).toContain('does not answer a TLS handshake')
  })
})

async function connect(
  listener: Listener,
  properties: Record<string, string>,
  options: Partial<OpenClusterOptions> = {},
): Promise<Cluster> {
  const { settings } = resolveSettings({ commandLine: properties })
  const cluster = await openCluster({ bootstrapServers: secure.address(listener), settings, ...options })
  open.push(cluster)
  return cluster
}

function sasl(mechanism: string, jaas: string): Record<string, string> {
  return { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': mechanism, 'sasl.jaas.config': jaas }
}

function trusting(): Record<string, string> {
  return { 'security.protocol': 'SSL', 'ssl.truststore.location': secure.file('broker.pem') }
}

async function addScramUser(): Promise<void> {
  const cluster = await connect('PLAINTEXT', {})
  // One request may name a user only once.
  for (const [mechanism, digest, bytes] of [
    [1, 'sha256', 32],
    [2, 'sha512', 64],
  ] as const) {
    const salt = randomBytes(16)
    const saltedPassword = pbkdf2Sync('p,w=d é', salt, 4096, bytes, digest)
    const upsertions = [{ name: 'b,o=b', mechanism, iterations: 4096, salt, saltedPassword }]
    const { results } = await cluster.call(AlterUserScramCredentials, { deletions: [], upsertions })
    expect(results.map(({ errorCode }) => errorCode)).toEqual([0])
  }
  // The controller answers before the broker has heard of it.
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'])
    await eventually(() => connect('SASL', sasl(mechanism, scram('p,w=d é'))))
}

async function failureOf(promise: Promise<unknown>): Promise<KtError> {
  return promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => {
      if (error instanceof KtError) return error
      throw error
    },
  )
}
