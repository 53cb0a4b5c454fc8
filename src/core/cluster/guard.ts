/** Our own socket: opened, framed and watched here, so that kafkajs only ever sees whole frames of a checked size. */
import { EventEmitter } from 'node:events'
import { type OnReadOpts } from 'node:net'
import { type ConnectionOptions } from 'node:tls'
import { ConnectionError, CorruptDataError, type KtError } from '../errors.ts'
import { type Address, formatAddress } from './addresses.ts'
import { hasBunSockets, openBunWire } from './bun-wire.ts'
import { closedFailure, type Phase, type Progress, silentFailure, socketFailure } from './failure.ts'
import { FrameReader } from './frame.ts'
import { type Wire, type WireEvents } from './wire.ts'

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
  #wire: Wire | undefined
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
    const wire = this.#wire
    if (wire === undefined || this.failure !== undefined) return
    for (const part of parts) wire.write(part)
  }

  /** Ends when nothing written waits in the process any more, or the socket has failed. */
  flushed(): Promise<void> {
    const wire = this.#wire
    if (wire === undefined || this.failure !== undefined || !wire.needsDrain) return Promise.resolve()
    return new Promise((resolve) => {
      wire.onceDrained(resolve)
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
    this.#wire?.ref()
  }

  unref(): void {
    this.#wire?.unref()
  }

  /** Ends it at once, for a reason that everyone waiting is told. */
  fail(failure: KtError): void {
    if (this.failure !== undefined) return
    this.failure = failure
    this.#wire?.destroy()
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
    const events: WireEvents = {
      onConnect: () => (this.#phase = this.#isTls ? 'handshake' : 'connected'),
      onReady: () => {
        this.#phase = 'connected'
        if (this.failure === undefined) onConnect()
      },
      onData: (chunk) => this.#receive(chunk),
      onError: (rawError) => this.fail(socketFailure(this.broker, rawError, this.#progress)),
      onClose: () => this.#closed(),
    }
    if (tls === undefined && hasBunSockets()) {
      this.#wire = openBunWire({ host, port }, events)
      return
    }
    const { openNodeWire } = await import('./node-wire.ts')
    if (this.failure !== undefined) return
    const onread = tls === undefined ? this.#intoFrames() : undefined
    const wire = await openNodeWire({ host, port, tls, onread }, events)
    this.#wire = wire
    // Given up while TLS was being loaded.
    if (this.failure !== undefined) wire.destroy()
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
