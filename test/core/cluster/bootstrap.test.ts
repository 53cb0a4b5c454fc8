import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import {
  AuthenticationError,
  ConnectionError,
  CorruptDataError,
  InterruptedError,
  UsageError,
} from '../../../src/core/errors.ts'
import { ApiVersions } from '../../../src/core/protocol/generated/apis/ApiVersions.ts'
import { Metadata } from '../../../src/core/protocol/generated/apis/Metadata.ts'
import { startFakeBroker } from '../../broker/index.ts'
import { closedPort, startRawServer } from '../../broker/raw.ts'
import { makeCertificate } from './certificate.ts'
import { closesAfterTest, failureOf, fakeBroker, open, rawServer } from './support.ts'

describe('openCluster', () => {
  it('learns the brokers of the cluster from one bootstrap server', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    expect([...cluster.metadata.brokers.values()]).toEqual([
      { nodeId: 1, host: '127.0.0.1', port: broker.port, rack: null },
    ])
    expect(cluster.metadata.controllerId).toBe(1)
    expect(cluster.metadata.clusterId).toBe('fake-cluster')
  })

  it('uses the bootstrap connection for the broker it belongs to', async () => {
    const broker = await fakeBroker()
    const cluster = await open(broker.address)
    await cluster.call(Metadata, {})
    await (await cluster.channel(1)).send(Metadata, 12, { topics: [] }, { timeoutMs: 1000 })
    expect(broker.connections).toBe(1)
  })

  it('reaches a broker by an IPv6 address in brackets', async () => {
    const broker = await fakeBroker({ host: '::1' })
    expect(broker.address).toMatch(/^\[::1\]:/)
    const cluster = await open(broker.address)
    expect(cluster.metadata.brokers.get(1)?.host).toBe('::1')
    expect((await cluster.channel(1, 'fetch')).broker).toBe(broker.address)
  })

  it('tells its client id and name', async () => {
    const broker = await fakeBroker()
    await open(broker.address, { 'client.id': 'me' })
    expect(broker.requests.map(({ clientId }) => clientId)).toEqual(['me', 'me'])
    expect(broker.requestsOf(ApiVersions)[0]?.clientSoftwareName).toBe('kt')
  })

  it('is told of a refused port at once, with host and reason', async () => {
    const port = await closedPort()
    const failure = await failureOf(open(`127.0.0.1:${port}`))
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(failure.exitCode).toBe(3)
    expect(failure.message).toBe(`cannot reach 127.0.0.1:${port}: connection refused`)
    expect(failure.hint).toContain('--bootstrap-server')
  })

  it('says that a host name does not resolve', async () => {
    const failure = await failureOf(open('no-such-host.invalid:9092'))
    expect(failure.message).toMatch(
      /^cannot reach no-such-host\.invalid:9092: the host name does not resolve/,
    )
  })

  it('refuses a bad address before anything is sent', async () => {
    await expect(open('localhost')).rejects.toBeInstanceOf(UsageError)
  })

  it('does not mind a bad address beside a good one', async () => {
    const broker = await fakeBroker()
    const cluster = await open([`127.0.0.1:${await closedPort()}`, 'no-such-host.invalid:1', broker.address])
    expect(cluster.metadata.brokers.size).toBe(1)
  })

  it('does not wait for a silent address beside a good one', async () => {
    const silent = await rawServer(() => {})
    const broker = await fakeBroker()
    const cluster = await open([silent.address, broker.address])
    expect(cluster.metadata.brokers.size).toBe(1)
    expect(silent.connections).toBe(1)
  })

  it('names every address when none can be reached', async () => {
    const ports = [await closedPort(), await closedPort()]
    const failure = await failureOf(open(ports.map((port) => `127.0.0.1:${port}`)))
    for (const port of ports) expect(failure.message).toContain(`127.0.0.1:${port}: connection refused`)
  })

  it('gives up on a silent server within the time a connection may take, saying how far it came', async () => {
    const silent = await rawServer(() => {})
    const failure = await failureOf(open(silent.address, { 'socket.connection.setup.timeout.ms': '150' }))
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(failure.message).toBe(
      `cannot reach ${silent.address}: it took the connection but answered nothing within 150 ms`,
    )
    expect(silent.connections).toBe(1)
  })

  it.each([
    [
      'an HTTP server',
      'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
      /speaks HTTP, not Kafka's protocol/,
    ],
    ['a TLS alert', '\u0015\u0003\u0003\u0000\u0002\u0002\u0028', /speaks TLS/],
    ['a frame of zero bytes', '\u0000\u0000\u0000\u0000', /a response of 0 bytes/],
    ['a frame of a negative length', '\u00ff\u00ff\u00ff\u00ff', /a response of -1 bytes/],
    ['a frame of 2^31-1 bytes', '\u007f\u00ff\u00ff\u00ff', /a response of 2147483647 bytes/],
  ])('ends in one clear error on %s', async (_name, bytes, message) => {
    const server = await rawServer((socket) => void socket.once('data', () => socket.write(bytes, 'latin1')))
    const failure = await failureOf(open(server.address))
    expect(failure.message).toMatch(message)
    expect(failure.message).toContain(server.address)
  })

  it('says that a server closed the connection at once, and why that may be', async () => {
    const server = await rawServer((socket) => socket.destroy())
    const failure = await failureOf(open(server.address))
    expect(failure.message).toBe(`${server.address} closed the connection at once`)
    expect(failure.hint).toContain('security.protocol')
  })

  it('says that a login may be missing when only the first real question is hung up on', async () => {
    const broker = await fakeBroker()
    broker.on(Metadata, () => 'close')
    const failure = await failureOf(open(broker.address))
    expect(failure.message).toContain('closed the connection on the first question')
    expect(failure.hint).toContain('security.protocol=SASL_PLAINTEXT')
  })

  it('ends in one clear error on an answer that is cut off', async () => {
    const broker = await fakeBroker()
    broker.on(Metadata, (_request, { correlationId }) => ({
      raw: Buffer.from([0, 0, 1, 0, 0, 0, 0, correlationId, 9]),
    }))
    const opening = failureOf(open(broker.address))
    await arrivalOf(broker, 'Metadata')
    broker.disconnectAll()
    expect((await opening).message).toMatch(/in the middle of a response/)
  })

  it('ends in one clear error on an answer whose content is corrupt', async () => {
    const broker = await fakeBroker()
    broker.on(Metadata, (_request, { correlationId }) => ({
      raw: Buffer.from([0, 0, 0, 7, 0, 0, 0, correlationId, 0, 1, 2]),
    }))
    const failure = await failureOf(open(broker.address))
    expect(failure).toBeInstanceOf(CorruptDataError)
    expect(failure.message).toContain('MetadataResponse')
    expect(failure.message).toContain(broker.address)
  })

  it('ends in one clear error on an answer to another question', async () => {
    const broker = await fakeBroker()
    broker.on(Metadata, () => ({ correlationId: 4711, response: {} }))
    const failure = await failureOf(open(broker.address))
    expect(failure).toBeInstanceOf(CorruptDataError)
    expect(failure.message).toContain('4711')
    expect(broker.connections).toBe(1)
  })

  it('names a TLS server that is spoken to in plain text', async () => {
    const server = createTlsServer(makeCertificate('127.0.0.1'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closesAfterTest(server)
    const { port } = server.address() as { port: number }
    const failure = await failureOf(open(`127.0.0.1:${port}`))
    expect(failure.message).toBe(`127.0.0.1:${port} speaks TLS, and was spoken to in plain text`)
    expect(failure.hint).toContain('security.protocol=SSL')
  })

  it('names a plain-text server that is spoken to in TLS', async () => {
    const broker = await fakeBroker()
    const failure = await failureOf(open(broker.address, { 'security.protocol': 'SSL' }))
    expect(failure.message).toBe(`${broker.address} does not answer a TLS handshake`)
    expect(failure.hint).toContain('security.protocol=PLAINTEXT')
  })

  it('says that a TLS handshake is not answered by a silent server', async () => {
    const silent = await rawServer(() => {})
    const failure = await failureOf(
      open(silent.address, { 'security.protocol': 'SSL', 'socket.connection.setup.timeout.ms': '150' }),
    )
    expect(failure.message).toContain('the TLS handshake was not answered within 150 ms')
  })

  it('does not trust a certificate that nobody vouches for, and says what to set', async () => {
    const broker = await tlsBroker('127.0.0.1')
    const failure = await failureOf(open(broker.address, { 'security.protocol': 'SSL' }))
    expect(failure).toBeInstanceOf(AuthenticationError)
    expect(failure.message).toBe(`cannot trust ${broker.address}: its certificate is self-signed`)
    expect(failure.hint).toContain('ssl.truststore.location')
  })

  it('checks the host name in the certificate unless told not to', async () => {
    const broker = await tlsBroker('elsewhere.example.org')
    const trust = {
      'security.protocol': 'SSL',
      'ssl.truststore.certificates': broker.certificate,
      'ssl.truststore.type': 'PEM',
    }
    const failure = await failureOf(open(broker.address, trust))
    expect(failure).toBeInstanceOf(AuthenticationError)
    expect(failure.message).toContain('its certificate is for another host name')
    const cluster = await open(broker.address, { ...trust, 'ssl.endpoint.identification.algorithm': '' })
    expect(cluster.metadata.brokers.size).toBe(1)
  })

  it('speaks TLS with a broker whose certificate is trusted', async () => {
    const broker = await tlsBroker('127.0.0.1')
    const trust = {
      'security.protocol': 'SSL',
      'ssl.truststore.certificates': broker.certificate,
      'ssl.truststore.type': 'PEM',
    }
    const cluster = await open(broker.address, trust)
    expect(cluster.metadata.brokers.size).toBe(1)
  })

  it('takes the version of ApiVersions that an old broker knows', async () => {
    const broker = await fakeBroker()
    broker.on(ApiVersions, (_request, { version }) =>
      version > 2 ? { raw: unsupportedVersion(0, [[18, 0, 2]]) } : undefined,
    )
    await open(broker.address)
    expect(broker.requests.map(({ apiName, version }) => `${apiName} ${version}`).slice(0, 2)).toEqual([
      'ApiVersions 4',
      'ApiVersions 2',
    ])
  })

  it('speaks the highest version of Metadata that both know', async () => {
    const broker = await fakeBroker({ versions: { Metadata: [0, 5] } })
    await open(broker.address)
    expect(broker.requests.at(-1)).toMatchObject({ apiName: 'Metadata', version: 5 })
  })

  it('names both ranges when there is no common version', async () => {
    const broker = await fakeBroker({ versions: { Metadata: [90, 99] } })
    const failure = await failureOf(open(broker.address))
    expect(failure.message).toContain('the broker knows 90 to 99, kt 0 to 13')
  })

  it('says that a broker does not know an API', async () => {
    const broker = await fakeBroker({ versions: { Metadata: null } })
    expect((await failureOf(open(broker.address))).message).toBe(`${broker.address} does not know Metadata`)
  })

  it('ends promptly when it is interrupted while connecting', async () => {
    const silent = await startRawServer(() => controller.abort())
    closesAfterTest(silent)
    const controller = new AbortController()
    const failure = await failureOf(open(silent.address, {}, { signal: controller.signal }))
    expect(failure).toBeInstanceOf(InterruptedError)
  })
})

async function tlsBroker(commonName: string) {
  const { key, cert } = makeCertificate(commonName)
  const listen = (onSocket: (socket: never) => void) => createTlsServer({ key, cert }, onSocket as never)
  const broker = closesAfterTest(await startFakeBroker({ listen: listen as never }))
  return { address: broker.address, certificate: cert }
}

/** An ApiVersions answer of version 0 with UNSUPPORTED_VERSION, as KIP-511 wants it. */
function unsupportedVersion(correlationId: number, apis: [number, number, number][]): Buffer {
  const body = Buffer.alloc(4 + 4 + 2 + 4 + apis.length * 6)
  body.writeInt32BE(body.length - 4, 0)
  body.writeInt32BE(correlationId, 4)
  body.writeInt16BE(35, 8)
  body.writeInt32BE(apis.length, 10)
  apis.flat().forEach((value, index) => body.writeInt16BE(value, 14 + index * 2))
  return body
}

async function arrivalOf(broker: { requests: { apiName: string }[] }, apiName: string): Promise<void> {
  while (!broker.requests.some((request) => request.apiName === apiName)) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
}
