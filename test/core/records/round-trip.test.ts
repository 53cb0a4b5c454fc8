import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBatches } from '../../../src/core/records/batch-reader.ts'
import { restamp } from '../../../src/core/records/batch-writer.ts'
import { loadCodec } from '../../../src/core/records/compression.ts'
import { CODECS } from '../../../src/core/records/layout.ts'
import { batchOf, crc32c, type PlainRecord, readAll, textBatch } from './support.ts'

const bytes = fc.uint8Array({ maxLength: 200 })
const field = fc.option(bytes, { nil: null })
// A key from a small set, so that headers repeat.
const header = fc.tuple(fc.oneof(fc.constantFrom(Buffer.from('a'), Buffer.from('')), bytes), field)
const record: fc.Arbitrary<PlainRecord> = fc.record({
  timestamp: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4e12 }), fc.constant(2 ** 50)),
  key: field,
  value: field,
  headers: fc.array(header, { maxLength: 5 }),
})

describe.each(CODECS)('a batch packed with %s', (codec) => {
  it('has the records that were put in, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), async (records) => {
        const [read] = await readAll(await batchOf(records, { codec }))
        expect(read!.records.map(({ offset: _offset, ...rest }) => plain(rest))).toEqual(records.map(plain))
        expect(read!.batch.maxTimestamp).toBe(Math.max(...records.map(({ timestamp }) => timestamp)))
      }),
      { numRuns: 60 },
    )
  })

  it('may hold a record of megabytes', async () => {
    const value = Buffer.alloc(3_000_000, 'all sorts of text, ')
    const [read] = await readAll(await batchOf([{ timestamp: 1, key: null, value, headers: [] }], { codec }))
    expect(value.equals(read!.records[0]!.value!)).toBe(true)
  })

  it('says who produced it, also after it has been given another epoch', async () => {
    const whole = await batchOf([{ timestamp: 1, key: null, value: Buffer.from('v'), headers: [] }], {
      codec,
      producerId: 99n,
      producerEpoch: 3,
      baseSequence: 17,
    })
    restamp(whole, 99n, 4, 0, crc32c)
    const [{ batch, records }] = (await readAll(whole)) as [Awaited<ReturnType<typeof readAll>>[0]]
    expect(batch).toMatchObject({ producerId: 99n, producerEpoch: 4, baseSequence: 0, codec })
    expect(records).toHaveLength(1)
  })
})

it('records of every size around one, two and three bytes of size are read as they were written', async () => {
  const lengths = [...span(40, 80), ...span(8100, 8200)]
  const records = lengths.map((length) => {
    return { timestamp: 1, key: Buffer.from('k'), value: Buffer.alloc(length, 'v'), headers: [] }
  })
  const [read] = await readAll(await batchOf(records))
  expect(read!.records.map(({ value }) => value!.length)).toEqual(lengths)
})

function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

describe('batches in a row', () => {
  it('are read up to the one that is cut off', async () => {
    const first = await textBatch('a', 'b')
    const second = await textBatch('c')
    for (let length = 0; length < second.length; length++) {
      const read = readBatches(Buffer.concat([first, second.subarray(0, length)]), 't-0')
      expect(read.map(({ recordsCount }) => recordsCount)).toEqual([2])
    }
    expect(readBatches(Buffer.concat([first, second]), 't-0')).toHaveLength(2)
  })
})

describe('snappy', () => {
  it('without the header of snappy-java is read too', async () => {
    const { compressSync } = await import('snappy')
    const { decompress } = await loadCodec('snappy')
    const text = Buffer.from('some bytes, some bytes, some bytes')
    expect(Buffer.from(decompress(compressSync(text), 1000))).toEqual(text)
  })
})

function plain({ timestamp, key, value, headers }: PlainRecord) {
  const hex = (content: Uint8Array | null) => (content === null ? null : Buffer.from(content).toString('hex'))
  return {
    timestamp,
    key: hex(key),
    value: hex(value),
    headers: headers.map(([name, content]) => [hex(name), hex(content)]),
  }
}
