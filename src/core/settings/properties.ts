import { parse } from 'dot-properties'

/** A logical line whose first word is the end of the line: nothing has begun yet, so Java looks for a comment or a key again. */
const EMPTY_START = /(^|(?<!\\)(?:\\\\)*\n)[ \t\f]*\\\n/g

/**
 * The text of a Java .properties file → name → value, as java.util.Properties.load reads it (the last of a repeated name wins).
 */
export function parseProperties(text: string): Record<string, string> {
  // The parser knows a lone carriage return as the end of a line, but not after a backslash; Java takes all three ends alike.
  let lines = text.replace(/\r\n?/g, '\n')
  for (let before = ''; before !== lines;) {
    before = lines
    lines = lines.replace(EMPTY_START, '$1')
  }
  return parse(lines) as Record<string, string>
}
