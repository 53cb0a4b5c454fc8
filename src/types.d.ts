declare module '*.xml' {
  const text: string
  export default text
}

/** Set by scripts/build.mjs; absent when the source runs unbundled. */
declare const KT_VERSION: string | undefined
