/** What the framings of the codecs have in common. */
import { CorruptDataError } from '../errors.ts'
import { release } from '../release.ts'

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** Before anything is unpacked: `bound` is the most that it can unpack to. Throws CorruptDataError. */
export function checkBound(bound: number, maxBytes: number): void {
  if (bound <= maxBytes) return
  throw new CorruptDataError(`it may unpack to ${bound} bytes, more than the ${maxBytes} allowed`)
}

/** Parts that follow each other, and that nobody looks at any more, as one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = Buffer.concat(parts)
  for (const part of parts) release(part)
  return whole
}
