import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { fetchToken } from '../../../src/core/cluster/oauth-endpoint.ts'
import { ConnectionError } from '../../../src/core/errors.ts'
import { closesAfterTest, failureOf, settingsOf } from './support.ts'

const login = { clientId: 'me', clientSecret: 'secret' }

/** An endpoint that answers in its own time. */
async function endpoint(delayMs = 0): Promise<URL> {
  const server = createServer((_request, response) =>
    setTimeout(() => response.end('{"access_token":"abc"}'), delayMs),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closesAfterTest({
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/token`)
}

describe('a token endpoint', () => {
  it('that takes the connection in time may take longer to answer', async () => {
    const settings = settingsOf({
      'sasl.login.connect.timeout.ms': '1000',
      'sasl.login.read.timeout.ms': '60000',
    })
    expect(await fetchToken(await endpoint(1200), settings, login)).toBe('abc')
  })

  it('that says nothing for sasl.login.read.timeout.ms is told', async () => {
    const settings = settingsOf({ 'sasl.login.read.timeout.ms': '50' })
    const failure = await failureOf(fetchToken(await endpoint(60_000), settings, login))
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(failure.message).toContain('it does not answer')
  })

  it('that takes no connection is told', async () => {
    const url = await endpoint()
    url.port = '1'
    const settings = settingsOf({ 'sasl.login.connect.timeout.ms': '1000' })
    const failure = await failureOf(fetchToken(url, settings, login))
    expect(failure.message).toContain('cannot get a token from 127.0.0.1:1: ')
  })
})
