import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CorruptDataError } from '../../../src/core/errors.ts'
import { Reader } from '../../../src/core/protocol/reader.ts'
import { Writer } from '../../../src/core/protocol/writer.ts'

describe('varints', () => {
  it.each([
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [63, '7e'],
    [-64, '7f'],
    [64, '8001'],
    [2147483647, 'feffffff0f'],
    [-2147483648, 'ffffffff0f'],
  ])('%i is %s', (value, hex) => {
    const writer = new Writer()
    writer.writeVarint(value)
    expect(writer.toBuffer().toString('hex')).toBe(hex)
    expect(new Reader(Buffer.from(hex, 'hex')).readVarint()).toBe(value)
  })

  it('of any size come back, 32 and 64 bits', () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (small, large) => {
        const writer = new Writer(1)
        writer.writeVarint(small)
        writer.writeVarlong(large)
        writer.writeUnsignedVarint(small >>> 0)
        const reader = new Reader(writer.toBuffer())
        expect([reader.readVarint(), reader.readVarlong(), reader.readUnsignedVarint()]).toEqual([
          small,
          large,
          small >>> 0,
        ])
        expect(reader.remaining).toBe(0)
      }),
    )
  })

  it.each(['ffffffffff', 'ffffffff1f', '808080808000', 'ffffff'])('%s is no 32-bit varint', (hex) => {
    expect(() => new Reader(Buffer.from(hex, 'hex')).readUnsignedVarint()).toThrow(CorruptDataError)
  })

  it.each(['ffffffffffffffffff02', '8080808080808080808000'])('%s is no 64-bit varlong', (hex) => {
    expect(() => new Reader(Buffer.from(hex, 'hex')).readVarlong()).toThrow(CorruptDataError)
  })
})

describe('Writer', () => {
  it('grows without losing what was written', () => {
    const writer = new Writer(3)
    for (let index = 0; index < 5000; index++) writer.writeInt32(index)
    const reader = new Reader(writer.toBuffer())
    for (let index = 0; index < 5000; index++) expect(reader.readInt32()).toBe(index)
    expect(writer.length).toBe(20_000)
  })

  it('keeps large bytes as parts of their own, in order', () => {
    const large = Buffer.alloc(4096, 9)
    const writer = new Writer()
    writer.writeInt8(1)
    writer.writeBytes(large)
    writer.writeBytes(large)
    writer.writeInt8(2)
    const parts = writer.parts()
    expect(parts.map(({ length }) => length)).toEqual([1, 4096, 4096, 1])
    expect(parts[1]).toBe(large)
    expect(writer.length).toBe(8194)
  })

  it('puts the size before what was written, however large', () => {
    for (const bytes of [0, 1, 127, 128, 5000, 20_000]) {
      const writer = new Writer(8)
      writer.writeBytes(Buffer.alloc(5000, 1))
      writer.writeInt16(7)
      writer.writeSized(() => writer.writeSized(() => writer.writeBytes(Buffer.alloc(bytes, 3))))
      writer.writeInt16(8)
      const reader = new Reader(writer.toBuffer(), 5000)
      expect(reader.readInt16()).toBe(7)
      const outer = reader.readUnsignedVarint()
      const start = reader.position
      expect(reader.readUnsignedVarint()).toBe(bytes)
      expect(reader.readSlice(bytes)).toEqual(Buffer.alloc(bytes, 3))
      expect(reader.position - start).toBe(outer)
      expect(reader.readInt16()).toBe(8)
    }
  })
})

describe('Reader', () => {
  it('never reads past its end', () => {
    const reader = new Reader(Buffer.alloc(8))
    reader.end = 3
    expect(() => reader.readInt32()).toThrow('4 bytes needed, 3 left at byte 0')
    expect(reader.readInt16()).toBe(0)
  })

  it('reads numbers with their signs', () => {
    const reader = new Reader(Buffer.from('fffefffeffffffff8000000000000000bff8000000000000', 'hex'))
    expect([reader.readInt16(), reader.readUint16(), reader.readUint32()]).toEqual([-2, 65534, 4294967295])
    expect([reader.readInt64(), reader.readFloat64()]).toEqual([-(2n ** 63n), -1.5])
  })
})
