import { createRequire } from 'node:module'
import { EventEmitter } from 'node:events'
import KafkajsConnection from 'kafkajs/src/network/connection.js'
import { describe, expect, it } from 'vitest'

const require = createRequire(import.meta.url)

describe('the internals of kafkajs that the connection layer leans on', () => {
  it('are those of version 2.2.4', () => {
    expect((require('kafkajs/package.json') as { version: string }).version).toBe('2.2.4')
  })

  it('a connection has the methods, and none of them is of another arity', () => {
    const { prototype } = KafkajsConnection
    const arities = Object.fromEntries(
      (
        [
          'connect',
          'disconnect',
          'isConnected',
          'isAuthenticated',
          'authenticate',
          'nextCorrelationId',
          'processData',
          'setVersions',
          'setSupportAuthenticationProtocol',
        ] as const
      ).map((name) => [name, prototype[name].length]),
    )
    expect(arities).toEqual({
      connect: 0,
      disconnect: 0,
      isConnected: 0,
      isAuthenticated: 0,
      authenticate: 0,
      nextCorrelationId: 0,
      processData: 1,
      setVersions: 1,
      setSupportAuthenticationProtocol: 1,
    })
  })

  it('a connection hands each chunk of its socket to processData, which may be replaced', async () => {
    const { connection, socket } = makeConnection()
    const seen: Buffer[] = []
    connection.processData = (frame) => seen.push(frame)
    await connection.connect()
    socket.emit('data', Buffer.from('abc'))
    expect(seen).toEqual([Buffer.from('abc')])
  })

  it('the queue keeps requests by correlation id, hands over the payload, and fails all when the socket errs', async () => {
    const { connection, socket } = makeConnection()
    await connection.connect()
    const queue = connection.requestQueue
    const outcomes: string[] = []
    for (const correlationId of [1, 2]) {
      queue.push({
        entry: {
          apiKey: 3,
          apiName: 'Metadata',
          apiVersion: 1,
          correlationId,
          resolve: ({ payload }) => outcomes.push(`${correlationId} ${payload?.toString()}`),
          reject: (error) => outcomes.push(`${correlationId} ${(error as Error).message}`),
        },
        expectResponse: true,
        requestTimeout: null,
        sendRequest: () => outcomes.push(`${correlationId} sent`),
      })
    }
    expect([...queue.inflight.keys()]).toEqual([1, 2])
    queue.fulfillRequest({ correlationId: 2, payload: Buffer.from('hello'), size: 9 })
    socket.emit('error', new Error('gone'))
    expect(outcomes).toEqual(['1 sent', '2 sent', '2 hello', '1 Connection error: gone'])
    expect(queue.inflight.size).toBe(0)
  })

  it('a throttled queue holds requests back through scheduleCheckPendingRequests and checkPendingRequests', async () => {
    const { connection } = makeConnection()
    await connection.connect()
    const queue = connection.requestQueue
    let scheduled = 0
    queue.scheduleCheckPendingRequests = () => scheduled++
    queue.maybeThrottle(20)
    let isSent = false
    const entry = {
      apiKey: 3,
      apiName: 'x',
      apiVersion: 1,
      correlationId: 1,
      resolve: () => {},
      reject: () => {},
    }
    queue.push({ entry, expectResponse: true, requestTimeout: null, sendRequest: () => (isSent = true) })
    expect([isSent, scheduled, queue.pending.length]).toEqual([false, 1, 1])
    queue.throttledUntil = 0
    queue.checkPendingRequests()
    expect([isSent, queue.pending.length]).toEqual([true, 0])
  })

  it('sets no timer while idle once the check for pending requests is replaced', async () => {
    const { connection } = makeConnection()
    connection.requestQueue.scheduleCheckPendingRequests = () => {}
    await connection.connect()
    expect(connection.requestQueue.throttleCheckTimeoutId).toBeNull()
    expect(connection.requestQueue).not.toHaveProperty('requestTimeoutIntervalId')
  })
})

function makeConnection() {
  const socket = Object.assign(new EventEmitter(), { end: () => {}, unref: () => {}, write: () => {} })
  const logger = { namespace: () => logger, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const connection = new KafkajsConnection({
    host: 'h',
    port: 1,
    logger,
    socketFactory: ({ onConnect }) => {
      queueMicrotask(onConnect)
      return socket
    },
    requestTimeout: 1000,
    connectionTimeout: 1000,
    enforceRequestTimeout: false,
    clientId: 'c',
    sasl: null,
    ssl: null,
  })
  return { connection, socket }
}
