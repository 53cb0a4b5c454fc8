/** Chunks of input → the parts between delimiters of any bytes. `lines.ts` is the fast one, for newlines. */
import type { LineVisitor, Splitter } from './lines.ts'

const EMPTY = Buffer.alloc(0)

export class DelimiterSplitter implements Splitter {
  #pending: Buffer = EMPTY
  /** What came before `#pending` of a part that is longer than may be kept. */
  #droppedBytes = 0
  readonly #delimiter: Buffer
  readonly #maxBytes: number

  /** A part of more than `maxBytes` is counted, not kept. */
  constructor(delimiter: Buffer, maxBytes: number) {
    this.#delimiter = delimiter
    this.#maxBytes = maxBytes
  }

  get pendingBytes(): number {
    return this.#droppedBytes + this.#pending.length
  }

  push(chunk: Buffer): void {
    // A copy: the chunk is the reader's, and is filled again.
    this.#pending = Buffer.concat([this.#pending, chunk])
  }

  drain(visit: LineVisitor): boolean {
    const delimiter = this.#delimiter
    for (;;) {
      const bytes = this.#pending
      const at = bytes.indexOf(delimiter)
      if (at < 0) break
      this.#pending = bytes.subarray(at + delimiter.length)
      if (!this.#visit(bytes, 0, at, visit)) return false
    }
    this.#dropExcess()
    return true
  }

  end(visit: LineVisitor): void {
    const bytes = this.#pending
    this.#pending = EMPTY
    if (bytes.length + this.#droppedBytes > 0) this.#visit(bytes, 0, bytes.length, visit)
  }

  #visit(bytes: Buffer, start: number, end: number, visit: LineVisitor): boolean {
    const size = this.#droppedBytes + end - start
    this.#droppedBytes = 0
    return size > this.#maxBytes ? visit(EMPTY, 0, 0, size) : visit(bytes, start, end, 0)
  }

  /** What is kept may end with the beginning of a delimiter. */
  #dropExcess(): void {
    const kept = this.#delimiter.length - 1
    const excess = this.#pending.length - kept
    if (excess <= this.#maxBytes + 1) return
    this.#droppedBytes += excess
    this.#pending = Buffer.from(this.#pending.subarray(excess))
  }
}

/** The whole input as one part. */
export class WholeInput implements Splitter {
  #parts: Buffer[] = []
  #bytes = 0
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get pendingBytes(): number {
    return this.#bytes
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes <= this.#maxBytes) this.#parts.push(Buffer.from(chunk))
    else this.#parts = []
  }

  drain(): boolean {
    return true
  }

  end(visit: LineVisitor): void {
    const size = this.#bytes
    const whole = Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    if (size > this.#maxBytes) visit(EMPTY, 0, 0, size)
    else visit(whole, 0, size, 0)
  }
}
