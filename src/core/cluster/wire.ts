/** The bytes of one connection, whatever the runtime calls its sockets: `node-wire.ts`, `bun-wire.ts`. */
export const KEEP_ALIVE_MS = 60_000

export interface Wire {
  /** All of it, in order. What the kernel does not take now waits, without being copied. */
  write(bytes: Buffer): void
  /** Whether anything written waits in the process. */
  readonly needsDrain: boolean
  /** Called once, when it does not any more; never where the connection ends before. */
  onceDrained(listener: () => void): void
  ref(): void
  unref(): void
  /** Ends it at once; nothing is told any more. */
  destroy(): void
}

export interface WireEvents {
  /** The other side has taken the connection; with TLS the handshake is still to come. */
  onConnect(): void
  /** Bytes may be written. */
  onReady(): void
  onData(chunk: Buffer): void
  /** As the runtime says it: with a `code` like ECONNREFUSED. */
  onError(rawError: unknown): void
  onClose(): void
}
