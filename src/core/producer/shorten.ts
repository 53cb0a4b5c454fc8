const SHOWN_BYTES = 60
const SHOWN_BEFORE = 30

/** As much of a record as an error shows: its beginning, or what stands around `at`. */
export function shorten(bytes: Buffer, at = 0): string {
  const from = at < SHOWN_BYTES ? 0 : at - SHOWN_BEFORE
  const text = bytes.subarray(from, from + SHOWN_BYTES).toString()
  return `${from > 0 ? '…' : ''}${text}${from + SHOWN_BYTES < bytes.length ? '…' : ''}`
}
