/**
 * Snappy as snappy-java streams it, which is what Kafka means by "snappy" (SnappyFactory):
 * 0 magic 82 53 4e 41 50 50 59 00 | 8 version i32 | 12 compatible version i32, then blocks: length i32, snappy bytes.
 * Clients that leave the header out send one raw snappy block; Kafka's readers take that too.
 */
import { CorruptDataError } from '../errors.ts'
import { joined } from './frame-bytes.ts'

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
const HEADER_BYTES = 16
const VERSION = 1
/** snappy-java's own block size: a reader's buffer need not be larger. */
const BLOCK_BYTES = 32 * 1024

/** In parts that follow each other. */
export function compressXerial(
  bytes: Uint8Array,
  compressBlock: (block: Uint8Array) => Uint8Array,
): Uint8Array[] {
  const header = Buffer.alloc(HEADER_BYTES)
  MAGIC.copy(header)
  header.writeInt32BE(VERSION, 8)
  header.writeInt32BE(VERSION, 12)
  const parts: Uint8Array[] = [header]
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const block = compressBlock(bytes.subarray(start, start + BLOCK_BYTES))
    const length = Buffer.allocUnsafe(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return parts
}

export function uncompressXerial(
  bytes: Uint8Array,
  maxBytes: number,
  uncompressBlock: (block: Uint8Array) => Uint8Array,
): Uint8Array {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (source.length < HEADER_BYTES || !source.subarray(0, MAGIC.length).equals(MAGIC))
    return checkedBlock(source, maxBytes, uncompressBlock)
  const parts: Uint8Array[] = []
  let total = 0
  for (let at = HEADER_BYTES; at < source.length;) {
    if (source.length - at < 4) throw new CorruptDataError('a snappy block is cut short')
    const length = source.readInt32BE(at)
    at += 4
    if (length < 0 || length > source.length - at)
      throw new CorruptDataError(`a snappy block claims ${length} bytes`)
    const block = checkedBlock(source.subarray(at, at + length), maxBytes - total, uncompressBlock)
    total += block.length
    parts.push(block)
    at += length
  }
  return joined(parts)
}

/** A raw snappy block begins with its unpacked length as a varint: believed only after the comparison. */
function checkedBlock(
  block: Uint8Array,
  maxBytes: number,
  uncompressBlock: (block: Uint8Array) => Uint8Array,
): Uint8Array {
  let length = 0
  for (let index = 0; index < 5; index++) {
    const byte = block[index]
    if (byte === undefined) throw new CorruptDataError('a snappy block is cut short')
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) break
  }
  if (length > maxBytes) throw new CorruptDataError(`a snappy block would unpack to ${length} bytes`)
  return uncompressBlock(block)
}
