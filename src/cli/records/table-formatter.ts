/** Records as rows that fit the terminal: long keys and values are cut, and say so by an ellipsis. */
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import type { Colors } from '../colors.ts'
import { cutText, widthOf } from '../output/text-width.ts'
import type { Deserializer } from './deserializers.ts'
import type { Formatter } from './formatter.ts'
import { timeFormat } from './times.ts'

export interface TableOptions {
  columns: number
  hasTopic: boolean
  colors: Colors
  key: Deserializer
  value: Deserializer
}

const GAP = '  '
const TIME_WIDTH = '2026-11-20 11:00:00.000'.length
const MIN_TOPIC = 12
const MIN_KEY = 8
const MAX_KEY = 28
const MIN_VALUE = 10

export function tableFormatter({ columns, hasTopic, colors, key, value }: TableOptions): Formatter {
  const time = timeFormat('local')
  let widths: number[] | undefined
  return {
    write(cursor, topic, partition, out) {
      const cells = [
        ...(hasTopic ? [topic] : []),
        String(partition),
        String(cursor.offset),
        time(cursor.timestamp),
      ]
      const rest = [
        shown(cursor.bytes, cursor.keyStart, cursor.keyEnd, key),
        shown(cursor.bytes, cursor.valueStart, cursor.valueEnd, value) + headersText(cursor, value),
      ]
      if (widths === undefined) {
        widths = fitted(columns, hasTopic, cells)
        const titles = [...(hasTopic ? ['TOPIC'] : []), 'PART', 'OFFSET', 'TIME', 'KEY', 'VALUE']
        out.text(`${colors.bold(line(titles, widths))}\n`)
      }
      const keyAt = cells.length
      const padded = [...cells, ...rest].map((text, index) => cut(text, widths![index]!, index >= keyAt))
      const paint = (text: string, index: number) =>
        index < keyAt ? colors.dim(text) : index === keyAt ? colors.cyan(text) : text
      out.text(`${padded.map(paint).join(GAP).trimEnd()}\n`)
    },
  }
}

/** The offset may grow by a digit or two before it shifts what stands behind it. */
function fitted(columns: number, hasTopic: boolean, cells: readonly string[]): number[] {
  const offset = cells[cells.length - 2]!
  const fixed = [
    ...(hasTopic ? [Math.max(MIN_TOPIC, cells[0]!.length)] : []),
    4,
    Math.max(8, offset.length + 1),
    TIME_WIDTH,
  ]
  const left = columns - fixed.reduce((sum, width) => sum + width + GAP.length, 0)
  const key = Math.min(MAX_KEY, Math.max(MIN_KEY, Math.floor(left / 4)))
  return [...fixed, key, Math.max(MIN_VALUE, left - key - GAP.length)]
}

function line(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => cell.padEnd(widths[index]!))
    .join(GAP)
    .trimEnd()
}

/** What would move the cursor or stand for something else is shown as a dot. */
function shown(bytes: Uint8Array, start: number, end: number, text: Deserializer): string {
  return start < 0 ? '-' : text(bytes, start, end).replace(/[\x00-\x1f\x7f-\x9f]/g, '·')
}

function headersText(cursor: RecordCursor, text: Deserializer): string {
  const headers: string[] = []
  cursor.forEachHeader((keyStart, keyEnd, valueStart, valueEnd) => {
    const { bytes } = cursor
    headers.push(`${shown(bytes, keyStart, keyEnd, text)}=${shown(bytes, valueStart, valueEnd, text)}`)
  })
  return headers.length === 0 ? '' : `  [${headers.join(', ')}]`
}

/** Pads or cuts to `width` columns of the terminal; `isCut` false lets what is too long stand. */
function cut(text: string, width: number, isCut: boolean): string {
  const kept = isCut ? cutText(text, width) : text
  return kept + ' '.repeat(Math.max(0, width - widthOf(kept)))
}
