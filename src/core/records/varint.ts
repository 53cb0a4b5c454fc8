/** Zigzag varints as Kafka's records use them (org.apache.kafka.common.utils.ByteUtils). */

/** Bytes that `value`, an i32, takes. */
export function sizeOfVarint(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  if (zigzag < 0x80) return 1
  if (zigzag < 0x4000) return 2
  if (zigzag < 0x200000) return 3
  return zigzag < 0x10000000 ? 4 : 5
}

/** Writes an i32 at `at`; returns the position behind it. */
export function writeVarint(buffer: Uint8Array, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  while (rest >= 0x80) {
    buffer[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  buffer[at++] = rest
  return at
}

/** Bytes that `value`, a whole number within ±2^53, takes as a varlong. */
export function sizeOfVarlong(value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return sizeOfVarint(value)
  let rest = Math.floor(magnitude(value) / 0x40)
  let size = 2
  while (rest >= 0x80) {
    rest = Math.floor(rest / 0x80)
    size++
  }
  return size
}

/** Writes a whole number within ±2^53 as a varlong; returns the position behind it. */
export function writeVarlong(buffer: Uint8Array, at: number, value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return writeVarint(buffer, at, value)
  // The sign goes into the first byte by itself: twice the value would not be exact.
  const whole = magnitude(value)
  buffer[at++] = (whole % 0x40) * 2 + (value < 0 ? 1 : 0) + 0x80
  let rest = Math.floor(whole / 0x40)
  while (rest >= 0x80) {
    buffer[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  buffer[at++] = rest
  return at
}

/** What zigzag keeps beside the sign. */
function magnitude(value: number): number {
  return value < 0 ? -(value + 1) : value
}
