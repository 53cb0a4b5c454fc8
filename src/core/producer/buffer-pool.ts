/**
 * The memory that records wait in: at most `buffer.memory` bytes, in buffers of one size that are used again. The size
 * may shrink when many partitions want a buffer at once, never grow.
 *
 * All of them, and the window that input is worked on in, are one allocation: copying within one buffer is a
 * plain move of memory for both runtimes, while copying between two costs a view object for each record.
 * Pages that are never touched cost nothing. It is a WebAssembly memory, so that kernels make records where they stand;
 * where there is none `allocUnsafeSlow` keeps it out of Node's shared 8 KiB pool.
 */
import { kernelMemory, onDemand } from '../records/kernels/kernel.ts'
import { LineKernel } from '../records/kernels/line-kernel.ts'
import { PackedBuffers } from './packed-buffers.ts'

export class BufferPool {
  bufferBytes: number
  readonly maxBytes: number
  /** The whole allocation. Its first `windowBytes` are the input window, the rest are the buffers. */
  readonly arena: Buffer
  readonly windowBytes: number
  /** Beside the limit: what is packed stays in its buffer until it is acknowledged. */
  readonly packed = new PackedBuffers()
  readonly #lineKernel: () => LineKernel | undefined
  #free: Buffer[] = []
  /** Where the arena has not been cut into buffers yet. */
  #uncutAt: number
  #usedBytes = 0
  #waiting: (() => void)[] = []

  constructor(bufferBytes: number, maxBytes: number, windowBytes = 0) {
    this.bufferBytes = bufferBytes
    // One buffer more than fits would wait for itself.
    this.maxBytes = Math.max(maxBytes, bufferBytes)
    this.windowBytes = windowBytes
    this.#uncutAt = windowBytes
    const buffers = Math.min(
      Math.floor(this.maxBytes / bufferBytes),
      Math.ceil(MAX_ARENA_BYTES / bufferBytes),
    )
    const arenaBytes = windowBytes + buffers * bufferBytes
    const memory = kernelMemory(arenaBytes)
    this.arena = memory === undefined ? Buffer.allocUnsafeSlow(arenaBytes) : Buffer.from(memory.buffer, 0, arenaBytes) // prettier-ignore
    this.#lineKernel = onDemand(() => memory && LineKernel.open(memory))
  }

  /** Makes records of lines in the window, in the buffers; undefined where the engine has none. */
  get lineKernel(): LineKernel | undefined {
    return this.#lineKernel()
  }

  get hasRoom(): boolean {
    return this.#usedBytes + this.bufferBytes <= this.maxBytes
  }

  /** A buffer of the pool's size, or of `bytes` where one record needs more. May go over the limit: ask `hasRoom`. */
  take(bytes: number): Buffer {
    const size = Math.max(bytes, this.bufferBytes)
    this.#usedBytes += size
    if (size > this.bufferBytes) return Buffer.allocUnsafeSlow(size)
    return this.#free.pop() ?? this.#cut() ?? Buffer.allocUnsafeSlow(size)
  }

  #cut(): Buffer | undefined {
    const end = this.#uncutAt + this.bufferBytes
    if (end > this.arena.length) return undefined
    const buffer = this.arena.subarray(this.#uncutAt, end)
    this.#uncutAt = end
    return buffer
  }

  give(buffer: Buffer): void {
    this.#keep(buffer)
    this.unreserve(buffer.length)
  }

  /** From now on buffers are this small, where they are not yet. */
  shrinkTo(bufferBytes: number): void {
    if (bufferBytes >= this.bufferBytes) return
    this.bufferBytes = bufferBytes
    const large = this.#free
    this.#free = []
    for (const buffer of large) this.#keep(buffer)
  }

  /** Pieces of the arena are used again, in as many parts as they give; what was made for one large record is not. */
  #keep(buffer: Buffer): void {
    const { bufferBytes } = this
    if (buffer.buffer !== this.arena.buffer && buffer.length !== bufferBytes) return
    for (let at = 0; at + bufferBytes <= buffer.length; at += bufferBytes)
      this.#free.push(
        at === 0 && buffer.length === bufferBytes ? buffer : buffer.subarray(at, at + bufferBytes),
      )
  }

  /** Counts memory that somebody else owns and the producer works with. */
  reserve(bytes: number): void {
    this.#usedBytes += bytes
  }

  unreserve(bytes: number): void {
    this.#usedBytes -= bytes
    if (!this.hasRoom) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }

  /** Resolves when buffers have come back and there may be room. */
  roomChanged(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

/** Above this much further buffers are allocated one by one: nobody fills them all. */
const MAX_ARENA_BYTES = 64 * 1024 * 1024
