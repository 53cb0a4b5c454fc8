/** JSON with its numbers as they are written. The only importer of lossless-json, whose complaints have a position on every runtime. */
import { parse } from 'lossless-json'

/** `numberOf` makes a value of the text of each number. Throws SyntaxError. */
export function parseJson(text: string, numberOf: (written: string) => unknown): unknown {
  return parse(text, undefined, { parseNumber: numberOf })
}

/** As `JSON.parse`, but whole numbers that a double cannot hold are bigints, as far as 64 bits hold them. */
export function parseExactly(text: string): unknown {
  if (MAY_BE_ROUNDED.test(text)) {
    try {
      return parseJson(text, exactNumber)
    } catch {
      // It is stricter with names that stand there twice.
    }
  }
  return JSON.parse(text) as unknown
}

/** The first number that may be rounded, 2^53 + 1, has 16 digits. */
const MAY_BE_ROUNDED = /\d{16}/
const WHOLE = /^-?\d+$/

function exactNumber(written: string): number | bigint {
  const number = Number(written)
  if (Number.isSafeInteger(number) || !WHOLE.test(written)) return number
  const whole = BigInt(written)
  return BigInt.asIntN(64, whole) === whole ? whole : number
}
