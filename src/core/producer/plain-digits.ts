/** Whole numbers as almost all are written: digits, no sign, and few enough of them to be exact. */
const ZERO = 0x30
const NINE = 0x39
/** More digits may be no safe integer. */
const MAX_DIGITS = 15

/** Behind such a number; -1 where there is none, or one that must be looked at more closely. */
export function passDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++
  const digits = at - from
  return digits === 0 || digits > MAX_DIGITS || (digits > 1 && bytes[from] === ZERO) ? -1 : at
}

export function numberIn(bytes: Uint8Array, start: number, end: number): number {
  let number = 0
  for (let at = start; at < end; at++) number = number * 10 + bytes[at]! - ZERO
  return number
}
