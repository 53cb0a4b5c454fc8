/**
 * The memory that records wait in: at most `buffer.memory` bytes, in buffers of one size that are used again.
 * `allocUnsafeSlow` keeps them out of Node's shared 8 KiB pool.
 */
export class BufferPool {
  readonly bufferBytes: number
  readonly maxBytes: number
  #free: Buffer[] = []
  #usedBytes = 0
  #waiting: (() => void)[] = []

  constructor(bufferBytes: number, maxBytes: number) {
    this.bufferBytes = bufferBytes
    // One buffer more than fits would wait for itself.
    this.maxBytes = Math.max(maxBytes, bufferBytes)
  }

  get hasRoom(): boolean {
    return this.#usedBytes + this.bufferBytes <= this.maxBytes
  }

  /** A buffer of the pool's size, or of `bytes` where one record needs more. May go over the limit: ask `hasRoom`. */
  take(bytes: number): Buffer {
    const size = Math.max(bytes, this.bufferBytes)
    this.#usedBytes += size
    const used = size === this.bufferBytes ? this.#free.pop() : undefined
    return used ?? Buffer.allocUnsafeSlow(size)
  }

  give(buffer: Buffer): void {
    this.#usedBytes -= buffer.length
    if (buffer.length === this.bufferBytes) this.#free.push(buffer)
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
