import { describe, expect, it } from 'vitest'
import { hasValidCrc, readBatches } from '../../../src/core/records/batch-reader.ts'
import { crc32c, fixture, hexOf, readAll } from './support.ts'

interface JavaBatch {
  magic: number
  codec: string
  lastOffset: number
  producerId: number
  producerEpoch: number
  baseSequence: number
  isTransactional: boolean
  isControl: boolean
  maxTimestamp: number
  records: {
    offset: number
    timestamp: number
    key: string | null
    value: string | null
    headers: unknown[]
  }[]
}

const cases = fixture<{ name: string; base64: string; batches: JavaBatch[] }>('batches')

describe('batches written by Kafka', () => {
  it('are there in every format and codec', () => {
    const kinds = new Set(cases.map(({ batches: [first] }) => `v${first!.magic} ${first!.codec}`))
    expect([...kinds].sort()).toEqual([
      ...['v0 gzip', 'v0 lz4', 'v0 none', 'v0 snappy', 'v1 gzip', 'v1 lz4', 'v1 none', 'v1 snappy'],
      ...['v2 gzip', 'v2 lz4', 'v2 none', 'v2 snappy', 'v2 zstd'],
    ])
  })

  it.each(cases)('$name: has the records that Kafka reads', async ({ base64, batches }) => {
    const read = await readAll(Buffer.from(base64, 'base64'))
    const records = read.flatMap((one) =>
      one.records.map(({ offset, timestamp, key, value, headers }) => ({
        offset,
        timestamp,
        key: hexOf(key),
        value: hexOf(value),
        headers: headers.map(([name, content]) => [Buffer.from(name).toString(), hexOf(content)]),
      })),
    )
    expect(records).toEqual(batches.flatMap((one) => one.records))
  })

  it.each(cases)('$name: has the header that Kafka reads', async ({ base64, batches }) => {
    const read = readBatches(Buffer.from(base64, 'base64'), 't-0')
    const headers = read.map((batch) => ({
      magic: batch.magic,
      codec: batch.codec,
      lastOffset: batch.lastOffset,
      producerId: Number(batch.producerId),
      producerEpoch: batch.producerEpoch,
      baseSequence: batch.baseSequence,
      isTransactional: batch.isTransactional,
      isControl: batch.isControl,
      maxTimestamp: batch.maxTimestamp,
    }))
    expect(headers).toEqual(batches.map(({ records: _records, ...header }) => header))
  })

  it.each(cases)('$name: does not match its CRC once a byte is flipped', ({ base64 }) => {
    const bytes = Buffer.from(base64, 'base64')
    const [first] = readBatches(bytes, 't-0')
    expect(hasValidCrc(first!, crc32c)).toBe(true)
    const start = first!.magic === 2 ? 21 : 17
    for (let at = start; at < Math.min(first!.bytes.length, 300); at++) {
      const damaged = Buffer.from(first!.bytes)
      damaged[at]! ^= 0x10
      expect(hasValidCrc({ ...first!, bytes: damaged }, crc32c), `byte ${at}`).toBe(false)
    }
  })
})
