/** A connection as Node makes it, and with TLS every runtime. */
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net'
import { type ConnectionOptions } from 'node:tls'
import { type Address } from './addresses.ts'
import { KEEP_ALIVE_MS, type Wire, type WireEvents } from './wire.ts'

export interface NodeWireOptions extends Address {
  tls?: ConnectionOptions | undefined
  /** Where the kernel's bytes go without a chunk of their own (plain text only). */
  onread?: OnReadOpts | undefined
}

export async function openNodeWire(options: NodeWireOptions, events: WireEvents): Promise<Wire> {
  const { host, port, tls, onread } = options
  const socket = tls === undefined ? connectTcp({ host, port, ...(onread && { onread }) }) : await secure()
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  socket.on('error', (error) => events.onError(error))
  socket.on('data', (chunk: Buffer) => events.onData(chunk))
  socket.on('end', () => events.onClose())
  socket.on('close', () => events.onClose())
  socket.once('connect', () => events.onConnect())
  socket.once(tls === undefined ? 'connect' : 'secureConnect', () => events.onReady())
  return asWire(socket)

  async function secure(): Promise<Socket> {
    const { connect } = await import('node:tls')
    return connect({ host, port, ...(isIP(host) ? {} : { servername: host }), ...tls })
  }
}

function asWire(socket: Socket): Wire {
  let waiting = 0
  let onDrained: (() => void)[] = []
  const written = () => {
    if (--waiting > 0) return
    const listeners = onDrained
    onDrained = []
    for (const listener of listeners) listener()
  }
  return {
    write: (bytes) => {
      waiting++
      socket.write(bytes, written)
    },
    // Not the socket's own `writableNeedDrain`, which lets some KiB wait: their memory would be used again.
    get needsDrain() {
      return waiting > 0
    },
    onceDrained: (listener) => void onDrained.push(listener),
    ref: () => void socket.ref(),
    unref: () => void socket.unref(),
    destroy: () => void socket.destroy(),
  }
}
