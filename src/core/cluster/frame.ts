/** Bytes from a socket → whole frames (size int32, then that many bytes), each size checked before it is believed. */
import { CorruptDataError, type KtError } from '../errors.ts'
import { foreignProtocol } from './failure.ts'
import { release } from '../release.ts'
import { takeFrame } from './frame-pool.ts'

/** As Java's socket.request.max.bytes: no broker sends more unless it is asked to. */
export const MAX_FRAME_BYTES = 100 * 1024 * 1024

const SIZE_BYTES = 4
/** A frame holds at least its correlation id. */
const MIN_FRAME_BYTES = 4
/** As much as is read at once where no frame has begun: more of a large one would have to be copied. */
const BETWEEN_BYTES = 16 * 1024

export class FrameReader {
  readonly #broker: string
  readonly #maxBytes: number
  readonly #onFrame: (frame: Buffer) => void
  /** The frame being filled; undefined between frames. */
  #frame: Buffer | undefined
  #filled = 0
  /** Fewer than four bytes of a size. */
  #start: Buffer = Buffer.alloc(0)
  #frames = 0
  /** Whether a frame that was handed on is a part of the chunk in hand. */
  #isShared = false
  #between: Buffer | undefined

  constructor(broker: string, onFrame: (frame: Buffer) => void, maxBytes = MAX_FRAME_BYTES) {
    this.#broker = broker
    this.#onFrame = onFrame
    this.#maxBytes = maxBytes
  }

  get frames(): number {
    return this.#frames
  }

  get isInsideFrame(): boolean {
    return this.#frame !== undefined || this.#start.length > 0
  }

  /** Where the next bytes may be put: what is left of a frame, or a space that is used again. */
  room(): Buffer {
    return this.#frame?.subarray(this.#filled) ?? (this.#between ??= Buffer.allocUnsafeSlow(BETWEEN_BYTES))
  }

  /** `bytes` have been put where `room` said; otherwise as `push`. */
  filled(bytes: number): KtError | undefined {
    if (this.#frame === undefined) return this.push(Buffer.from(this.#between!.subarray(0, bytes)))
    this.#filled += bytes
    if (this.#filled === this.#frame!.length) this.#complete()
    return undefined
  }

  /** Hands on every frame that `chunk` completes, without its size. Returns what is wrong, once. */
  push(chunk: Buffer): KtError | undefined {
    let rest = chunk
    this.#isShared = false
    while (rest.length > 0) {
      if (this.#frame !== undefined) {
        rest = this.#fill(this.#frame, rest)
        continue
      }
      if (this.#start.length > 0) {
        rest = Buffer.concat([this.#start, rest])
        this.#start = rest.subarray(0, 0)
      }
      if (rest.length < SIZE_BYTES) {
        this.#start = Buffer.from(rest)
        return undefined
      }
      const size = rest.readInt32BE(0)
      if (size < MIN_FRAME_BYTES || size > this.#maxBytes) return this.#refuse(size, rest)
      rest = this.#begin(size, rest.subarray(SIZE_BYTES))
    }
    if (!this.#isShared) release(chunk)
    return undefined
  }

  #begin(size: number, rest: Buffer): Buffer {
    // A frame that came whole is not copied: nothing but it is kept alive by the chunk, give or take a neighbour.
    if (rest.length >= size) {
      this.#isShared = true
      this.#deliver(rest.subarray(0, size))
      return rest.subarray(size)
    }
    this.#frame = takeFrame(size)
    this.#filled = 0
    return this.#fill(this.#frame, rest)
  }

  #fill(frame: Buffer, rest: Buffer): Buffer {
    const taken = Math.min(frame.length - this.#filled, rest.length)
    rest.copy(frame, this.#filled, 0, taken)
    this.#filled += taken
    if (this.#filled === frame.length) this.#complete()
    return rest.subarray(taken)
  }

  #complete(): void {
    const frame = this.#frame!
    this.#frame = undefined
    this.#deliver(frame)
  }

  #deliver(frame: Buffer): void {
    this.#frames++
    this.#onFrame(frame)
  }

  #refuse(size: number, bytes: Buffer): KtError {
    const foreign = this.#frames === 0 ? foreignProtocol(this.#broker, bytes) : undefined
    if (foreign) return foreign
    const why =
      size > this.#maxBytes ? `more than the ${this.#maxBytes} allowed` : 'which no Kafka response can have'
    return new CorruptDataError(`${this.#broker} sent a response of ${size} bytes, ${why}`, {
      hint: 'check that this port belongs to a Kafka broker',
    })
  }
}
