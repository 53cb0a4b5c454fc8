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
