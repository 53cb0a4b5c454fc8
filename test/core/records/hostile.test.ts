import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CorruptDataError } from '../../../src/core/errors.ts'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { loadCodec } from '../../../src/core/records/compression.ts'
import { type Codec, CODECS } from '../../../src/core/records/layout.ts'
import { RecordCursor } from '../../../src/core/records/record-cursor.ts'
import { batchOf, fixture, recordAt } from './support.ts'

for (const codec of CODECS) await loadCodec(codec)

const golden = fixture<{ name: string; base64: string }>('batches').map(({ name, base64 }) => ({
  name,
  bytes: Buffer.from(base64, 'base64'),
}))

/** Reads without looking at checksums, as a hostile sender would make them fit. */
function readUnchecked(bytes: Buffer): number {
  const cursor = new RecordCursor()
  let count = 0
  for (const batch of readBatches(bytes, 't-0')) {
    cursor.open(batch)
    while (cursor.next()) {
      recordAt(cursor)
      count++
    }
  }
  return count
}

function expectCorruptOrFine(bytes: Buffer): void {
  try {
    readUnchecked(bytes)
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error
  }
}

/** What the add-ons have unpacked is given back between two turns of the event loop only. */
const breathe = () => new Promise((resolve) => setImmediate(resolve))

// The limit is there for a hang, not for a slow machine.
describe('damaged batches', () => {
  it.each(golden)(
    '$name: with any byte flipped are corrupt or other records, nothing else',
    async ({ bytes }) => {
      const step = bytes.length > 2000 ? 23 : 1
      for (let at = 0; at < bytes.length; at += at < 200 ? 1 : step) {
        for (const mask of [0x01, 0x80, 0xff]) {
          const damaged = Buffer.from(bytes)
          damaged[at]! ^= mask
          expectCorruptOrFine(damaged)
        }
        if (at % 100 < step) await breathe()
      }
    },
  )

  it.each(golden)('$name: cut off anywhere are corrupt or fewer records', ({ bytes }) => {
    for (let length = 0; length < bytes.length; length += length < 200 ? 1 : 37)
      expectCorruptOrFine(bytes.subarray(0, length))
  })

  it.each(golden)('$name: that end early inside are corrupt', ({ bytes }) => {
    for (const cut of [1, 2, 5]) {
      const [first] = readBatches(bytes, 't-0')
      const shorter = Buffer.from(first!.bytes.subarray(0, first!.bytes.length - cut))
      shorter.writeInt32BE(shorter.length - 12, 8)
      expect(() => readUnchecked(shorter)).toThrow(CorruptDataError)
    }
  })

  it('of random bytes are corrupt or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 2 }), (random, magic) => {
        const bytes = Buffer.concat([Buffer.alloc(17), random])
        bytes.writeInt32BE(bytes.length - 12, 8)
        bytes[16] = magic
        expectCorruptOrFine(bytes)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([-1, 2 ** 31 - 1, -(2 ** 31), 7])('with a count of %i records are corrupt', async (count) => {
    const bytes = await oneBatch('none')
    bytes.writeInt32BE(count, 57)
    expect(() => readUnchecked(bytes)).toThrow(CorruptDataError)
  })

  it.each([-1, 0, 48])('that claim a length of %i are corrupt', async (length) => {
    const bytes = await oneBatch('none')
    bytes.writeInt32BE(length, 8)
    expect(() => readUnchecked(bytes)).toThrow(`claims a length of ${length} bytes`)
  })

  it('of a magic that no Kafka has written are named', async () => {
    const bytes = await oneBatch('none')
    bytes[16] = 3
    expect(() => readUnchecked(bytes)).toThrow('t-0: a batch has the magic 3')
  })

  it('with a codec that does not exist are named', async () => {
    const bytes = await oneBatch('none')
    bytes[22] = 7
    expect(() => readUnchecked(bytes)).toThrow('unknown compression codec 7')
  })
})

const LIMIT = 1024 * 1024

describe('bytes that would unpack to more than is allowed', () => {
  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('are refused: %s', async (codec) => {
    const { compress, decompress } = await loadCodec(codec)
    const packed = Buffer.concat(await compress(Buffer.alloc(LIMIT * 40)))
    expect(() => decompress(packed, LIMIT)).toThrow(CorruptDataError)
  })

  it('are refused when only a header claims so: zstd', async () => {
    const { compress, decompress } = await loadCodec('zstd')
    const packed = Buffer.concat(await compress(Buffer.alloc(100_000, 'ab')))
    // Frame descriptor: the content size with 8 bytes, a single segment.
    const claim = Buffer.alloc(8)
    claim.writeBigUInt64LE(2n ** 40n)
    const rest = packed.subarray(5 + 4)
    const forged = Buffer.concat([packed.subarray(0, 4), Buffer.from([0xe0]), claim, rest])
    expect(() => decompress(forged, LIMIT)).toThrow(/claims 1099511627776 bytes/)
  })

  it('are refused when only a header claims so: snappy', async () => {
    const { decompress } = await loadCodec('snappy')
    const forged = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61])
    expect(() => decompress(forged, LIMIT)).toThrow('would unpack to 4294967295 bytes')
  })

  it('are read when they are within the limit', async () => {
    for (const codec of CODECS) {
      const { compress, decompress } = await loadCodec(codec)
      const packed = Buffer.concat(await compress(Buffer.alloc(LIMIT, 1)))
      expect(decompress(packed, 2 * LIMIT)).toHaveLength(LIMIT)
    }
  })
})

describe('bytes of another codec', () => {
  it.each(['gzip', 'lz4', 'zstd', 'snappy'] as const)('are no %s', async (codec) => {
    const { decompress } = await loadCodec(codec)
    const others = [Buffer.from('plain text, not packed'), Buffer.alloc(0), Buffer.alloc(64, 0xff)]
    if (codec !== 'gzip') others.push(gzipSync('text'))
    for (const other of others) {
      try {
        expect(decompress(other, LIMIT).length).toBe(0)
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptDataError)
      }
    }
  })
})

async function oneBatch(codec: Codec): Promise<Buffer> {
  return batchOf([{ timestamp: 1, key: null, value: Buffer.from('value'), headers: [] }], { codec })
}
