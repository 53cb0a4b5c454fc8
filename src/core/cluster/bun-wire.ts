/**
 * A plain connection by Bun's own sockets: its `node:net` takes longer to load, to connect and to hear the first
 * answers than all the rest of a short command.
 */
import { type Address } from './addresses.ts'
import { KEEP_ALIVE_MS, type Wire, type WireEvents } from './wire.ts'

/** As much of Bun's API as is used here. */
interface BunSocket {
  /** How many bytes the kernel took; the rest is the caller's. Below zero: it is closed. */
  write(bytes: Uint8Array): number
  setNoDelay(isOn: boolean): void
  setKeepAlive(isOn: boolean, delayMs: number): void
  ref(): void
  unref(): void
  end(): void
  /** Ends it without sending what is left. */
  terminate(): void
}

interface BunConnect {
  hostname: string
  port: number
  socket: {
    binaryType: 'buffer'
    open(socket: BunSocket): void
    data(socket: BunSocket, chunk: Buffer): void
    drain(): void
    end(): void
    close(socket: BunSocket, rawError?: unknown): void
    error(socket: BunSocket, rawError: unknown): void
  }
}

interface BunRuntime {
  connect(options: BunConnect): Promise<BunSocket>
}

export function hasBunSockets(): boolean {
  return 'Bun' in globalThis
}

export function openBunWire({ host, port }: Address, events: WireEvents): Wire {
  const wire = new BunWire(events)
  void wire.open(host, port)
  return wire
}

class BunWire implements Wire {
  readonly #events: WireEvents
  #socket: BunSocket | undefined
  #isEnded = false
  #isKeepingAlive = true
  /** What the kernel has not taken yet. */
  #waiting: Buffer[] = []
  #onDrained: (() => void)[] = []

  constructor(events: WireEvents) {
    this.#events = events
  }

  async open(hostname: string, port: number): Promise<void> {
    const { Bun: runtime } = globalThis as unknown as { Bun: BunRuntime }
    try {
      await runtime.connect({
        hostname,
        port,
        socket: {
          binaryType: 'buffer',
          open: (socket) => this.#opened(socket),
          data: (_, chunk) => this.#isEnded || this.#events.onData(chunk),
          drain: () => this.#drain(),
          end: () => this.#isEnded || this.#events.onClose(),
          close: (_, rawError) => this.#closed(rawError),
          error: (_, rawError) => this.#isEnded || this.#events.onError(rawError),
        },
      })
    } catch (error) {
      if (!this.#isEnded) this.#events.onError(error)
    }
  }

  write(bytes: Buffer): void {
    if (this.#socket === undefined || this.#waiting.length > 0) return void this.#waiting.push(bytes)
    const taken = Math.max(0, this.#socket.write(bytes))
    if (taken < bytes.length) this.#waiting.push(bytes.subarray(taken))
  }

  get needsDrain(): boolean {
    return this.#waiting.length > 0
  }

  onceDrained(listener: () => void): void {
    this.#onDrained.push(listener)
  }

  ref(): void {
    this.#isKeepingAlive = true
    this.#socket?.ref()
  }

  unref(): void {
    this.#isKeepingAlive = false
    this.#socket?.unref()
  }

  destroy(): void {
    this.#isEnded = true
    this.#waiting = []
    if (this.#socket !== undefined) hangUp(this.#socket)
  }

  #opened(socket: BunSocket): void {
    this.#socket = socket
    // Given up while it was being made.
    if (this.#isEnded) return hangUp(socket)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    if (!this.#isKeepingAlive) socket.unref()
    this.#events.onConnect()
    this.#events.onReady()
  }

  #drain(): void {
    while (this.#waiting.length > 0) {
      const [bytes] = this.#waiting as [Buffer]
      const taken = Math.max(0, this.#socket!.write(bytes))
      if (taken < bytes.length) return void (this.#waiting[0] = bytes.subarray(taken))
      this.#waiting.shift()
    }
    for (const listener of this.#onDrained.splice(0)) listener()
  }

  #closed(rawError: unknown): void {
    if (this.#isEnded) return
    if (rawError !== undefined && rawError !== null) this.#events.onError(rawError)
    else this.#events.onClose()
  }
}

/**
 * Not Bun's `terminate` at once: that drops what the kernel has taken and not sent yet, which with `acks=0` is records.
 * But `end` waits for the other side, which may never say anything again.
 */
function hangUp(socket: BunSocket): void {
  socket.end()
  socket.unref()
  setTimeout(() => socket.terminate(), LAST_BYTES_MS).unref()
}

/** How long the kernel may take to send what it has. */
const LAST_BYTES_MS = 10_000
