import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameReader } from '../../../src/core/cluster/frame.ts'
import { ConnectionError, CorruptDataError } from '../../../src/core/errors.ts'

describe('FrameReader', () => {
  it('gives the same frames however the bytes are cut', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 4, maxLength: 300 }), { maxLength: 8 })
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (frames, cuts) => {
        const seen: Buffer[] = []
        const reader = new FrameReader('broker', (frame) => seen.push(Buffer.from(frame)))
        for (const chunk of cut(Buffer.concat(frames.map(framed)), cuts))
          expect(reader.push(chunk)).toBeUndefined()
        expect(seen).toEqual(frames.map((frame) => Buffer.from(frame)))
        expect(reader.frames).toBe(frames.length)
        expect(reader.isInsideFrame).toBe(false)
      }),
    )
  })

  it('gives the same frames when the bytes are put where it says, however few come at once', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 4, maxLength: 40_000 }), { maxLength: 6 })
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1 }), (frames, cuts) => {
        const seen: Buffer[] = []
        const reader = new FrameReader('broker', (frame) => seen.push(frame))
        const all = Buffer.concat(frames.map(framed))
        for (let at = 0, turn = 0; at < all.length; turn++) {
          const taken = all.copy(reader.room(), 0, at, at + cuts[turn % cuts.length]!)
          expect(reader.filled(taken)).toBeUndefined()
          at += taken
        }
        expect(seen).toEqual(frames.map((frame) => Buffer.from(frame)))
        expect(reader.isInsideFrame).toBe(false)
      }),
    )
  })

  it('knows when it stands in the middle of a frame', () => {
    const reader = new FrameReader('broker', () => {})
    reader.push(Buffer.from([0, 0]))
    expect(reader.isInsideFrame).toBe(true)
    reader.push(Buffer.from([0, 5, 1, 2, 3, 4]))
    expect(reader.isInsideFrame).toBe(true)
    reader.push(Buffer.from([5]))
    expect(reader.isInsideFrame).toBe(false)
  })

  it.each([
    ['a length of zero', size(0), '0 bytes'],
    ['a length without room for a correlation id', size(3), '3 bytes'],
    ['a negative length', size(-1), '-1 bytes'],
    ['a length of 2^31-1', size(2 ** 31 - 1), '2147483647 bytes'],
    ['one byte more than allowed', size(101), 'more than the 100 allowed'],
  ])('refuses %s before any memory is taken for it', (_name, bytes, text) => {
    const failure = new FrameReader('h:1', () => expect.unreachable(), 100).push(bytes)
    expect(failure).toBeInstanceOf(CorruptDataError)
    expect(failure?.message).toContain(text)
    expect(failure?.message).toContain('h:1')
  })

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', 'speaks HTTP'],
    ['SSH-2.0-OpenSSH', 'speaks SSH'],
    ['-ERR unknown command', '"-ERR"'],
    ['\u0015\u0003\u0003\u0000\u0002\u0002\u0028', 'speaks TLS'],
    ['\u0016\u0003\u0001\u0002\u0000', 'speaks TLS'],
  ])('names the protocol of %j', (text, expected) => {
    const failure = new FrameReader('h:1', () => {}).push(Buffer.from(text, 'latin1'))
    expect(failure).toBeInstanceOf(ConnectionError)
    expect(failure?.message).toContain(expected)
  })
})

function framed(body: Uint8Array): Buffer {
  return Buffer.concat([size(body.length), body])
}

function size(bytes: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(bytes)
  return buffer
}

function* cut(bytes: Buffer, sizes: number[]): Generator<Buffer> {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const length = sizes[index % sizes.length] ?? 1
    yield bytes.subarray(at, at + length)
    at += length
  }
}
