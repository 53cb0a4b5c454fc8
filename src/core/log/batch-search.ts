/**
 * Where batches may begin in damaged bytes: a header whose every field could be true, judged before its checksum is, since
 * a checksum takes reading the whole batch.
 */
import { LOG_OVERHEAD, RECORDS_AT } from '../records/layout.ts'

/** No batch is believed to be larger: Kafka's own limit is 1 MiB unless set. */
const MAX_BATCH_BYTES = 256 * 1024 * 1024

/** What `headerProblem` needs to see. */
export const HEADER_BYTES = RECORDS_AT

/** The fewest bytes a message can have behind its size: crc, magic, attributes, two lengths (v0). */
const LEAST_MESSAGE_BYTES = 14

/** Why no batch can begin at `at`, whose file ends `left` bytes later; undefined where one can. */
export function headerProblem(bytes: Buffer, at: number, left: number): string | undefined {
  if (left < LOG_OVERHEAD + 5) return `${left} bytes are too few for a batch`
  const magic = bytes[at + 16]!
  if (magic > 2) return `the magic is ${magic}, which no Kafka has written`
  const length = bytes.readInt32BE(at + 8)
  const least = magic < 2 ? LEAST_MESSAGE_BYTES : RECORDS_AT - LOG_OVERHEAD
  if (length < least) return `a batch claims a length of ${length} bytes`
  if (length > left - LOG_OVERHEAD)
    return `a batch claims ${length + LOG_OVERHEAD} bytes, and ${left} are left`
  if (length > MAX_BATCH_BYTES) return `a batch claims a length of ${length} bytes`
  return undefined
}

/** Stricter: fields that only chance would fill so. `bytes` must hold the header from `at` on, as far as the file goes. */
export function isLikelyHeader(bytes: Buffer, at: number, left: number): boolean {
  // The offset first: most positions fall here.
  if (bytes[at] !== 0 || bytes[at + 1] !== 0 || headerProblem(bytes, at, left) !== undefined) return false
  const length = bytes.readInt32BE(at + 8)
  if (bytes[at + 16]! < 2) return isLikelyMessage(bytes, at, length)
  const attributes = bytes.readInt16BE(at + 21)
  if ((attributes & 0xff80) !== 0 || (attributes & 7) > 4) return false
  const lastOffsetDelta = bytes.readInt32BE(at + 23)
  const count = bytes.readInt32BE(at + 57)
  if (lastOffsetDelta < 0 || count < 0 || count > lastOffsetDelta + 1 || count > length) return false
  return bytes.readInt32BE(at + 12) >= -1 && bytes.readBigInt64BE(at + 43) >= -1n
}

function isLikelyMessage(bytes: Buffer, at: number, length: number): boolean {
  if ((bytes[at + 17]! & 0xf0) !== 0 || (bytes[at + 17]! & 7) > 3) return false
  const keyAt = at + (bytes[at + 16] === 0 ? 18 : 26)
  if (keyAt + 4 > bytes.length) return false
  const keyBytes = bytes.readInt32BE(keyAt)
  return keyBytes >= -1 && keyBytes <= length
}
