/** Memory outside the collector's own heap, given back at once. */

type Transfer = (this: ArrayBuffer, length: number) => ArrayBuffer

/**
 * Frees `bytes` now instead of at some later collection: the collectors hardly count what stands outside their
 * heaps, so large buffers that are soon done with would pile up. Only whole allocations are freed, not slices, and
 * only where the runtime can (`ArrayBuffer.prototype.transfer`). Nobody may look at them any more.
 */
export function release(bytes: Uint8Array): void {
  const buffer = bytes.buffer as ArrayBuffer
  if (bytes.byteLength !== buffer.byteLength || bytes.byteLength < LEAST_BYTES) return
  transfer ??= findTransfer()
  transfer?.call(buffer, 0)
}

/** Less than this is not worth the call. */
const LEAST_BYTES = 1024

let transfer: Transfer | undefined

function findTransfer(): Transfer | undefined {
  const { transfer: own } = ArrayBuffer.prototype as { transfer?: Transfer }
  return own ?? transferOfNode20()
}

/** Node 20 has it behind a flag, which counts for contexts made after it was set; it serves buffers of all of them. */
function transferOfNode20(): Transfer | undefined {
  const v8 = builtin('node:v8')
  const vm = builtin('node:vm')
  if (v8 === undefined || vm === undefined) return undefined
  // Set back at once: cached code is taken only by who has the same flags.
  v8.setFlagsFromString('--harmony-rab-gsab-transfer')
  const found = vm.runInNewContext('ArrayBuffer.prototype.transfer') as Transfer | undefined
  v8.setFlagsFromString('--no-harmony-rab-gsab-transfer')
  return found
}

/** Not imported: only one runtime ever wants them. Undefined before Node 20.16. */
function builtin<Name extends 'node:v8' | 'node:vm'>(name: Name) {
  const { getBuiltinModule } = process as Partial<typeof process>
  return getBuiltinModule?.(name)
}
