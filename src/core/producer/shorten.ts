const SHOWN_BYTES = 60
const SHOWN_BEFORE = 30

/** As much of a record as an error shows: its beginning, or what stands around `at`. */
export function shorten(bytes: Buffer, at = 0): string {
  const from = at < SHOWN_BYTES ? 0 : at - SHOWN_BEFORE
  const text = bytes.subarray(from, from + SHOWN_BYTES).toString()
  return `${from > 0 ? '…' : ''}${visible(text)}${from + SHOWN_BYTES < bytes.length ? '…' : ''}`
}

/** Input in a message must not speak to the terminal: control characters become JSON's escapes. */
export function visible(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
