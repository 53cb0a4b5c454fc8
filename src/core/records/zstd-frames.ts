/**
 * How much zstd frames can unpack to, read from their block headers alone: libraries allocate what a frame claims,
 * or what it turns out to hold, before anybody can say that this is too much.
 */
import { CorruptDataError } from '../errors.ts'
import { viewOf } from './frame-bytes.ts'

const ZSTD_MAGIC = 0xfd2fb528
const ZSTD_SKIPPABLE_MAGIC = 0x184d2a5
const ZSTD_BLOCK_BYTES = 128 * 1024
const ZSTD_RLE = 1
const ZSTD_RAW = 0

export interface ZstdFrame {
  start: number
  end: number
  /** The most that it can unpack to. */
  bound: number
}

/** The frames that `bytes` consists of, skippable ones left out (RFC 8878, 3.1). Throws CorruptDataError. */
export function zstdFrames(bytes: Uint8Array): ZstdFrame[] {
  const view = viewOf(bytes)
  const frames: ZstdFrame[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) throw new CorruptDataError('a zstd frame is cut short')
    const magic = view.getUint32(at, true)
    if (magic >>> 4 === ZSTD_SKIPPABLE_MAGIC) {
      at += 8 + view.getUint32(at + 4, true)
      continue
    }
    if (magic !== ZSTD_MAGIC) throw new CorruptDataError('no zstd frame')
    const frame = zstdFrame(view, at)
    if (frame.end > bytes.length) throw new CorruptDataError('a zstd frame is cut short')
    frames.push(frame)
    at = frame.end
  }
  return frames
}

/** 0 magic u32 | 4 descriptor u8 | [window u8] | [dictionary id] | [content size], then blocks: u24 = last:1, type:2, size:21. */
function zstdFrame(view: DataView, start: number): ZstdFrame {
  const descriptor = view.getUint8(start + 4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >>> 6
  const sizeBytes = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
  const sizeAt = start + 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes
  let at = sizeAt + sizeBytes
  let bound = 0
  for (let isLast = false; !isLast;) {
    if (at + 3 > view.byteLength) throw new CorruptDataError('a zstd frame is cut short')
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
    const type = (header >>> 1) & 3
    const size = header >>> 3
    isLast = (header & 1) !== 0
    at += 3 + (type === ZSTD_RLE ? 1 : size)
    bound += type === ZSTD_RLE || type === ZSTD_RAW ? size : ZSTD_BLOCK_BYTES
  }
  const end = at + ((descriptor & 0x04) === 0 ? 0 : 4)
  const claimed = claimedSize(view, sizeAt, sizeBytes)
  if (claimed !== undefined && claimed > bound)
    throw new CorruptDataError(`a zstd frame claims ${claimed} bytes and holds ${bound} at most`)
  return { start, end, bound }
}

function claimedSize(view: DataView, at: number, sizeBytes: number): number | undefined {
  if (sizeBytes === 0) return undefined
  if (at + sizeBytes > view.byteLength) throw new CorruptDataError('a zstd frame is cut short')
  if (sizeBytes === 1) return view.getUint8(at)
  if (sizeBytes === 2) return view.getUint16(at, true) + 256
  return sizeBytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true))
}
