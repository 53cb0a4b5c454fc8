/** Many records at once → their lines as Kafka's DumpLogSegments prints them: what `kt dump-log --print-data-log` does. */
import type { RecordCursor } from '../record-cursor.ts'
import dumpWasm from './generated/dump.ts'
import {
  LINES_AT,
  MEMORY_BYTES,
  type Opened,
  openTextKernel,
  RECORDS_AT,
  type TextExports,
  TextKernel,
} from './text-kernel.ts'

interface DumpExports extends TextExports {
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
}

/** The texts of a line, in their order; the kind of timestamp, which stands second, is another for each batch. */
export interface DumpWords {
  offset: string
  keySize: string
  valueSize: string
  sequence: string
  headerKeys: string
  key: string
  payload: string
}

/** Texts stand at the beginning of the memory, each with its length in the last of so many bytes; then the digits of 00 to 99. */
const WORD_BYTES = 32
const KIND = 1

export class DumpKernel extends TextKernel<DumpExports> {
  #kind = ''

  private constructor(opened: Opened<DumpExports>, words: DumpWords) {
    super(opened)
    const { offset, keySize, valueSize, sequence, headerKeys, key, payload } = words
    const texts = [offset, this.#kind, keySize, valueSize, sequence, headerKeys, key, payload]
    for (const [index, text] of texts.entries()) this.#setWord(index, text)
    const pairs = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0')).join('')
    this.bytes.set(Buffer.from(pairs), texts.length * WORD_BYTES)
  }

  /** Undefined where it cannot be had: then records are printed one by one. */
  static open(words: DumpWords): DumpKernel | undefined {
    const opened = openTextKernel<DumpExports>(dumpWasm)
    return opened && new DumpKernel(opened, words)
  }

  /**
   * Moves `cursor` over records that follow each other offset by offset, and makes their lines. Returns how many it took; 0 says
   * nothing but that the next record is to be taken by itself.
   */
  run(cursor: RecordCursor, kind: string): number {
    const { left, lastDelta } = cursor
    const { baseOffset, baseTimestamp, maxTimestamp, isLogAppendTime, baseSequence } = cursor.batch!
    if (baseOffset < 0) return 0
    const end = this.load(cursor, left)
    if (end < 0) return 0
    if (kind !== this.#kind) this.#setWord(KIND, (this.#kind = kind))
    const appendTime = BigInt(isLogAppendTime ? maxTimestamp : -1)
    const count = this.exports.dumpRecords(
      RECORDS_AT, end, LINES_AT, MEMORY_BYTES, left, lastDelta,
      BigInt(baseOffset), BigInt(baseTimestamp), appendTime, baseSequence, 0,
    ) // prettier-ignore
    return this.take(cursor, count)
  }

  #setWord(index: number, text: string): void {
    const at = index * WORD_BYTES
    this.bytes.set(Buffer.from(text), at)
    this.bytes[at + WORD_BYTES - 1] = text.length
  }
}
