/**
 * The loops that most records go through, as WebAssembly with SIMD: a tenth of the time of the same in JavaScript. All of them can
 * be done without: where an engine has no WebAssembly, or a record is not of the usual kind, the JavaScript beside it does the work.
 */

/** `open` when it is first asked for, and what that gave from then on: nothing too, where there is nothing. */
export function onDemand<T>(open: () => T): () => T {
  let opened: { it: T } | undefined
  return () => (opened ??= { it: open() }).it
}

/** What WebAssembly calls a page of memory. */
const PAGE_BYTES = 64 * 1024

/** Memory that kernels work on, or undefined where there is none to be had (no WebAssembly, a limit on address space). */
export function kernelMemory(bytes: number): WebAssembly.Memory | undefined {
  const pages = Math.ceil(bytes / PAGE_BYTES)
  try {
    // It never grows: views of it stay valid.
    return new WebAssembly.Memory({ initial: pages, maximum: pages })
  } catch {
    return undefined
  }
}

/** The kernel compiled to `base64` on `memory`; undefined where the engine does not take it. */
export function openKernel<Exports>(base64: string, memory: WebAssembly.Memory): Exports | undefined {
  try {
    const compiled = new WebAssembly.Module(Buffer.from(base64, 'base64'))
    return new WebAssembly.Instance(compiled, { env: { memory } }).exports as Exports
  } catch {
    return undefined
  }
}
