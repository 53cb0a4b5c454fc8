/** Many lines at once → records of an open batch: what the console producer does with plain lines. */
import { type BatchWriter, MAX_RECORD_OVERHEAD } from '../batch-writer.ts'
import linesWasm from './generated/lines.ts'
import { openKernel } from './kernel.ts'

interface LinesExports {
  encodeLines(
    from: number,
    end: number,
    out: number,
    outEnd: number,
    most: number,
    longest: number,
    timestampDelta: number,
    offsetDelta: number,
  ): number
  taken: { value: number }
  made: { value: number }
  valueBytes: { value: number }
}

/** Lengths up to here are known to take two bytes; what copying costs matters more for longer lines than what surrounds it. */
const LONGEST_LINE = 8000
const MAX_INT32 = 0x7fffffff
/** Timestamps that are further apart than this many milliseconds are left to those who write any number. */
const LARGEST_DELTA = 0x3fffffff
/** So many lines go one by one after one that was too long. */
const REST_LINES = 16

export class LineKernel {
  /** Of the last run: bytes of input, and bytes of the values in them. */
  takenBytes = 0
  valueBytes = 0
  readonly #memory: ArrayBuffer
  readonly #exports: LinesExports
  #rest = 0

  private constructor(memory: ArrayBuffer, exports: LinesExports) {
    this.#memory = memory
    this.#exports = exports
  }

  /** Undefined where it cannot be had: then lines become records one by one. */
  static open(memory: WebAssembly.Memory): LineKernel | undefined {
    const exports = openKernel<LinesExports>(linesWasm, memory)
    return exports && new LineKernel(memory.buffer, exports)
  }

  /**
   * Appends to `batch` lines that stand in memory[from, end), at most `most` of them and none longer than `longest`; what stands
   * behind the last newline is no line. Returns how many; 0 says nothing but that the next line is to be taken by itself.
   */
  run(
    batch: BatchWriter,
    from: number,
    end: number,
    most: number,
    longest: number,
    timestamp: number,
  ): number {
    this.takenBytes = this.valueBytes = 0
    const { buffer, length, count, baseTimestamp } = batch
    const delta = timestamp - baseTimestamp
    if (count === 0 || buffer.buffer !== this.#memory || delta < 0 || delta > LARGEST_DELTA) return 0
    // Full, as most batches are when they are looked at for the last time.
    if (length + 2 * MAX_RECORD_OVERHEAD > buffer.length) return 0
    if (this.#rest > 0) {
      this.#rest--
      return 0
    }
    const out = buffer.byteOffset + length
    const outEnd = buffer.byteOffset + buffer.length
    const exports = this.#exports
    const lines = exports.encodeLines(
      from, end, out, outEnd, Math.min(most, MAX_INT32), Math.min(longest, LONGEST_LINE), delta, count,
    ) // prettier-ignore
    if (lines === 0) {
      this.#rest = REST_LINES
      return 0
    }
    this.takenBytes = exports.taken.value
    this.valueBytes = exports.valueBytes.value
    batch.appended(lines, exports.made.value, timestamp)
    return lines
  }
}
