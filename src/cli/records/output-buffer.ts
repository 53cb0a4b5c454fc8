/**
 * Where formatted records collect before they are written. Two buffers in turn: while the kernel takes one,
 * the next records go into the other. Hot path: no string is made for a slice that is copied.
 */
import type { Sink } from '../output/sink.ts'

const FIRST_BYTES = 256 * 1024
/** Above this much it is time to write: large enough for few system calls, small enough for caches. */
const FULL_BYTES = 192 * 1024
/** A buffer that one large record has made larger than this is not kept. */
const KEPT_BYTES = 4 * 1024 * 1024

const SHORT_COPY = 24
const MAX_INT32 = 2_147_483_647
const MAX_DIGITS = 10

export class OutputBuffer {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
  length = 0
  #view: DataView = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
  #viewed = this.bytes
  #spare = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #writing: Promise<void> | undefined
  #handedBytes = 0
  readonly #sink: Sink

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** All that was ever put here, written or not. */
  get totalBytes(): number {
    return this.#handedBytes + this.length
  }

  get isFull(): boolean {
    return this.length >= FULL_BYTES
  }

  /** Makes room for `size` bytes at `length`, for whoever writes into `bytes` by hand. */
  reserve(size: number): void {
    if (this.length + size > this.bytes.length) this.#grow(size)
  }

  /** `bytes` for whoever writes several bytes at once. */
  get view(): DataView {
    const { bytes } = this
    if (this.#viewed !== bytes) {
      this.#viewed = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    return this.#view
  }

  /** A whole number, in digits. */
  integer(value: number): void {
    if (value < 0 || value > MAX_INT32) return this.#largeInteger(value)
    this.reserve(MAX_DIGITS)
    const { bytes } = this
    let digits = 1
    for (let above = 10; above <= value; above *= 10) digits++
    let at = (this.length += digits)
    let rest = value | 0
    do {
      const next = (rest / 10) | 0
      bytes[--at] = 0x30 + rest - next * 10
      rest = next
    } while (rest > 0)
  }

  /** Copies source[start, end). */
  slice(source: Uint8Array, start: number, end: number): void {
    const size = end - start
    if (this.length + size > this.bytes.length) this.#grow(size)
    const { bytes, length } = this
    if (size > SHORT_COPY) Buffer.prototype.copy.call(source, bytes, length, start, end)
    else for (let index = 0; index < size; index++) bytes[length + index] = source[start + index]!
    this.length = length + size
  }

  /** Copies source[start, end) and ends it with one byte: what most records come to. */
  line(source: Uint8Array, start: number, end: number, lineEnd: number): void {
    const size = end - start
    if (this.length + size + 1 > this.bytes.length) this.#grow(size + 1)
    const { bytes, length } = this
    if (size > SHORT_COPY) Buffer.prototype.copy.call(source, bytes, length, start, end)
    else for (let index = 0; index < size; index++) bytes[length + index] = source[start + index]!
    bytes[length + size] = lineEnd
    this.length = length + size + 1
  }

  byte(value: number): void {
    if (this.length + 1 > this.bytes.length) this.#grow(1)
    this.bytes[this.length++] = value
  }

  /** Text of ASCII characters only: names, numbers, punctuation. */
  ascii(text: string): void {
    if (this.length + text.length > this.bytes.length) this.#grow(text.length)
    if (text.length > SHORT_COPY) {
      this.length += this.bytes.write(text, this.length, 'latin1')
      return
    }
    for (let index = 0; index < text.length; index++) this.bytes[this.length++] = text.charCodeAt(index)
  }

  /** Any text, as UTF-8. */
  text(text: string): void {
    const most = text.length * 3
    if (this.length + most > this.bytes.length) this.#grow(most)
    this.length += this.bytes.write(text, this.length, 'utf8')
  }

  /** Hands what has collected to the kernel; resolves when the buffer before has been taken. Several may ask at a time. */
  async flush(): Promise<void> {
    while (this.length > 0 && this.#writing !== undefined) await this.#writing
    if (this.length === 0) return
    const full = this.bytes
    const writing = this.#sink.write(full.subarray(0, this.length)).then(() => {
      if (this.#writing === writing) this.#writing = undefined
    })
    // Rejections are seen by whoever awaits next; this only keeps the process from calling them unhandled.
    writing.catch(() => {})
    this.#writing = writing
    this.#handedBytes += this.length
    this.bytes = this.#spare
    this.#spare = full.length > KEPT_BYTES ? Buffer.allocUnsafeSlow(FIRST_BYTES) : full
    this.length = 0
  }

  /** Resolves when everything is with the kernel. Rejects with OutputClosedError when nobody reads any more. */
  async drain(): Promise<void> {
    await this.flush()
    await this.#writing
  }

  #largeInteger(value: number): void {
    if (value < 0 || value > Number.MAX_SAFE_INTEGER) return this.ascii(String(value))
    const high = Math.floor(value / 1e9)
    let low = value - high * 1e9
    if (high > MAX_INT32) return this.ascii(String(value))
    this.integer(high)
    this.reserve(MAX_DIGITS)
    const { bytes, length } = this
    for (let at = length + 8; at >= length; at--) {
      const next = (low / 10) | 0
      bytes[at] = 0x30 + low - next * 10
      low = next
    }
    this.length = length + 9
  }

  #grow(more: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + more))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }
}
