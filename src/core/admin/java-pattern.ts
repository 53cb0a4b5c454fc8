/** Java's regular expressions (java.util.regex.Pattern) as JavaScript's, for names of topics and groups. */
import { UsageError } from '../errors.ts'

/**
 * Matches whole texts. What both languages write alike is taken over, what only Java has is translated or,
 * where JavaScript has nothing like it, refused: a pattern that means something else could delete the wrong topic.
 */
export function javaPattern(source: string): RegExp {
  const { body, isCaseless } = withoutFlags(source)
  try {
    return new RegExp(`^(?:${translate(body, source)})$`, isCaseless ? 'ui' : 'u')
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw invalid(source, (error as Error).message.replace(/^Invalid regular expression: .*: /, ''), error)
  }
}

function withoutFlags(source: string): { body: string; isCaseless: boolean } {
  return source.startsWith('(?i)')
    ? { body: source.slice(4), isCaseless: true }
    : { body: source, isCaseless: false }
}

function translate(body: string, source: string): string {
  let out = ''
  let isInClass = false
  for (let at = 0; at < body.length; at++) {
    const char = body[at]!
    if (char === '\\') {
      const escape = translateEscape(body, at, source)
      out += escape.text
      at = escape.end
    } else if (isInClass) {
      if (char === '[' || body.startsWith('&&', at))
        throw invalid(source, 'a class within a class is not understood here')
      if (char === ']') isInClass = false
      out += char
    } else if (char === '[') {
      isInClass = true
      const isNegated = body[at + 1] === '^'
      out += isNegated ? '[^' : '['
      if (isNegated) at++
      // Java takes a bracket right after the opening one as itself.
      if (body[at + 1] === ']') {
        out += '\\]'
        at++
      }
    } else if (char === '+' && /[*+?}]/.test(body[at - 1] ?? '') && body[at - 2] !== '\\') {
      throw invalid(source, 'possessive quantifiers are not understood here')
    } else if (char === ']') out += '\\]'
    else out += char
  }
  return out
}

function translateEscape(body: string, at: number, source: string): { text: string; end: number } {
  const next = body[at + 1]
  if (next === undefined) throw invalid(source, 'it ends in a backslash')
  if (next === 'Q') {
    const end = body.indexOf('\\E', at + 2)
    const quoted = body.slice(at + 2, end < 0 ? undefined : end)
    return { text: quoted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), end: end < 0 ? body.length : end + 1 }
  }
  if (next === 'A') return { text: '^', end: at + 1 }
  if (next === 'z' || next === 'Z') return { text: '$', end: at + 1 }
  if (/[a-zA-Z0-9]/.test(next)) return { text: `\\${next}`, end: at + 1 }
  // Java lets any other character be escaped; the `u` flag only those that mean something.
  return { text: /[\\^$.*+?()[\]{}|/]/.test(next) ? `\\${next}` : next === '-' ? '\\x2d' : next, end: at + 1 }
}

function invalid(source: string, why: string, cause?: unknown): UsageError {
  return new UsageError(`"${source}" is not a regular expression: ${why}`, { cause })
}
