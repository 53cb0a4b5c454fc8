/** From this size on, bytes go out as a part of their own and are not copied. */
const PART_BYTES = 4096

/**
 * Writes Kafka's types (big endian) into a buffer that grows. Large byte fields are kept as they are, so
 * the result is a list of parts; what was given must not change until the parts have been sent.
 */
export class Writer {
  #buffer: Buffer
  #view: DataView
  #start = 0
  #position = 0
  #parts: Buffer[] = []
  #partBytes = 0
  #isJoined = false

  constructor(initialBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(initialBytes)
    this.#view = viewOf(this.#buffer)
  }

  /** Bytes written so far, all parts together. */
  get length(): number {
    return this.#partBytes + this.#position - this.#start
  }

  /** What was written, in order. */
  parts(): Buffer[] {
    this.#cut()
    return this.#parts
  }

  /** What was written as one buffer: copies when there is more than one part. */
  toBuffer(): Buffer {
    const [first, ...rest] = this.parts()
    if (first === undefined) return Buffer.alloc(0)
    return rest.length === 0 ? first : Buffer.concat(this.#parts)
  }

  writeBoolean(value: boolean): void {
    this.writeInt8(value ? 1 : 0)
  }

  writeInt8(value: number): void {
    const at = this.#take(1)
    this.#view.setInt8(at, value)
  }

  writeInt16(value: number): void {
    const at = this.#take(2)
    this.#view.setInt16(at, value)
  }

  writeInt32(value: number): void {
    const at = this.#take(4)
    this.#view.setInt32(at, value)
  }

  writeInt64(value: bigint): void {
    const at = this.#take(8)
    this.#view.setBigInt64(at, value)
  }

  writeFloat64(value: number): void {
    const at = this.#take(8)
    this.#view.setFloat64(at, value)
  }

  /** 0 … 2^32-1. */
  writeUnsignedVarint(value: number): void {
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.writeInt8((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.writeInt8(rest)
  }

  /** Zigzag, 32 bits. */
  writeVarint(value: number): void {
    this.writeUnsignedVarint((value << 1) ^ (value >> 31))
  }

  /** Zigzag, 64 bits. */
  writeVarlong(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
    while (rest > 0x7fn) {
      this.writeInt8(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.writeInt8(Number(rest))
  }

  /** Kafka's text form of a uuid: base64url, 22 characters. */
  writeUuid(value: string): void {
    const at = this.#take(16)
    this.#buffer.write(value, at, 16, 'base64url')
  }

  /** UTF-8 without a length; `bytes` is Buffer.byteLength(value). */
  writeUtf8(value: string, bytes: number): void {
    const at = this.#take(bytes)
    this.#buffer.write(value, at, bytes, 'utf8')
  }

  /** Bytes without a length: large ones become a part of their own. */
  writeBytes(bytes: Buffer): void {
    if (bytes.length >= PART_BYTES && !this.#isJoined) {
      this.#cut()
      this.#parts.push(bytes)
      this.#partBytes += bytes.length
      return
    }
    const at = this.#take(bytes.length)
    this.#buffer.set(bytes, at)
  }

  /** Runs `write` and puts the number of bytes it wrote before them, as an unsigned varint. */
  writeSized(write: () => void): void {
    const wasJoined = this.#isJoined
    // Relative, since growing moves the pending bytes; joined, so that they all stay in one buffer.
    const pending = this.#position - this.#start
    this.#isJoined = true
    write()
    this.#isJoined = wasJoined
    const bytes = this.#position - this.#start - pending
    this.writeUnsignedVarint(bytes)
    const start = this.#start + pending
    const prefix = Buffer.from(this.#buffer.subarray(start + bytes, this.#position))
    this.#buffer.copyWithin(start + prefix.length, start, start + bytes)
    this.#buffer.set(prefix, start)
  }

  #take(bytes: number): number {
    const at = this.#position
    if (at + bytes > this.#buffer.length) return this.#grow(bytes)
    this.#position = at + bytes
    return at
  }

  /** Moves what is not yet a part into a larger buffer. */
  #grow(bytes: number): number {
    const pending = this.#buffer.subarray(this.#start, this.#position)
    const buffer = Buffer.allocUnsafe(Math.max(256, (pending.length + bytes) * 2))
    buffer.set(pending)
    this.#buffer = buffer
    this.#view = viewOf(buffer)
    this.#start = 0
    this.#position = pending.length + bytes
    return pending.length
  }

  #cut(): void {
    if (this.#position === this.#start) return
    this.#parts.push(this.#buffer.subarray(this.#start, this.#position))
    this.#partBytes += this.#position - this.#start
    this.#start = this.#position
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
}
