declare module '*.bash' {
  const text: string
  export default text
}

declare module '*.zsh' {
  const text: string
  export default text
}

declare module '*.fish' {
  const text: string
  export default text
}

declare module '*.xml' {
  const text: string
  export default text
}

/** Set by scripts/build.mjs; absent when the source runs unbundled. */
declare const KT_VERSION: string | undefined

/** What the launcher's caches are named by; set by scripts/build.mjs. */
declare const KT_BUNDLE_HASH: string

/** uPlot's script and style for the pages of `kt perf`, as text; set by scripts/build.mjs and vitest.config.ts. */
declare const KT_UPLOT_SCRIPT: string
declare const KT_UPLOT_STYLE: string

/** As much of it as is used: Node's types know the name only. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number })
    readonly buffer: ArrayBuffer
  }
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>)
    readonly exports: unknown
  }
}
