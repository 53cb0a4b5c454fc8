import { CorruptDataError } from '../errors.ts'

/**
 * Reads Kafka's types from a buffer (big endian). Every length is compared with the bytes that are left
 * before it is used: what does not fit throws CorruptDataError naming the position.
 */
export class Reader {
  readonly buffer: Buffer
  position: number
  /** Where reading stops: the end of the buffer unless narrowed. */
  end: number
  readonly #view: DataView

  constructor(buffer: Buffer, position = 0) {
    this.buffer = buffer
    this.position = position
    this.end = buffer.length
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
  }

  get remaining(): number {
    return this.end - this.position
  }

  /** Moves over `bytes` bytes and says where they began. */
  take(bytes: number): number {
    const start = this.position
    if (bytes > this.end - start || bytes < 0) this.fail(`${bytes} bytes needed, ${this.end - start} left`)
    this.position = start + bytes
    return start
  }

  fail(reason: string): never {
    throw new CorruptDataError(`${reason} at byte ${this.position}`)
  }

  readBoolean(): boolean {
    return this.#view.getInt8(this.take(1)) !== 0
  }

  readInt8(): number {
    return this.#view.getInt8(this.take(1))
  }

  readUint8(): number {
    return this.#view.getUint8(this.take(1))
  }

  readInt16(): number {
    return this.#view.getInt16(this.take(2))
  }

  readUint16(): number {
    return this.#view.getUint16(this.take(2))
  }

  readInt32(): number {
    return this.#view.getInt32(this.take(4))
  }

  readUint32(): number {
    return this.#view.getUint32(this.take(4))
  }

  readInt64(): bigint {
    return this.#view.getBigInt64(this.take(8))
  }

  readFloat64(): number {
    return this.#view.getFloat64(this.take(8))
  }

  /** 0 … 2^32-1 in at most 5 bytes. */
  readUnsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.readUint8()
      if (shift === 28 && byte > 0x0f) break
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    return this.fail('varint longer than 32 bits')
  }

  /** Zigzag, 32 bits, at most 5 bytes. */
  readVarint(): number {
    const raw = this.readUnsignedVarint()
    return (raw >>> 1) ^ -(raw & 1)
  }

  /** Zigzag, 64 bits, at most 10 bytes. */
  readVarlong(): bigint {
    let raw = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.readUint8()
      if (shift === 63n && byte > 1) break
      raw |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return (raw >> 1n) ^ -(raw & 1n)
    }
    return this.fail('varlong longer than 64 bits')
  }

  /** A uuid in Kafka's text form: base64url without padding, 22 characters. */
  readUuid(): string {
    const start = this.take(16)
    return this.buffer.toString('base64url', start, start + 16)
  }

  /** `bytes` bytes as UTF-8. */
  readUtf8(bytes: number): string {
    const start = this.take(bytes)
    return this.buffer.toString('utf8', start, start + bytes)
  }

  /** A slice of the same memory, not a copy. */
  readSlice(bytes: number): Buffer {
    const start = this.take(bytes)
    return this.buffer.subarray(start, start + bytes)
  }
}
