/** Memory outside the collector's own heap, given back at once. */

type Transferable = ArrayBuffer & { transfer?: (length: number) => ArrayBuffer }

/**
 * Frees `bytes` now instead of at some later collection: the collectors hardly count what stands outside their
 * heaps, so large buffers that are soon done with would pile up. Only whole allocations are freed, not slices, and
 * only where the runtime can (`ArrayBuffer.prototype.transfer`: Bun, Node 22). Nobody may look at them any more.
 */
export function release(bytes: Uint8Array): void {
  const buffer = bytes.buffer as Transferable
  if (bytes.byteLength !== buffer.byteLength || bytes.byteLength < LEAST_BYTES) return
  buffer.transfer?.(0)
}

/** Less than this is not worth the call. */
const LEAST_BYTES = 1024
