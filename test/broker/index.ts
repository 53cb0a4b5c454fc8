/** A fake Kafka broker on 127.0.0.1: answers by default like a small cluster, and anything else that a test tells it to. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { FrameReader } from '../../src/core/cluster/frame.ts'
import { decodeRequest, decodeRequestHeader, encodeResponse } from '../../src/core/protocol/codec.ts'
import { type Api, type Input } from '../../src/core/protocol/codec.ts'
import { apis } from '../../src/core/protocol/generated/all.ts'
import { ApiVersions } from '../../src/core/protocol/generated/apis/ApiVersions.ts'
import { defaultHandlers } from './apis/index.ts'
import { addTopic, emptyState } from './state.ts'
import { type FakeState, type Handler, type Reply, type RequestContext } from './types.ts'

export { addTopic } from './state.ts'
export type { FakeState, RequestContext } from './types.ts'

type AnyApi = Api<unknown, unknown>
type AnyHandler = Handler<unknown, unknown>

export interface FakeBrokerOptions {
  nodeId?: number
  host?: string
  /** Shared by the nodes of one cluster. */
  state?: FakeState
  /** name → partitions */
  topics?: Record<string, number>
  /** What ApiVersions says, by API name, in place of everything we know; null: the API is not offered. */
  versions?: Record<string, [minVersion: number, maxVersion: number] | null>
  /** In place of net.createServer, e.g. for TLS. */
  listen?: (onSocket: (socket: Socket) => void) => Server
}

export interface LoggedRequest {
  apiName: string
  version: number
  correlationId: number
  clientId: string | null
  connection: number
  body: unknown
  /** When it came (performance.now()). */
  atMs: number
}

export interface FakeBroker {
  nodeId: number
  port: number
  /** host:port */
  address: string
  state: FakeState
  /** In the order of arrival, ApiVersions included. */
  requests: LoggedRequest[]
  /** How many connections were ever accepted. */
  connections: number
  /** Answers an API from now on; the returned function undoes it. */
  on<Req, Res>(api: Api<Req, Res>, handler: Handler<Req, Res>): () => void
  /** The bodies of the requests of one API. */
  requestsOf<Req, Res>(api: Api<Req, Res>): Req[]
  /** Hangs up on everyone, and goes on listening. */
  disconnectAll(): void
  close(): Promise<void>
}

export async function startFakeBroker(options: FakeBrokerOptions = {}): Promise<FakeBroker> {
  const { nodeId = 1, host = '127.0.0.1', state = emptyState() } = options
  const handlers = new Map<number, AnyHandler>()
  const defaults = new Map(
    defaultHandlers.map(({ api, handle }) => [(api as AnyApi).key, handle as AnyHandler]),
  )
  defaults.set(ApiVersions.key, () => versionsAnswer(options.versions) as Reply<unknown>)
  const sockets = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const server = (options.listen ?? createServer)((socket) => serve(socket))
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  state.nodes.push({ nodeId, host, port })
  for (const [name, partitions] of Object.entries(options.topics ?? {})) addTopic(state, name, partitions)

  const broker: FakeBroker = {
    nodeId,
    port,
    address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    state,
    requests: [],
    connections: 0,
    on(api, handler) {
      handlers.set(api.key, handler as AnyHandler)
      return () => handlers.delete(api.key)
    },
    requestsOf<Req, Res>(api: Api<Req, Res>) {
      return broker.requests.filter(({ apiName }) => apiName === api.name).map(({ body }) => body as Req)
    },
    disconnectAll: () => sockets.forEach((socket) => socket.destroy()),
    async close() {
      timers.forEach((timer) => clearTimeout(timer))
      broker.disconnectAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return broker

  function serve(socket: Socket): void {
    const connection = ++broker.connections
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    // One after the other, as Kafka does: an answer that is late holds up those behind it.
    let turn = Promise.resolve()
    const frames = new FrameReader('client', (frame) => {
      turn = turn
        .then(() => handle(socket, Buffer.from(frame), connection))
        .catch((error: unknown) => {
          socket.destroy()
          throw error
        })
    })
    socket.on('data', (chunk: Buffer) => {
      if (frames.push(chunk)) socket.destroy()
    })
  }

  async function handle(socket: Socket, frame: Buffer, connection: number): Promise<void> {
    const { apiKey } = decodeRequestHeader(frame)
    const api = (apis as readonly AnyApi[]).find(({ key }) => key === apiKey)
    if (api === undefined) return void socket.destroy()
    const { header, body } = decodeRequest(api, frame)
    const { apiVersion: version, correlationId, clientId } = header
    const atMs = performance.now()
    broker.requests.push({ apiName: api.name, version, correlationId, clientId, connection, body, atMs })
    const context = { version, correlationId, clientId, nodeId, state, connection }
    await reply(socket, api, context, await handlers.get(apiKey)?.(body, context), body)
  }

  async function reply(
    socket: Socket,
    api: AnyApi,
    context: RequestContext,
    told: Reply<unknown>,
    body: unknown,
  ): Promise<void> {
    if (told === 'drop') return
    if (told === 'close') return void socket.destroy()
    if (told === undefined) {
      const usual = defaults.get(api.key)
      if (usual === undefined) return void socket.destroy()
      const response = await usual(body, context)
      return send(socket, api, context, response as Input<unknown> | null)
    }
    if (told === null) return
    if ('raw' in (told as object)) return void socket.write((told as { raw: Buffer }).raw)
    if ('delayMs' in (told as object)) {
      const { delayMs, response } = told as { delayMs: number; response?: Input<unknown> }
      await new Promise<void>((resolve) => timers.add(setTimeout(resolve, delayMs)))
      return reply(socket, api, context, response as Reply<unknown>, body)
    }
    if ('correlationId' in (told as object)) {
      const { correlationId, response } = told as { correlationId: number; response: Input<unknown> }
      return send(socket, api, { ...context, correlationId }, response)
    }
    send(socket, api, context, told as Input<unknown>)
  }

  function send(
    socket: Socket,
    api: AnyApi,
    { version, correlationId }: RequestContext,
    response: Input<unknown> | null,
  ): void {
    if (response === null || socket.destroyed) return
    socket.write(Buffer.concat(encodeResponse(api, version, response, correlationId)))
  }
}

/** `count` nodes that know of each other; the first is the controller. */
export async function startFakeCluster(
  count: number,
  options: FakeBrokerOptions = {},
): Promise<FakeBroker[]> {
  const state = options.state ?? emptyState()
  const brokers: FakeBroker[] = []
  for (let nodeId = 1; nodeId <= count; nodeId++) {
    brokers.push(await startFakeBroker({ ...options, topics: {}, state, nodeId }))
  }
  for (const [name, partitions] of Object.entries(options.topics ?? {})) addTopic(state, name, partitions)
  return brokers
}

function versionsAnswer(versions: FakeBrokerOptions['versions'] = {}): object {
  const apiKeys = (apis as readonly AnyApi[]).flatMap(({ key, name, minVersion, maxVersion }) => {
    const told = versions[name]
    if (told === null) return []
    return [{ apiKey: key, minVersion: told?.[0] ?? minVersion, maxVersion: told?.[1] ?? maxVersion }]
  })
  return { errorCode: 0, apiKeys }
}
