/** What kernels that make lines of records have in common: their memory, and how a cursor is moved over what they took. */
import type { RecordCursor } from '../record-cursor.ts'
import { kernelMemory, openKernel } from './kernel.ts'

/** What ../assembly/record.ts says of the last run. */
export interface TextExports {
  read: { value: number }
  made: { value: number }
  lastDelta: { value: number }
}

/** Where things stand in the memory: below the records what the kernel needs itself, then a piece of the records, then the lines. */
export const RECORDS_AT = 4096
const RECORDS_BYTES = 64 * 1024
/** Behind the records, as blocks are read that reach beyond them. */
export const LINES_AT = RECORDS_AT + RECORDS_BYTES + 64
export const MEMORY_BYTES = 256 * 1024

/** Below this many records the call costs more than it saves. */
const FEW = 8
/** So many records go one by one after one that is not of the usual kind. */
const REST_RECORDS = 16

export abstract class TextKernel<Exports extends TextExports> {
  /** The lines of the last run stand in bytes[linesStart, linesEnd), until the next one. */
  readonly bytes: Uint8Array
  readonly linesStart = LINES_AT
  linesEnd = LINES_AT
  protected readonly exports: Exports
  #rest = 0

  constructor({ bytes, exports }: Opened<Exports>) {
    this.bytes = bytes
    this.exports = exports
  }

  /** Where the piece of records from `cursor` on ends that was put into the memory; -1 where they are to be taken one by one. */
  protected load({ bytes, at }: RecordCursor, wanted: number): number {
    if (wanted < FEW) return -1
    if (this.#rest > 0) {
      this.#rest--
      return -1
    }
    const piece = bytes.subarray(at, at + RECORDS_BYTES)
    this.bytes.set(piece, RECORDS_AT)
    return RECORDS_AT + piece.length
  }

  /** Moves `cursor` over the `count` records of which the lines were made. */
  protected take(cursor: RecordCursor, count: number): number {
    const { read, made, lastDelta } = this.exports
    this.linesEnd = LINES_AT + made.value
    if (count === 0) this.#rest = REST_RECORDS
    else cursor.skip(read.value, count, lastDelta.value)
    return count
  }
}

export interface Opened<Exports> {
  bytes: Uint8Array
  exports: Exports
}

/** Undefined where it cannot be had: then records are printed one by one. */
export function openTextKernel<Exports>(base64: string): Opened<Exports> | undefined {
  const memory = kernelMemory(MEMORY_BYTES)
  if (memory === undefined) return undefined
  const exports = openKernel<Exports>(base64, memory)
  return exports && { bytes: new Uint8Array(memory.buffer), exports }
}
