import { parse } from 'dot-properties'

/** The text of a Java .properties file → name → value, as java.util.Properties.load reads it (the last of a repeated name wins). */
export function parseProperties(text: string): Record<string, string> {
  return parse(text) as Record<string, string>
}
