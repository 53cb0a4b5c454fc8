/** Escapes in words of the command line: \n \r \t \0 \\ \xNN, and \NNN (octal, at most three digits) as kcat reads them. */
import { UsageError } from '../core/errors.ts'

const LETTERS: Readonly<Record<string, number>> = {
  n: 10,
  r: 13,
  t: 9,
  '\\': 92,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
}

/** Text with escapes → bytes. Throws UsageError, naming the option, on an escape there is none of. */
export function unescapeBytes(raw: string, name: string): Buffer {
  const parts: Buffer[] = []
  const pattern = /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([^]?))|[^\\]+/g
  for (const [whole, hex, octal, letter] of raw.matchAll(pattern)) {
    if (hex !== undefined) parts.push(Buffer.of(parseInt(hex, 16)))
    else if (octal !== undefined) parts.push(Buffer.of(parseInt(octal, 8) & 255))
    else if (letter === undefined) parts.push(Buffer.from(whole))
    else {
      const byte = LETTERS[letter]
      if (byte === undefined) throw new UsageError(`--${name}: there is no escape "${whole}"`, { hint: 'there are \\n \\r \\t \\0 \\\\ and \\xNN' }) // prettier-ignore
      parts.push(Buffer.of(byte))
    }
  }
  return Buffer.concat(parts)
}
