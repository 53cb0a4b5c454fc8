/** Many records at once → their values as lines: what the console consumer prints by default. */
import type { RecordCursor } from '../record-cursor.ts'
import valuesWasm from './generated/values.ts'
import { kernelMemory, openKernel } from './kernel.ts'

interface ValuesExports {
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
  read: { value: number }
  made: { value: number }
  lastDelta: { value: number }
}

/** Where things stand in the memory: the text for null, a piece of the records, the lines. */
const LARGEST_NULL = 1024
const RECORDS_AT = 4096
const RECORDS_BYTES = 64 * 1024
/** Behind the records, as blocks are read that reach beyond them. */
const LINES_AT = RECORDS_AT + RECORDS_BYTES + 64
const MEMORY_BYTES = 256 * 1024
const MAX_INT32 = 0x7fffffff
/** Below this many records the call costs more than it saves. */
const FEW = 8
/** So many records go one by one after one that was too large. */
const REST_RECORDS = 16

export class ValueKernel {
  /** The lines of the last run stand in bytes[linesStart, linesEnd), until the next one. */
  readonly bytes: Uint8Array
  readonly linesStart = LINES_AT
  linesEnd = LINES_AT
  readonly #exports: ValuesExports
  readonly #lineEnd: number
  readonly #nullEnd: number
  #rest = 0

  private constructor(bytes: Uint8Array, exports: ValuesExports, nullText: Uint8Array, lineEnd: number) {
    this.bytes = bytes
    this.#exports = exports
    this.#lineEnd = lineEnd
    this.#nullEnd = nullText.length
    bytes.set(nullText)
  }

  /** Undefined where it cannot be had: then records are made one by one. */
  static open(nullText: Uint8Array, lineEnd: number): ValueKernel | undefined {
    if (nullText.length > LARGEST_NULL) return undefined
    const memory = kernelMemory(MEMORY_BYTES)
    if (memory === undefined) return undefined
    const exports = openKernel<ValuesExports>(valuesWasm, memory)
    return exports && new ValueKernel(new Uint8Array(memory.buffer), exports, nullText, lineEnd)
  }

  /**
   * Moves `cursor` over at most `most` records below `endOffset`, and makes their lines. Returns how many it took; 0 says nothing but
   * that the next record is to be taken by itself.
   */
  run(cursor: RecordCursor, most: number, endOffset: number): number {
    const { at, left, lastDelta } = cursor
    const wanted = Math.min(left, most)
    if (wanted < FEW) return 0
    if (this.#rest > 0) {
      this.#rest--
      return 0
    }
    const piece = cursor.bytes.subarray(at, at + RECORDS_BYTES)
    this.bytes.set(piece, RECORDS_AT)
    const limit = Math.min(endOffset - cursor.batch!.baseOffset, MAX_INT32)
    const exports = this.#exports
    const count = exports.printValues(
      RECORDS_AT, RECORDS_AT + piece.length, LINES_AT, MEMORY_BYTES, wanted, lastDelta, limit, this.#lineEnd, 0, this.#nullEnd,
    ) // prettier-ignore
    this.linesEnd = LINES_AT + exports.made.value
    if (count === 0) this.#rest = REST_RECORDS
    else cursor.skip(exports.read.value, count, exports.lastDelta.value)
    return count
  }
}
