/** A TCP proxy on loopback that can do to a connection what a bad network does. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * - pass: as if it were not there
 * - blackhole: both ends stay open and nothing arrives
 * - drop-responses: requests arrive, answers do not
 * - cut: both ends are closed; a new connection is closed at once
 * - flip-byte: one bit of the marker is turned over in whatever the broker sends
 * - delay: everything arrives, `delayMs` later
 */
export type ProxyMode = 'pass' | 'blackhole' | 'drop-responses' | 'cut' | 'flip-byte' | 'delay'

interface Flow {
  client: Socket
  broker: Socket
  mode: ProxyMode
}

export class TcpProxy {
  /** Where clients connect to. */
  readonly port: number
  /** How many connections were ever accepted. */
  connections = 0
  /** How many times flip-byte has found its marker. */
  flips = 0
  delayMs = 100
  /** What flip-byte looks for; its first byte is changed. */
  marker = Buffer.from('FLIP-ME')
  readonly #server: Server
  readonly #brokerPort: () => number
  readonly #flows = new Set<Flow>()
  #nextMode: ProxyMode = 'pass'

  private constructor(server: Server, brokerPort: () => number) {
    this.#server = server
    this.#brokerPort = brokerPort
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (client: Socket) => this.#accept(client))
  }

  /** Listens on a free port; `brokerPort` is asked at each connection. */
  static async start(brokerPort: () => number, port = 0): Promise<TcpProxy> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, host: '127.0.0.1' }, resolve)
    })
    return new TcpProxy(server, brokerPort)
  }

  /** Changes connections that are open now, and leaves new ones alone. */
  setExisting(mode: ProxyMode): void {
    for (const flow of this.#flows) this.#change(flow, mode)
  }

  /** Changes the open connections and those to come. */
  setAll(mode: ProxyMode): void {
    this.#nextMode = mode
    this.setExisting(mode)
  }

  async close(): Promise<void> {
    this.setAll('cut')
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket): void {
    this.connections++
    if (this.#nextMode === 'cut') return void client.destroy()
    const broker = connect({ port: this.#brokerPort(), host: '127.0.0.1' })
    const flow: Flow = { client, broker, mode: this.#nextMode }
    this.#flows.add(flow)
    client.on('data', (bytes: Buffer) => this.#toBroker(flow, bytes))
    broker.on('data', (bytes: Buffer) => this.#toClient(flow, bytes))
    for (const socket of [client, broker]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => this.#closed(flow))
    }
  }

  /** A dead end behind a black hole is not told to the other: that is what makes it one. */
  #closed(flow: Flow): void {
    const isSilent = flow.mode === 'blackhole' || flow.mode === 'drop-responses'
    if (isSilent && !flow.client.destroyed) return
    flow.client.destroy()
    flow.broker.destroy()
    this.#flows.delete(flow)
  }

  #change(flow: Flow, mode: ProxyMode): void {
    // What was swallowed left a hole in the stream: nothing sensible can follow it.
    const isHoled = flow.mode === 'blackhole' || flow.mode === 'drop-responses'
    flow.mode = mode
    if (mode === 'cut' || (isHoled && mode !== 'blackhole' && mode !== 'drop-responses')) {
      flow.client.destroy()
      flow.broker.destroy()
    }
  }

  #toBroker(flow: Flow, bytes: Buffer): void {
    if (flow.mode === 'blackhole') return
    if (flow.mode === 'delay') return void setTimeout(() => flow.broker.write(bytes), this.delayMs)
    flow.broker.write(bytes)
  }

  #toClient(flow: Flow, bytes: Buffer): void {
    if (flow.mode === 'blackhole' || flow.mode === 'drop-responses') return
    if (flow.mode === 'delay') return void setTimeout(() => flow.client.write(bytes), this.delayMs)
    flow.client.write(flow.mode === 'flip-byte' ? this.#flip(bytes) : bytes)
  }

  #flip(bytes: Buffer): Buffer {
    for (let at = bytes.indexOf(this.marker); at >= 0; at = bytes.indexOf(this.marker, at + 1)) {
      bytes[at] = bytes[at]! ^ 1
      this.flips++
    }
    return bytes
  }
}
