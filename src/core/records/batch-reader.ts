/** Record batches as they stand in a fetch response or a segment file: headers first, records on demand. */
import { CorruptDataError } from '../errors.ts'
import { loadedCodec, MAX_UNPACKED_BYTES } from './compression.ts'
import { crc32 } from './crc32.ts'
import type { Crc32c } from './crc32c.ts'
import {
  ATTRIBUTES_AT,
  BASE_OFFSET_AT,
  BASE_SEQUENCE_AT,
  BASE_TIMESTAMP_AT,
  BATCH_LENGTH_AT,
  CODEC_MASK,
  CODECS,
  type Codec,
  CONTROL_BIT,
  CRC_AT,
  LAST_OFFSET_DELTA_AT,
  LEADER_EPOCH_AT,
  LOG_APPEND_TIME_BIT,
  LOG_OVERHEAD,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  PRODUCER_EPOCH_AT,
  PRODUCER_ID_AT,
  RECORDS_AT,
  RECORDS_COUNT_AT,
  TRANSACTIONAL_BIT,
} from './layout.ts'

/** What a batch says of itself. Offsets and timestamps are numbers: exact up to 2^53. */
export interface Batch {
  /** The whole batch, header included: a slice, not a copy. */
  bytes: Buffer
  magic: number
  baseOffset: number
  lastOffset: number
  leaderEpoch: number
  codec: Codec
  isLogAppendTime: boolean
  isTransactional: boolean
  isControl: boolean
  baseTimestamp: number
  maxTimestamp: number
  producerId: bigint
  producerEpoch: number
  baseSequence: number
  recordsCount: number
}

/**
 * The complete batches in `bytes`, in order. A batch cut off at the end is not an error: brokers cut at a
 * byte limit, and the next fetch brings it whole. Throws CorruptDataError on a length or a magic that
 * cannot be; `where` is named in it.
 */
export function readBatches(bytes: Buffer, where: string): Batch[] {
  const batches: Batch[] = []
  let at = 0
  while (bytes.length - at >= LOG_OVERHEAD + 5) {
    const size = batchSize(bytes, at, where)
    if (size > bytes.length - at) break
    batches.push(readBatch(bytes.subarray(at, at + size), where))
    at += size
  }
  return batches
}

function batchSize(bytes: Buffer, at: number, where: string): number {
  const rawLength = bytes.readInt32BE(at + BATCH_LENGTH_AT)
  const magic = bytes[at + MAGIC_AT]!
  const least = magic < 2 ? LEAST_MESSAGE_BYTES : RECORDS_AT - LOG_OVERHEAD
  if (magic > 2)
    throw new CorruptDataError(`${where}: a batch has the magic ${magic}, which no Kafka has written`)
  if (rawLength < least) throw new CorruptDataError(`${where}: a batch claims a length of ${rawLength} bytes`)
  return LOG_OVERHEAD + rawLength
}

/** crc i32, magic i8, attributes i8, key length i32, value length i32 of the message formats v0 and v1. */
const LEAST_MESSAGE_BYTES = 14

function readBatch(bytes: Buffer, where: string): Batch {
  const magic = bytes[MAGIC_AT]!
  if (magic < 2) return readLegacyHeader(bytes, magic)
  const attributes = bytes.readInt16BE(ATTRIBUTES_AT)
  const codec = codecOf(attributes, where)
  const baseOffset = Number(bytes.readBigInt64BE(BASE_OFFSET_AT))
  const lastOffsetDelta = bytes.readInt32BE(LAST_OFFSET_DELTA_AT)
  if (lastOffsetDelta < 0)
    throw new CorruptDataError(`${where}: the batch at ${baseOffset} ends before it begins`)
  return {
    bytes,
    magic,
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    leaderEpoch: bytes.readInt32BE(LEADER_EPOCH_AT),
    codec,
    isLogAppendTime: (attributes & LOG_APPEND_TIME_BIT) !== 0,
    isTransactional: (attributes & TRANSACTIONAL_BIT) !== 0,
    isControl: (attributes & CONTROL_BIT) !== 0,
    baseTimestamp: Number(bytes.readBigInt64BE(BASE_TIMESTAMP_AT)),
    maxTimestamp: Number(bytes.readBigInt64BE(MAX_TIMESTAMP_AT)),
    producerId: bytes.readBigInt64BE(PRODUCER_ID_AT),
    producerEpoch: bytes.readInt16BE(PRODUCER_EPOCH_AT),
    baseSequence: bytes.readInt32BE(BASE_SEQUENCE_AT),
    recordsCount: bytes.readInt32BE(RECORDS_COUNT_AT),
  }
}

/**
 * Message formats v0 and v1 (before Kafka 0.11): 0 offset i64 | 8 size i32 | 12 crc i32 | 16 magic i8 |
 * 17 attributes i8 | v1: 18 timestamp i64 | key bytes | value bytes. A packed one holds a set of further
 * messages in its value, and its own offset is that of the last of them.
 */
function readLegacyHeader(bytes: Buffer, magic: number): Batch {
  const attributes = bytes[17]!
  const offset = Number(bytes.readBigInt64BE(0))
  const timestamp = magic === 1 && bytes.length >= 26 ? Number(bytes.readBigInt64BE(18)) : -1
  return {
    bytes,
    magic,
    baseOffset: offset,
    lastOffset: offset,
    leaderEpoch: -1,
    codec: codecOf(attributes, 'message'),
    isLogAppendTime: magic === 1 && (attributes & LOG_APPEND_TIME_BIT) !== 0,
    isTransactional: false,
    isControl: false,
    baseTimestamp: timestamp,
    maxTimestamp: timestamp,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    recordsCount: 1,
  }
}

function codecOf(attributes: number, where: string): Codec {
  const codec = CODECS[attributes & CODEC_MASK]
  if (codec === undefined)
    throw new CorruptDataError(`${where}: unknown compression codec ${attributes & CODEC_MASK}`)
  return codec
}

/** Whether the batch's bytes are what its checksum says; the old formats have a CRC-32 of all that follows it. */
export function hasValidCrc({ magic, bytes }: Batch, crc32c: Crc32c): boolean {
  if (magic < 2) return bytes.readUInt32BE(LEGACY_CRC_AT) === crc32(bytes.subarray(MAGIC_AT))
  return bytes.readUInt32BE(CRC_AT) === crc32c(bytes.subarray(ATTRIBUTES_AT))
}

const LEGACY_CRC_AT = 12

/** The records section of a batch, unpacked. Its codec must have been loaded with `loadCodec`. */
export function recordsSection(batch: Batch): Uint8Array {
  const section = batch.bytes.subarray(RECORDS_AT)
  if (batch.codec === 'none') return section
  const compressor = loadedCodec(batch.codec)
  if (compressor === undefined) throw new CorruptDataError(`the codec ${batch.codec} is not loaded`)
  return compressor.decompress(section, MAX_UNPACKED_BYTES)
}
