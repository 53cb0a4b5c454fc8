import { randomBytes } from 'node:crypto'
import { compressFrameSync, compressSync, decompressFrameSync, uncompressSync } from 'lz4-napi'
import { describe, expect, it } from 'vitest'
import { loadCodec } from '../../../src/core/records/compression.ts'
import { compressLz4, type Lz4Library, uncompressLz4 } from '../../../src/core/records/lz4-frame.ts'

const MAX_BYTES = 64 * 1024 * 1024

const library: Lz4Library = {
  compressBlock: (bytes) => compressSync(Buffer.from(bytes)),
  uncompressBlock: (bytes) => uncompressSync(bytes),
  uncompressFrame: () => {
    throw new Error('the frame was left to the library')
  },
}

const framed = (bytes: Uint8Array) => Buffer.concat(compressLz4(bytes, library))

const lines = (bytes: number) =>
  Buffer.from(
    Array.from({ length: bytes / 20 + 1 }, (_, index) => `line ${index} level=info\n`).join(''),
  ).subarray(0, bytes)

const INPUTS = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['64 KiB', lines(64 * 1024)],
  ['a byte more than 64 KiB', lines(64 * 1024 + 1)],
  ['256 KiB', lines(256 * 1024)],
  ['1 MiB', lines(1024 * 1024)],
  ['a byte more than 4 MiB', lines(4 * 1024 * 1024 + 1)],
  ['9 MiB of zeroes', Buffer.alloc(9 * 1024 * 1024)],
  ['what cannot be packed', randomBytes(300_000)],
  ['lines, then what cannot be packed', Buffer.concat([lines(5_000_000), randomBytes(5_000_000)])],
] as const

describe('LZ4 frames', () => {
  it.each(INPUTS)('are whole frames to the library too: %s', (_, input) => {
    expect(input.equals(decompressFrameSync(framed(input)))).toBe(true)
  })

  it.each(INPUTS)('come back as they were, and are left as they were: %s', (_, input) => {
    const frame = framed(input)
    const before = Buffer.from(frame)
    expect(input.equals(uncompressLz4(frame, MAX_BYTES, library))).toBe(true)
    expect(before.equals(frame)).toBe(true)
  })

  it.each(INPUTS)('of the library are read: %s', (_, input) => {
    expect(input.equals(uncompressLz4(compressFrameSync(input), MAX_BYTES, library))).toBe(true)
  })

  it('grow by a few bytes only where nothing can be packed', () => {
    const input = randomBytes(10_000_000)
    expect(framed(input).length - input.length).toBeLessThan(32)
  })

  it.each([{ contentChecksum: true }, { blockChecksums: true }])(
    'with checksums are left to the library, which looks at them: %j',
    async (options) => {
      const { decompress } = await loadCodec('lz4')
      const frame = compressFrameSync(lines(200_000), options)
      expect(() => uncompressLz4(frame, MAX_BYTES, library)).toThrow('left to the library')
      expect(lines(200_000).equals(decompress(frame, MAX_BYTES))).toBe(true)
      frame[frame.length - (options.contentChecksum ? 1 : 5)]! ^= 1
      expect(() => decompress(frame, MAX_BYTES)).toThrow('cannot unpack lz4 data')
    },
  )

  it('are refused where their header was damaged', async () => {
    const { decompress } = await loadCodec('lz4')
    const frame = framed(lines(1000))
    frame[6]! ^= 1
    expect(() => decompress(frame, MAX_BYTES)).toThrow('cannot unpack lz4 data')
  })

  it('are left as they were where a block turns out to be damaged', () => {
    const frame = framed(lines(1000))
    frame.fill(0xff, 20)
    frame.writeUInt32LE(0, frame.length - 4)
    const before = Buffer.from(frame)
    expect(() => uncompressLz4(frame, MAX_BYTES, library)).toThrow(/./)
    expect(before.equals(frame)).toBe(true)
  })

  it('say how large they could become before anything is unpacked', () => {
    const frame = framed(Buffer.alloc(9_000_000))
    expect(() => uncompressLz4(frame, 1_000_000, library)).toThrow('more than the 1000000 allowed')
  })
})
