/** Many records at once → their lines as Kafka's DumpLogSegments prints them: what `kt dump-log --print-data-log` does. */
import type { Batch } from '../batch-reader.ts'
import type { RecordCursor } from '../record-cursor.ts'
import dumpWasm from './generated/dump.ts'
import { kernelMemory, openKernel } from './kernel.ts'

interface DumpExports {
  dumpRecords(
    from: number,
    end: number,
    out: number,
    outEnd: number,
    most: number,
    last: number,
    baseOffset: bigint,
    baseTimestamp: bigint,
    appendTime: bigint,
    sequence: number,
    words: number,
  ): number
  read: { value: number }
  made: { value: number }
}

/** The texts of a line, in their order. */
export interface DumpWords {
  offset: string
  /** The kind of timestamp; another for each batch. */
  kind: string
  keySize: string
  valueSize: string
  sequence: string
  headerKeys: string
  key: string
  payload: string
}

/** Where things stand in the memory: the texts and the digits of 00 to 99, a piece of the records, the lines. */
const WORD_BYTES = 32
const WORDS = 8
const RECORDS_AT = 4096
const RECORDS_BYTES = 32 * 1024
/** Behind the records, as blocks are read that reach beyond them. */
const LINES_AT = RECORDS_AT + RECORDS_BYTES + 64
const MEMORY_BYTES = 192 * 1024
/** Below this many records the call costs more than it saves. */
const FEW = 8
/** So many records go one by one after one that was not of the usual kind. */
const REST_RECORDS = 16

export class DumpKernel {
  /** The lines of the last run stand in bytes[linesStart, linesEnd), until the next one. */
  readonly bytes: Uint8Array
  readonly linesStart = LINES_AT
  linesEnd = LINES_AT
  readonly #exports: DumpExports
  #kind = ''
  #rest = 0

  private constructor(bytes: Uint8Array, exports: DumpExports, words: Omit<DumpWords, 'kind'>) {
    this.bytes = bytes
    this.#exports = exports
    const { offset, keySize, valueSize, sequence, headerKeys, key, payload } = words
    const texts = [offset, '', keySize, valueSize, sequence, headerKeys, key, payload]
    for (const [index, text] of texts.entries()) this.#setWord(index, text)
    const pairs = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0')).join('')
    bytes.set(Buffer.from(pairs), WORDS * WORD_BYTES)
  }

  /** Undefined where it cannot be had: then records are printed one by one. */
  static open(words: Omit<DumpWords, 'kind'>): DumpKernel | undefined {
    const memory = kernelMemory(MEMORY_BYTES)
    if (memory === undefined) return undefined
    const exports = openKernel<DumpExports>(dumpWasm, memory)
    return exports && new DumpKernel(new Uint8Array(memory.buffer), exports, words)
  }

  /**
   * Moves `cursor` over records that follow each other offset by offset, and makes their lines. Returns how many it took; 0 says
   * nothing but that the next record is to be taken by itself.
   */
  run(cursor: RecordCursor, batch: Batch, kind: string): number {
    const { at, left, lastDelta } = cursor
    if (left < FEW || batch.baseOffset < 0 || this.#rest-- > 0) return 0
    this.#rest = 0
    if (kind !== this.#kind) this.#setWord(1, (this.#kind = kind))
    const piece = cursor.bytes.subarray(at, at + RECORDS_BYTES)
    this.bytes.set(piece, RECORDS_AT)
    const { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, baseSequence } = batch
    const appendTime = BigInt(isLogAppendTime ? maxTimestamp : -1)
    const exports = this.#exports
    const count = exports.dumpRecords(
      RECORDS_AT, RECORDS_AT + piece.length, LINES_AT, MEMORY_BYTES, left, lastDelta,
      BigInt(baseOffset), BigInt(baseTimestamp), appendTime, baseSequence, 0,
    ) // prettier-ignore
    this.linesEnd = LINES_AT + exports.made.value
    if (count === 0) this.#rest = REST_RECORDS
    else cursor.skip(exports.read.value, count, lastDelta + count)
    return count
  }

  #setWord(index: number, text: string): void {
    const at = index * WORD_BYTES
    this.bytes.set(Buffer.from(text), at)
    this.bytes[at + WORD_BYTES - 1] = text.length
  }
}
