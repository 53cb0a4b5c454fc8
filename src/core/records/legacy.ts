/**
 * The message formats v0 and v1 that Kafka wrote before 0.11, turned into the records section of the
 * current layout (org.apache.kafka.common.record.LegacyRecord, AbstractLegacyRecordBatch).
 */
import { CorruptDataError } from '../errors.ts'
import type { Batch } from './batch-reader.ts'
import { loadedCodec, MAX_UNPACKED_BYTES } from './compression.ts'
import { CODEC_MASK, LOG_OVERHEAD } from './layout.ts'
import { mendLz4Header } from './lz4-header.ts'
import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from './varint.ts'

export interface LegacyMessage {
  /** From its offset on: as it stands in the log, or in the packed set. */
  bytes: Buffer
  offset: number
  timestamp: number
  key: Buffer | null
  value: Buffer | null
  attributes: number
  magic: number
}

/** All messages of `batch`, which may be a packed set; `batch.baseOffset` is moved to the first one's offset. */
export function legacyRecords(batch: Batch): { bytes: Buffer; count: number } {
  const messages = legacyMessages(batch)
  const first = messages[0]
  if (first === undefined)
    throw new CorruptDataError(`the message at offset ${batch.baseOffset} holds no message`)
  batch.baseOffset = first.offset
  batch.baseTimestamp = 0
  const parts = messages.map((message) => asRecord(message, batch))
  return { bytes: Buffer.concat(parts), count: messages.length }
}

/** The messages themselves, with absolute offsets. Throws CorruptDataError. */
export function legacyMessages(batch: Batch): LegacyMessage[] {
  const outer = readMessage(batch.bytes)
  return batch.codec === 'none' ? [outer] : unpack(outer, batch)
}

function unpack(outer: LegacyMessage, batch: Batch): LegacyMessage[] {
  const compressor = loadedCodec(batch.codec)
  if (compressor === undefined || outer.value === null)
    throw new CorruptDataError(`the packed message at offset ${outer.offset} cannot be unpacked`)
  const packed = outer.magic === 0 && batch.codec === 'lz4' ? mendLz4Header(outer.value) : outer.value
  const unpacked = compressor.decompress(packed, MAX_UNPACKED_BYTES)
  const set = Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.length)
  const messages: LegacyMessage[] = []
  for (let at = 0; set.length - at >= LOG_OVERHEAD;) {
    const size = LOG_OVERHEAD + set.readInt32BE(at + 8)
    if (size < LOG_OVERHEAD + 14 || size > set.length - at)
      throw new CorruptDataError(`the packed message at offset ${outer.offset} holds one of ${size} bytes`)
    messages.push(readMessage(set.subarray(at, at + size)))
    at += size
  }
  return outer.magic === 0 ? messages : withAbsoluteOffsets(messages, outer)
}

/** v1 counts inner offsets from 0, and the outer message has the offset of the last one (KIP-31). */
function withAbsoluteOffsets(messages: LegacyMessage[], outer: LegacyMessage): LegacyMessage[] {
  const last = messages[messages.length - 1]
  const base = last === undefined ? 0 : outer.offset - last.offset
  return messages.map((message) => ({ ...message, offset: base + message.offset }))
}

function readMessage(bytes: Buffer): LegacyMessage {
  const magic = bytes[16]!
  const attributes = bytes[17]!
  let at = magic === 0 ? 18 : 26
  const offset = Number(bytes.readBigInt64BE(0))
  const timestamp = magic === 0 ? -1 : Number(bytes.readBigInt64BE(18))
  const key = field()
  const value = field()
  return { bytes, offset, timestamp, key, value, attributes: attributes & CODEC_MASK, magic }

  function field(): Buffer | null {
    const length = bytes.length - at < 4 ? NaN : bytes.readInt32BE(at)
    at += 4
    if (length === -1) return null
    if (!(length >= 0 && length <= bytes.length - at))
      throw new CorruptDataError(`the message at offset ${offset} claims a field of ${length} bytes`)
    at += length
    return bytes.subarray(at - length, at)
  }
}

function asRecord({ offset, timestamp, key, value }: LegacyMessage, batch: Batch): Buffer {
  const delta = offset - batch.baseOffset
  const fields = [key, value].map((field) => field?.length ?? -1)
  const body =
    1 +
    sizeOfVarlong(timestamp) +
    sizeOfVarint(delta) +
    fields.reduce((sum, length) => sum + sizeOfVarint(length) + Math.max(length, 0), 0) +
    1
  const record = Buffer.alloc(sizeOfVarint(body) + body)
  let at = writeVarint(record, 0, body) + 1
  at = writeVarlong(record, at, timestamp)
  at = writeVarint(record, at, delta)
  for (const field of [key, value]) {
    at = writeVarint(record, at, field?.length ?? -1)
    if (field) at += field.copy(record, at)
  }
  return record
}
