/**
 * Large frames are used again: a consumer gets one of megabytes a thousand times a second, and a fresh
 * allocation for each costs page faults and garbage. Whoever is done with a frame may give it back; nobody has to.
 */
import { release } from '../release.ts'

const LEAST_BYTES = 64 * 1024
const KEPT_FRAMES = 4
/** Large ones are multiples of it, so that the next answer, a little larger, fits as well. */
const STEP_BYTES = 1024 * 1024
/** A frame this much larger than asked for would hold memory for nothing. */
const MAX_WASTE = 4

const issued = new WeakSet<ArrayBufferLike>()
const free: Buffer[] = []

/** A buffer of exactly `size` bytes, perhaps a part of a larger one that was given back. */
export function takeFrame(size: number): Buffer {
  const at = free.findIndex(
    (buffer) => buffer.length >= size && buffer.length <= Math.max(size, LEAST_BYTES) * MAX_WASTE,
  )
  const used = at < 0 ? undefined : free.splice(at, 1)[0]
  const buffer =
    used ?? Buffer.allocUnsafeSlow(size < STEP_BYTES ? size : Math.ceil(size / STEP_BYTES) * STEP_BYTES)
  if (buffer.length >= LEAST_BYTES) issued.add(buffer.buffer)
  return buffer.length === size ? buffer : buffer.subarray(0, size)
}

/** Gives back the memory that `slice` is part of: no slice of it may be looked at any more. Others' memory is left alone. */
export function giveFrame(slice: Buffer): void {
  if (!issued.delete(slice.buffer)) return
  if (free.length >= KEPT_FRAMES) release(free.shift()!)
  free.push(Buffer.from(slice.buffer))
}
