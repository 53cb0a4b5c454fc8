/** `--pretty`: a line about the record, then its value, indented and coloured where it is JSON. Every number stands as it stood. */
import { JsonScanner, JsonSyntaxError } from '../../core/producer/json-scanner.ts'
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET } from '../../core/records/json-bytes.ts'
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import type { Colors } from '../colors.ts'
import type { Deserializer } from './deserializers.ts'
import type { Formatter } from './formatter.ts'
import { timeFormat } from './times.ts'

const OPENERS = new Map([
  [OPEN_BRACE, CLOSE_BRACE],
  [OPEN_BRACKET, CLOSE_BRACKET],
])
const INDENT = '  '

export function prettyFormatter(colors: Colors, key: Deserializer, value: Deserializer): Formatter {
  const time = timeFormat('local')
  return {
    write(cursor, topic, partition, out) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
      const place = colors.dim(`${time(cursor.timestamp)}  ${topic}-${partition} @${cursor.offset}`)
      const name = keyStart < 0 ? '' : `  ${colors.cyan(key(bytes, keyStart, keyEnd))}`
      out.text(`${place}${name}${headers(cursor)}\n`)
      if (valueStart < 0) return out.text(`${colors.dim('null')}\n`)
      const text = prettyJson(bytes, valueStart, valueEnd, colors) ?? value(bytes, valueStart, valueEnd)
      out.text(`${text}\n`)
    },
  }

  function headers(cursor: RecordCursor): string {
    const found: string[] = []
    cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
      const { bytes } = cursor
      const shown = valueStart < 0 ? 'null' : value(bytes, valueStart, valueEnd)
      found.push(`${key(bytes, keyStart, keyEnd)}=${shown}`)
    })
    return found.length === 0 ? '' : `  ${colors.dim(found.join(', '))}`
  }
}

/** Undefined when it is no JSON object or array. */
function prettyJson(bytes: Uint8Array, start: number, end: number, colors: Colors): string | undefined {
  const scanner = new JsonScanner()
  scanner.open(bytes, start, end)
  try {
    if (!OPENERS.has(scanner.peek())) return undefined
    const opened = scanner.at
    scanner.value()
    if (scanner.peek() >= 0) return undefined
    scanner.at = opened
    return render(scanner, '', colors)
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined
    throw error
  }
}

/** The scanner has found the value well, no deeper than it may be nested. */
function render(scanner: JsonScanner, indent: string, colors: Colors): string {
  const opener = scanner.peek()
  const closer = OPENERS.get(opener)
  if (closer === undefined) return scalar(scanner, colors)
  scanner.at++
  const open = String.fromCharCode(opener)
  const close = String.fromCharCode(closer)
  if (scanner.take(closer)) return `${open}${close}`
  const inner = indent + INDENT
  const parts: string[] = []
  do {
    let name = ''
    if (open === '{') {
      scanner.name()
      name = `${colors.blue(`"${scanner.bytes.toString('utf8', scanner.start, scanner.stop)}"`)}: `
    }
    parts.push(`${inner}${name}${render(scanner, inner, colors)}`)
  } while (scanner.take(COMMA))
  scanner.expect(closer)
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}

function scalar(scanner: JsonScanner, colors: Colors): string {
  const kind = scanner.value()
  const text = scanner.bytes.toString('utf8', scanner.start, scanner.stop)
  if (kind === 'string') return colors.green(`"${text}"`)
  if (kind === 'number') return colors.yellow(text)
  return colors.magenta(text)
}
