/** Base64 (RFC 4648, section 4) over bytes, without a text in between. */
const PADDING = 0x3d
const DIGITS = digits()

/**
 * Decodes bytes[start, end) to `target` from `to` on, which may be where they stand; where that ends, or -1 where they
 * are no base64 with its padding.
 */
export function decodeBase64(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  to: number,
): number {
  const length = end - start
  if (length === 0) return to
  if ((length & 3) !== 0) return -1
  const padding = bytes[end - 1] !== PADDING ? 0 : bytes[end - 2] !== PADDING ? 1 : 2
  const wholeEnd = padding === 0 ? end : end - 4
  let at = start
  let seen = 0
  while (at < wholeEnd) {
    const group =
      (DIGITS[bytes[at]!]! << 18) | (DIGITS[bytes[at + 1]!]! << 12) | (DIGITS[bytes[at + 2]!]! << 6) | DIGITS[bytes[at + 3]!]! // prettier-ignore
    seen |= group
    at += 4
    target[to++] = group >> 16
    target[to++] = group >> 8
    target[to++] = group
  }
  if (padding > 0) {
    const third = padding === 2 ? 0 : DIGITS[bytes[at + 2]!]!
    const group = (DIGITS[bytes[at]!]! << 18) | (DIGITS[bytes[at + 1]!]! << 12) | (third << 6)
    seen |= group
    target[to++] = group >> 16
    if (padding === 1) target[to++] = group >> 8
  }
  return seen < 0 ? -1 : to
}

/** What is no digit is negative, and stays so in whatever it becomes a part of. */
function digits(): Int32Array {
  const table = new Int32Array(256).fill(-1)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let index = 0; index < alphabet.length; index++) table[alphabet.charCodeAt(index)] = index
  return table
}
