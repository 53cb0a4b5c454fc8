/** Four bytes of a JSON string at a time: most need no escape, and none has to be looked at alone. */

/** Four ASCII bytes, none of them a control character, a quote or a backslash. */
export function isPlainWord(word: number): boolean {
  const quotes = word ^ 0x22222222
  const backslashes = word ^ 0x5c5c5c5c
  const found = (word - 0x20202020) | word | (quotes - 0x01010101) | (backslashes - 0x01010101)
  return (found & 0x80808080) === 0
}

/**
 * What ends a run of bytes that stand for themselves in a JSON string, control characters, quotes and backslashes: not 0
 * where there is one, and then `firstOf` says where. Other than `isPlainWord` it takes what is not ASCII.
 */
export function specialsOf(word: number): number {
  const quotes = word ^ 0x22222222
  const backslashes = word ^ 0x5c5c5c5c
  // A borrow may mark bytes behind a special one, never before it.
  const marks = (word - 0x20202020) | (quotes - 0x01010101) | (backslashes - 0x01010101)
  return marks & ~word & 0x80808080
}

/** The byte, from 0 to 3, that the lowest mark of `specialsOf` stands for. */
export function firstOf(specials: number): number {
  return (31 - Math.clz32(specials & -specials)) >> 3
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
