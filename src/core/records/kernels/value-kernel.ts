/** Many records at once → their values as lines: what the console consumer prints by default. */
import type { RecordCursor } from '../record-cursor.ts'
import valuesWasm from './generated/values.ts'
import {
  LINES_AT,
  MEMORY_BYTES,
  type Opened,
  openTextKernel,
  RECORDS_AT,
  type TextExports,
  TextKernel,
} from './text-kernel.ts'

interface ValuesExports extends TextExports {
  printValues(
    from: number,
    end: number,
    out: number,
    outEnd: number,
    most: number,
    last: number,
    limit: number,
    lineEnd: number,
    nullFrom: number,
    nullEnd: number,
  ): number
}

const LARGEST_NULL = 1024
const MAX_INT32 = 0x7fffffff

export class ValueKernel extends TextKernel<ValuesExports> {
  readonly #lineEnd: number
  readonly #nullEnd: number

  private constructor(opened: Opened<ValuesExports>, nullText: Uint8Array, lineEnd: number) {
    super(opened)
    this.#lineEnd = lineEnd
    this.#nullEnd = nullText.length
    this.bytes.set(nullText)
  }

  /** Undefined where it cannot be had: then records are printed one by one. */
  static open(nullText: Uint8Array, lineEnd: number): ValueKernel | undefined {
    if (nullText.length > LARGEST_NULL) return undefined
    const opened = openTextKernel<ValuesExports>(valuesWasm)
    return opened && new ValueKernel(opened, nullText, lineEnd)
  }

  /**
   * Moves `cursor` over at most `most` records below `endOffset`, and makes their lines. Returns how many it took; 0 says nothing but
   * that the next record is to be taken by itself.
   */
  run(cursor: RecordCursor, most: number, endOffset: number): number {
    const wanted = Math.min(cursor.left, most)
    const end = this.load(cursor, wanted)
    if (end < 0) return 0
    const limit = Math.min(endOffset - cursor.batch!.baseOffset, MAX_INT32)
    const count = this.exports.printValues(
      RECORDS_AT, end, LINES_AT, MEMORY_BYTES, wanted, cursor.lastDelta, limit, this.#lineEnd, 0, this.#nullEnd,
    ) // prettier-ignore
    return this.take(cursor, count)
  }
}
