/** A value from within a JSON text, by a path such as `user.emails[0]`: as it stands there, so that no number is rounded. */
import { UsageError } from '../../core/errors.ts'
import { unescape } from '../../core/producer/json-escapes.ts'
import { JsonScanner, JsonSyntaxError } from '../../core/producer/json-scanner.ts'
import type { FieldWriter } from './fields.ts'
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET } from '../../core/records/json-bytes.ts'

/** Texts without quotes, anything else as JSON; nothing where there is no such value, or no JSON. */
export function jsonPathWriter(path: string): FieldWriter {
  const steps = parsePath(path)
  const scanner = new JsonScanner()
  return (bytes, start, end, out) => {
    if (start < 0) return
    scanner.open(bytes, start, end)
    try {
      if (
        !steps.every((step) => (typeof step === 'number' ? atIndex(scanner, step) : atField(scanner, step)))
      )
        return
      if (scanner.value() !== 'string') return out.slice(bytes, scanner.start, scanner.stop)
    } catch (error) {
      if (error instanceof JsonSyntaxError) return
      throw error
    }
    const text = Buffer.from(bytes.subarray(scanner.start, scanner.stop))
    out.slice(text, 0, scanner.hasEscapes ? unescape(text, 0, text.length, text) : text.length)
  }
}

/** `a.b[0]["c.d"]` → 'a', 'b', 0, 'c.d' */
function parsePath(path: string): (string | number)[] {
  const steps: (string | number)[] = []
  const pattern = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/gy
  let at = 0
  for (const [whole, name, index, quoted] of path.replace(/^\$\.?/, '').matchAll(pattern)) {
    at += whole.length
    steps.push(index !== undefined ? Number(index) : (name ?? (JSON.parse(`"${quoted}"`) as string)))
  }
  if (at !== path.replace(/^\$\.?/, '').length)
    throw new UsageError(`--format: "${path}" is no path such as user.emails[0]`)
  return steps
}

/** Goes before the value of a field; false where there is none. */
function atField(scanner: JsonScanner, name: string): boolean {
  if (scanner.peek() !== OPEN_BRACE) return false
  scanner.at++
  if (scanner.take(CLOSE_BRACE)) return false
  do {
    scanner.name()
    const { start, stop, hasEscapes, bytes } = scanner
    const found = hasEscapes
      ? (JSON.parse(`"${bytes.toString('utf8', start, stop)}"`) as string)
      : bytes.toString('utf8', start, stop)
    if (found === name) return scanner.peek() >= 0
    scanner.value()
  } while (scanner.take(COMMA))
  return false
}

function atIndex(scanner: JsonScanner, index: number): boolean {
  if (scanner.peek() !== OPEN_BRACKET) return false
  scanner.at++
  if (scanner.take(CLOSE_BRACKET)) return false
  for (let left = index; left > 0; left--) {
    scanner.value()
    if (!scanner.take(COMMA)) return false
  }
  return scanner.peek() >= 0
}
