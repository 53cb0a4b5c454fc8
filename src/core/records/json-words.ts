/** Four bytes of a JSON string at a time: most need no escape, and none has to be looked at alone. */

/** Four ASCII bytes, none of them a control character, a quote or a backslash. */
export function isPlainWord(word: number): boolean {
  const quotes = word ^ 0x22222222
  const backslashes = word ^ 0x5c5c5c5c
  const found = (word - 0x20202020) | word | (quotes - 0x01010101) | (backslashes - 0x01010101)
  return (found & 0x80808080) === 0
}

let lastBytes: Uint8Array | undefined
let lastView: DataView = new DataView(new ArrayBuffer(0))

/** A view of the same bytes; the same one while they are the same. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes === lastBytes) return lastView
  lastBytes = bytes
  lastView = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return lastView
}
