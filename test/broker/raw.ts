/** A server that is no broker: it does to each connection what the test says. */
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface RawServer {
  /** host:port */
  address: string
  port: number
  connections: number
  close(): Promise<void>
}

export async function startRawServer(
  onConnection: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    raw.connections++
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  const raw: RawServer = {
    address: `${host}:${port}`,
    port,
    connections: 0,
    async close() {
      sockets.forEach((socket) => socket.destroy())
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return raw
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await startRawServer(() => {})
  await server.close()
  return server.port
}
