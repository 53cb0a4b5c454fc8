/**
 * LZ4 frames with independent blocks and no checksums, which is what Kafka means by "lz4" (Lz4BlockOutputStream).
 * The library packs and unpacks blocks: its own frames cost a half more, as they pass through copies of its own.
 * 0 magic u32 | 4 FLG u8 | 5 BD u8 | [content size u64] | [dictionary id u32] | header checksum u8, then blocks:
 * size u32 (highest bit: not packed), bytes, [checksum u32], up to a size of 0. Numbers are little endian.
 */
import { CorruptDataError } from '../errors.ts'
import { checkBound, joined, viewOf } from './frame-bytes.ts'
import { descriptorChecksum, descriptorEnd, DESCRIPTOR_AT } from './lz4-header.ts'

/** The library's functions: a packed block follows the length it unpacks to, or at most unpacks to, u32. */
export interface Lz4Library {
  compressBlock(bytes: Uint8Array): Uint8Array
  uncompressBlock(bytes: Uint8Array): Uint8Array
  uncompressFrame(bytes: Uint8Array): Uint8Array
}

const MAGIC = 0x184d2204
const PLAIN_HEADER_BYTES = 7
const SIZE_BYTES = 4
const NOT_PACKED = 0x80000000

/** Version 1, independent blocks, nothing else. */
const PLAIN_FLAGS = 0x60

interface BlockSize {
  bytes: number
  /** BD, which stands for it. */
  code: number
}

const BLOCK_SIZES: readonly BlockSize[] = [
  { bytes: 64 * 1024, code: 0x40 },
  { bytes: 256 * 1024, code: 0x50 },
  { bytes: 1024 * 1024, code: 0x60 },
  { bytes: 4 * 1024 * 1024, code: 0x70 },
]

/** One frame of `bytes`, in blocks as large as it takes, which is one for up to 4 MiB; in parts that follow each other. */
export function compressLz4(bytes: Uint8Array, { compressBlock }: Lz4Library): Uint8Array[] {
  const size = BLOCK_SIZES.find((each) => bytes.length <= each.bytes) ?? BLOCK_SIZES.at(-1)!
  const parts: Uint8Array[] = [headerOf(size)]
  for (let start = 0; start < bytes.length; start += size.bytes) {
    const block = bytes.subarray(start, start + size.bytes)
    const packed = compressBlock(block)
    if (packed.length - SIZE_BYTES < block.length) {
      // The length in front of it gives way to the size that a frame wants there.
      viewOf(packed).setUint32(0, packed.length - SIZE_BYTES, true)
      parts.push(packed)
    } else parts.push(sizeField((NOT_PACKED | block.length) >>> 0), block)
  }
  parts.push(sizeField(0))
  return parts
}

function headerOf({ code }: BlockSize): Uint8Array {
  const header = Buffer.alloc(PLAIN_HEADER_BYTES)
  header.writeUInt32LE(MAGIC)
  header.set([PLAIN_FLAGS, code], DESCRIPTOR_AT)
  header[PLAIN_HEADER_BYTES - 1] = descriptorChecksum(header)
  return header
}

function sizeField(size: number): Uint8Array {
  const field = Buffer.alloc(SIZE_BYTES)
  field.writeUInt32LE(size)
  return field
}

/** Unpacks a frame. Throws CorruptDataError where it is damaged or could grow beyond `maxBytes`. */
export function uncompressLz4(bytes: Uint8Array, maxBytes: number, library: Lz4Library): Uint8Array {
  const frame = readFrame(bytes)
  checkBound(frame.bound, maxBytes)
  if (!frame.isPlain) return library.uncompressFrame(bytes)
  return joined(frame.blocks.map((block) => unpacked(bytes, block, library)))
}

interface Block {
  start: number
  end: number
  isPacked: boolean
  /** The most that it can unpack to. */
  bound: number
}

interface Frame {
  /** Blocks and nothing but blocks, none of which needs another. */
  isPlain: boolean
  blocks: Block[]
  bound: number
}

/** Throws CorruptDataError where a frame is cut short or no LZ4 frame: all lengths are checked here, before one is believed. */
function readFrame(bytes: Uint8Array): Frame {
  const view = viewOf(bytes)
  if (bytes.length < PLAIN_HEADER_BYTES || view.getUint32(0, true) !== MAGIC)
    throw new CorruptDataError('no LZ4 frame')
  const flags = bytes[DESCRIPTOR_AT]!
  const code = bytes[DESCRIPTOR_AT + 1]!
  const size = BLOCK_SIZES.find((each) => each.code === (code & 0x70))
  if (flags >>> 6 !== 1 || size === undefined)
    throw new CorruptDataError('an LZ4 frame with an unknown header')
  const blockTail = (flags & 0x10) === 0 ? 0 : 4
  const blocks: Block[] = []
  let at = descriptorEnd(flags) + 1
  let bound = 0
  for (;;) {
    if (at + SIZE_BYTES > bytes.length) throw new CorruptDataError('an LZ4 frame is cut short')
    const field = view.getUint32(at, true)
    if (field === 0) break
    const block = blockOf(field, at + SIZE_BYTES, size.bytes)
    blocks.push(block)
    bound += block.bound
    at = block.end + blockTail
  }
  const isPlain =
    flags === PLAIN_FLAGS && code === size.code && bytes[PLAIN_HEADER_BYTES - 1] === descriptorChecksum(bytes)
  return { isPlain, blocks, bound }
}

/** An LZ4 sequence gives at most 255 bytes for each of its own. */
const BEST_RATIO = 255

function blockOf(field: number, start: number, maxBytes: number): Block {
  const isPacked = field < NOT_PACKED
  const length = isPacked ? field : field - NOT_PACKED
  return {
    start,
    end: start + length,
    isPacked,
    bound: Math.min(maxBytes, isPacked ? length * BEST_RATIO : length),
  }
}

/** A block's content, in memory of its own. */
function unpacked(
  bytes: Uint8Array,
  { start, end, isPacked, bound }: Block,
  library: Lz4Library,
): Uint8Array {
  if (!isPacked) return bytes.slice(start, end)
  // The library wants to find the length where the frame has the block's size: lent to it, instead of a copy.
  const view = viewOf(bytes)
  const size = view.getUint32(start - SIZE_BYTES, true)
  view.setUint32(start - SIZE_BYTES, bound, true)
  try {
    return library.uncompressBlock(bytes.subarray(start - SIZE_BYTES, end))
  } finally {
    view.setUint32(start - SIZE_BYTES, size, true)
  }
}
