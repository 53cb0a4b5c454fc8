/**
 * One open record batch. Hot loop: a record is written straight into the buffer that goes to the socket,
 * with no object made for it.
 */
import type { Batch } from './batch-reader.ts'
import { release } from '../release.ts'
import type { Crc32c } from './crc32c.ts'
import type { Compressor } from './compression.ts'
import {
  ATTRIBUTES_AT,
  BASE_OFFSET_AT,
  BASE_SEQUENCE_AT,
  BASE_TIMESTAMP_AT,
  BATCH_LENGTH_AT,
  CODEC_MASK,
  CODECS,
  type Codec,
  CRC_AT,
  DELETE_HORIZON_BIT,
  LAST_OFFSET_DELTA_AT,
  LEADER_EPOCH_AT,
  LOG_OVERHEAD,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  MAX_VARINT_BYTES,
  MAX_VARLONG_BYTES,
  PRODUCER_EPOCH_AT,
  PRODUCER_ID_AT,
  RECORDS_AT,
  RECORDS_COUNT_AT,
  TRANSACTIONAL_BIT,
} from './layout.ts'
import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from './varint.ts'

/** The most that a record takes beside its key, value and headers. */
export const MAX_RECORD_OVERHEAD = 4 * MAX_VARINT_BYTES + MAX_VARLONG_BYTES + 2

/** Bytes of a record's key, value and headers; a null slice starts and ends at -1. */
export function slicesBytes(
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
  headers: EncodedHeaders | null,
): number {
  return keyEnd - keyStart + (valueEnd - valueStart) + (headers === null ? 0 : headers.end - headers.start)
}

/** Encoded headers: a count and, in bytes[start, end), for each a varint length, the key, a varint length, the value. */
export interface EncodedHeaders {
  count: number
  bytes: Uint8Array
  start: number
  end: number
}

export interface Sealing {
  codec: Codec
  compressor: Compressor
  level?: number
  crc32c: Crc32c
  producerId: bigint
  producerEpoch: number
  baseSequence: number
  isTransactional: boolean
}

export class BatchWriter {
  /** The records stand in it from RECORDS_AT on; the 61 bytes before them are the header, written last. */
  buffer: Buffer
  /** Bytes used, header included. */
  length = RECORDS_AT
  count = 0
  baseTimestamp = 0
  maxTimestamp = -1

  /** What `buffer` is a part of; records that are slices of it are moved within it. */
  readonly #arena: Buffer | undefined
  /** Where `buffer` begins in it. */
  readonly #bufferAt: number

  constructor(buffer: Buffer, arena?: Buffer) {
    this.buffer = buffer
    this.#arena = arena !== undefined && arena.buffer === buffer.buffer ? arena : undefined
    this.#bufferAt = buffer.byteOffset - (arena?.byteOffset ?? 0)
  }

  /** Whether a record whose key, value and headers take `bytes` certainly fits into the buffer. */
  hasRoomFor(bytes: number): boolean {
    return this.length + bytes + MAX_RECORD_OVERHEAD <= this.buffer.length
  }

  /**
   * Appends a record from slices of larger buffers. The caller has asked `hasRoomFor`. A null `key` or
   * `value` is Kafka's null, which differs from an empty one.
   */
  append(
    timestamp: number,
    key: Uint8Array | null,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array | null,
    valueStart: number,
    valueEnd: number,
    headers: EncodedHeaders | null,
  ): void {
    if (this.count === 0) this.baseTimestamp = timestamp
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp
    const timestampDelta = timestamp - this.baseTimestamp
    const keyLength = key === null ? -1 : keyEnd - keyStart
    const valueLength = value === null ? -1 : valueEnd - valueStart
    const headerCount = headers === null ? 0 : headers.count
    const headerBytes = headers === null ? 0 : headers.end - headers.start

    const { buffer, length } = this
    const sliceBytes = (keyLength > 0 ? keyLength : 0) + (valueLength > 0 ? valueLength : 0) + headerBytes
    // What most records take is known without adding up their parts: two bytes for the size, which is written last.
    const isUsual = sliceBytes >= 64 && sliceBytes + MAX_RECORD_OVERHEAD < 8192
    let at = length + 2
    if (!isUsual) {
      const size =
        1 +
        sizeOfVarlong(timestampDelta) +
        sizeOfVarint(this.count) +
        sizeOfVarint(keyLength) +
        sizeOfVarint(valueLength) +
        sizeOfVarint(headerCount) +
        sliceBytes
      at = writeVarint(buffer, length, size)
    }
    buffer[at++] = 0 // attributes of a record: none are defined
    at = writeVarlong(buffer, at, timestampDelta)
    at = writeVarint(buffer, at, this.count)
    at = writeVarint(buffer, at, keyLength)
    if (keyLength > 0) at = this.#copy(key!, keyStart, keyEnd, at)
    at = writeVarint(buffer, at, valueLength)
    if (valueLength > 0) at = this.#copy(value!, valueStart, valueEnd, at)
    at = writeVarint(buffer, at, headerCount)
    if (headerBytes > 0) at = this.#copy(headers!.bytes, headers!.start, headers!.end, at)
    if (isUsual) {
      const size = at - length - 2
      buffer[length] = (size << 1) | 0x80
      buffer[length + 1] = size >> 6
    }
    this.length = at
    this.count++
  }

  /** Somebody has written `count` more records of `bytes` bytes, all with the same timestamp, behind those that are there. */
  appended(count: number, bytes: number, timestamp: number): void {
    this.length += bytes
    this.count += count
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp
  }

  #copy(source: Uint8Array, start: number, end: number, at: number): number {
    const { buffer } = this
    const length = end - start
    if (length > SHORT_COPY) {
      if (source === this.#arena) this.#arena.copyWithin(this.#bufferAt + at, start, end)
      else Buffer.prototype.copy.call(source, buffer, at, start, end)
      return at + length
    }
    for (let index = start; index < end; index++) buffer[at++] = source[index]!
    return at
  }

  /** Packs the records if a codec is asked for, and writes the header; the batch as it goes on the wire. */
  async seal(sealing: Sealing): Promise<Buffer> {
    if (sealing.codec === 'none') {
      const whole = this.buffer.subarray(0, this.length)
      this.#writeHeader(whole, sealing)
      return whole
    }
    const records = this.buffer.subarray(RECORDS_AT, this.length)
    const parts = await sealing.compressor.compress(records, sealing.level)
    const length = parts.reduce((sum, part) => sum + part.length, RECORDS_AT)
    const whole = this.takePackedBuffer(length).subarray(0, length)
    let at = RECORDS_AT
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
      release(part)
    }
    this.#writeHeader(whole, sealing)
    return whole
  }

  /** Memory for the batch packed, of `bytes` or more. */
  protected takePackedBuffer(bytes: number): Buffer {
    return Buffer.allocUnsafeSlow(bytes)
  }

  #writeHeader(whole: Buffer, sealing: Sealing): void {
    const { codec, crc32c, producerId, producerEpoch, baseSequence, isTransactional } = sealing
    whole.fill(0, 0, BATCH_LENGTH_AT) // baseOffset: the broker assigns it
    whole.writeInt32BE(whole.length - LOG_OVERHEAD, BATCH_LENGTH_AT)
    whole.writeInt32BE(-1, LEADER_EPOCH_AT)
    whole[MAGIC_AT] = 2
    whole.writeInt16BE(CODECS.indexOf(codec) | (isTransactional ? TRANSACTIONAL_BIT : 0), ATTRIBUTES_AT)
    whole.writeInt32BE(this.count - 1, LAST_OFFSET_DELTA_AT)
    whole.writeBigInt64BE(BigInt(this.baseTimestamp), BASE_TIMESTAMP_AT)
    whole.writeBigInt64BE(BigInt(this.maxTimestamp), MAX_TIMESTAMP_AT)
    whole.writeBigInt64BE(producerId, PRODUCER_ID_AT)
    whole.writeInt16BE(producerEpoch, PRODUCER_EPOCH_AT)
    whole.writeInt32BE(baseSequence, BASE_SEQUENCE_AT)
    whole.writeInt32BE(this.count, RECORDS_COUNT_AT)
    whole.writeUInt32BE(crc32c(whole.subarray(ATTRIBUTES_AT)), CRC_AT)
  }
}

/** Below this many bytes a loop beats the call into the runtime. */
const SHORT_COPY = 24

/** Rewrites who produced a sealed batch, e.g. after an epoch bump. The checksum covers these fields. */
export function restamp(
  whole: Buffer,
  producerId: bigint,
  producerEpoch: number,
  baseSequence: number,
  crc32c: Crc32c,
): void {
  whole.writeBigInt64BE(producerId, PRODUCER_ID_AT)
  whole.writeInt16BE(producerEpoch, PRODUCER_EPOCH_AT)
  whole.writeInt32BE(baseSequence, BASE_SEQUENCE_AT)
  whole.writeUInt32BE(crc32c(whole.subarray(ATTRIBUTES_AT)), CRC_AT)
}

/**
 * Makes a batch that a broker has handed out one that a producer may send: offsets from 0, no leader epoch, and the new
 * producer's id, sequence and transaction. Records and codec stay as they are.
 */
export function readdress(whole: Buffer, sealing: Sealing): void {
  const { crc32c, producerId, producerEpoch, baseSequence, isTransactional } = sealing
  const codec = whole.readInt16BE(ATTRIBUTES_AT) & CODEC_MASK
  whole.fill(0, BASE_OFFSET_AT, BATCH_LENGTH_AT)
  whole.writeInt32BE(-1, LEADER_EPOCH_AT)
  whole.writeInt16BE(codec | (isTransactional ? TRANSACTIONAL_BIT : 0), ATTRIBUTES_AT)
  restamp(whole, producerId, producerEpoch, baseSequence, crc32c)
}

/**
 * Whether `batch` may be sent as it is. Brokers take only offsets without gaps (compaction leaves some) and timestamps
 * that are the producer's own (org.apache.kafka.storage.internals.log.LogValidator).
 */
export function isForwardable(batch: Batch): boolean {
  if (batch.magic !== 2 || batch.isControl || batch.isLogAppendTime || batch.recordsCount <= 0) return false
  if ((batch.bytes.readInt16BE(ATTRIBUTES_AT) & DELETE_HORIZON_BIT) !== 0) return false
  return batch.lastOffset - batch.baseOffset + 1 === batch.recordsCount
}
