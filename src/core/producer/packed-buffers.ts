/** Memory that batches are packed into, used again: fresh pages for each would cost as much as copying them does. */
export class PackedBuffers {
  readonly #free: Buffer[] = []
  #freeBytes = 0

  /** Of at least `bytes`. */
  take(bytes: number): Buffer {
    const index = this.#free.findLastIndex((buffer) => buffer.length >= bytes)
    if (index < 0) return Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP_BYTES) * STEP_BYTES)
    const [buffer] = this.#free.splice(index, 1)
    this.#freeBytes -= buffer!.length
    return buffer!
  }

  give(buffer: Buffer): void {
    if (this.#freeBytes + buffer.length > MAX_FREE_BYTES) return
    this.#free.push(buffer)
    this.#freeBytes += buffer.length
  }
}

/** Sizes are multiples of it, so that the next batch, which packs a little worse, fits as well. */
const STEP_BYTES = 64 * 1024
/** As much as is on its way at once, usually; what is above goes back to the collector. */
const MAX_FREE_BYTES = 8 * 1024 * 1024
