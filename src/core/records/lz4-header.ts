/** The descriptor of an LZ4 frame: 4 FLG u8 | 5 BD u8 | [content size u64] | [dictionary id u32] | checksum u8. */
export const DESCRIPTOR_AT = 4

/** Where the checksum of the descriptor stands. */
export function descriptorEnd(flags: number): number {
  return DESCRIPTOR_AT + 2 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4)
}

/** What it has to be, in a frame that holds a whole descriptor. */
export function descriptorChecksum(frame: Uint8Array): number {
  const end = descriptorEnd(frame[DESCRIPTOR_AT]!)
  return (xxh32OfFew(frame.subarray(DESCRIPTOR_AT, end)) >>> 8) & 0xff
}

/**
 * A copy of the frame with a right header checksum; what is no whole header is given back as it is. Producers of the
 * message format v0 computed it over the wrong bytes (KAFKA-3160): Kafka does not check it there, our library does.
 */
export function mendLz4Header(frame: Uint8Array): Uint8Array {
  const end = descriptorEnd(frame[DESCRIPTOR_AT] ?? 0)
  if (end >= frame.length) return frame
  const mended = Uint8Array.from(frame)
  mended[end] = descriptorChecksum(frame)
  return mended
}

const PRIME_1 = 0x9e3779b1
const PRIME_2 = 0x85ebca77
const PRIME_3 = 0xc2b2ae3d
const PRIME_4 = 0x27d4eb2f
const PRIME_5 = 0x165667b1

/** xxHash32 with seed 0 of fewer than 16 bytes, as every LZ4 frame descriptor is. */
function xxh32OfFew(bytes: Uint8Array): number {
  let hash = (PRIME_5 + bytes.length) | 0
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hash = Math.imul(rotate((hash + Math.imul(word, PRIME_3)) | 0, 17), PRIME_4)
  }
  for (; at < bytes.length; at++)
    hash = Math.imul(rotate((hash + Math.imul(bytes[at]!, PRIME_5)) | 0, 11), PRIME_1)
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2)
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
