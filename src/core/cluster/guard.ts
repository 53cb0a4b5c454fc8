/** Our own socket: opened, framed and watched here, so that kafkajs only ever sees whole frames of a checked size. */
import { EventEmitter } from 'node:events'
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net'
import { type ConnectionOptions } from 'node:tls'
import { ConnectionError, CorruptDataError, type KtError } from '../errors.ts'
import { type Address, formatAddress } from './addresses.ts'
import { closedFailure, type Phase, type Progress, silentFailure, socketFailure } from './failure.ts'
import { FrameReader } from './frame.ts'

const KEEP_ALIVE_MS = 60_000
/** It reads into chunks of its own, whatever `onread` says. */
const IS_BUN = 'bun' in process.versions

export interface GuardOptions extends Address {
  /** Absent: plain text. */
  tls?: ConnectionOptions | undefined
  maxFrameBytes?: number | undefined
}

/** Looks to kafkajs like the socket it asked for. Emits `data` (one frame, without its size), `error`, `end`, `close`. */
export class GuardedSocket extends EventEmitter {
  readonly broker: string
  /** Why it ended; undefined while it lives. */
  failure: KtError | undefined
  #socket: Socket | undefined
  #frames: FrameReader
  #phase: Phase = 'connecting'
  #isTls: boolean

  constructor(options: GuardOptions, onConnect: () => void) {
    super()
    this.broker = formatAddress(options)
    this.#isTls = options.tls !== undefined
    this.#frames = new FrameReader(this.broker, (frame) => this.emit('data', frame), options.maxFrameBytes)
    void this.#open(options, onConnect).catch((error: unknown) =>
      this.fail(socketFailure(this.broker, error, this.#progress)),
    )
  }

  /** One request, in parts. Not corked: Bun joins what is corked into one buffer, which copies every batch. */
  writeParts(parts: readonly Buffer[]): void {
    const socket = this.#socket
    if (socket === undefined || this.failure !== undefined) return
    for (const part of parts) socket.write(part)
  }

  /** Ends when nothing written waits in the process any more, or the socket has failed. */
  flushed(): Promise<void> {
    const socket = this.#socket
    if (socket === undefined || this.failure !== undefined || !socket.writableNeedDrain)
      return Promise.resolve()
    return new Promise((resolve) => {
      socket.once('drain', resolve)
      this.once('close', () => resolve())
    })
  }

  write(data: Buffer): void {
    this.writeParts([data])
  }

  end(): void {
    this.fail(new ConnectionError(`the connection to ${this.broker} was closed`))
  }

  ref(): void {
    this.#socket?.ref()
  }

  unref(): void {
    this.#socket?.unref()
  }

  /** Ends it at once, for a reason that everyone waiting is told. */
  fail(failure: KtError): void {
    if (this.failure !== undefined) return
    this.failure = failure
    this.#socket?.destroy()
    this.emit('error', failure)
    this.emit('close', failure)
  }

  failSilent(afterMs: number): void {
    this.fail(silentFailure(this.broker, this.#phase, afterMs))
  }

  get #progress(): Progress {
    return { phase: this.#phase, frames: this.#frames.frames, isTls: this.#isTls }
  }

  async #open({ host, port, tls }: GuardOptions, onConnect: () => void): Promise<void> {
    const tlsModule = tls === undefined ? undefined : await import('node:tls')
    if (this.failure !== undefined) return
    const servername = isIP(host) ? {} : { servername: host }
    const socket: Socket = tlsModule
      ? tlsModule.connect({ host, port, ...servername, ...tls })
      : connectTcp({ host, port, ...(IS_BUN ? {} : { onread: this.#intoFrames() }) })
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    socket.on('error', (error) => this.fail(socketFailure(this.broker, error, this.#progress)))
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('end', () => this.#closed())
    socket.on('close', () => this.#closed())
    socket.once('connect', () => (this.#phase = this.#isTls ? 'handshake' : 'connected'))
    socket.once(this.#isTls ? 'secureConnect' : 'connect', () => {
      this.#phase = 'connected'
      if (this.failure === undefined) onConnect()
    })
  }

  /** The kernel's bytes go straight to the frame that they belong to. */
  #intoFrames(): OnReadOpts {
    const frames = this.#frames
    return {
      buffer: () => frames.room(),
      callback: (bytes) => {
        const wrong = this.failure === undefined ? frames.filled(bytes) : undefined
        if (wrong) this.fail(wrong)
        return true
      },
    }
  }

  #receive(chunk: Buffer): void {
    if (this.failure !== undefined) return
    const wrong = this.#frames.push(chunk)
    if (wrong) this.fail(wrong)
  }

  #closed(): void {
    if (this.#frames.isInsideFrame) {
      const message = `${this.broker} closed the connection in the middle of a response`
      // Who has spoken Kafka's protocol before has died: that passes. Who never has may be something else.
      return this.fail(this.#frames.frames > 0 ? new ConnectionError(message) : new CorruptDataError(message))
    }
    this.fail(closedFailure(this.broker, this.#progress))
  }
}
