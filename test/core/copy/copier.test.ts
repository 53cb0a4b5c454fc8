import { describe, expect, it } from 'vitest'
import { PartitionPosition } from '../../../src/core/consumer/position.ts'
import { Copier, type CopierOptions } from '../../../src/core/copy/copier.ts'
import { recordMap } from '../../../src/core/copy/record-map.ts'
import { CorruptDataError } from '../../../src/core/errors.ts'
import { producerOptions } from '../../../src/core/producer/options.ts'
import type { Delivery } from '../../../src/core/producer/delivery.ts'
import { Producer } from '../../../src/core/producer/producer.ts'
import { TopicRouter } from '../../../src/core/producer/topic-router.ts'
import { type Batch, readBatches } from '../../../src/core/records/batch-reader.ts'
import { BatchWriter } from '../../../src/core/records/batch-writer.ts'
import { loadCodec } from '../../../src/core/records/compression.ts'
import { crc32 } from '../../../src/core/records/crc32.ts'
import { loadCrc32c } from '../../../src/core/records/crc32c.ts'
import {
  ATTRIBUTES_AT,
  CRC_AT,
  LAST_OFFSET_DELTA_AT,
  LOG_APPEND_TIME_BIT,
  MAX_TIMESTAMP_AT,
  TRANSACTIONAL_BIT,
} from '../../../src/core/records/layout.ts'
import { RecordCursor } from '../../../src/core/records/record-cursor.ts'
import { addTopic, type FakeBroker } from '../../broker/index.ts'
import { closesAfterTest, fakeCluster, open } from '../cluster/support.ts'

const LARGE = 'x'.repeat(2000)

describe('a batch', () => {
  it('goes through as it is, but for who has written it', async () => {
    const { copy, copier, stored, broker } = await copying()
    const batch = await batchOf(100, ['none'])
    const before = Buffer.from(batch.bytes)
    await copy([batch])
    expect(copier.forwarded).toBe(1)
    expect(await stored()).toEqual(expectedRecords(100))
    const [written] = batchesIn(broker)
    expect(written!.producerId).toBeGreaterThanOrEqual(0n)
    expect(written!.baseSequence).toBe(0)
    expect(written!.bytes.subarray(61).equals(before.subarray(61))).toBe(true)
  })

  it('loses its place in a transaction of the source', async () => {
    const { copy, stored, broker } = await copying()
    const batch = await batchOf(100)
    change(batch, (bytes) => bytes.writeInt16BE(TRANSACTIONAL_BIT, ATTRIBUTES_AT))
    await copy([batch])
    expect(await stored()).toEqual(expectedRecords(100))
    expect(batchesIn(broker)[0]!.isTransactional).toBe(false)
  })

  it('is written anew where compaction has left gaps, as brokers take none', async () => {
    const { copy, copier, stored, broker } = await copying()
    const batch = await batchOf(100)
    change(batch, (bytes) => bytes.writeInt32BE(150, LAST_OFFSET_DELTA_AT))
    await copy([batch])
    expect(copier.forwarded).toBe(0)
    expect(await stored()).toEqual(expectedRecords(100))
    expect(batchesIn(broker)[0]!.lastOffset).toBe(99)
  })

  it('is written anew with the times of the broker that had it', async () => {
    const { copy, stored } = await copying()
    const batch = await batchOf(100)
    change(batch, (bytes) => {
      bytes.writeInt16BE(LOG_APPEND_TIME_BIT, ATTRIBUTES_AT)
      bytes.writeBigInt64BE(123456n, MAX_TIMESTAMP_AT)
    })
    await copy([batch])
    expect(await stored()).toEqual(expectedRecords(100).map((record) => ({ ...record, timestamp: 123456 })))
  })

  it('is cut where reading begins and ends', async () => {
    const { copy, copier, stored } = await copying()
    const position = new PartitionPosition('a', 0, 10)
    position.endOffset = 130
    await copy([await batchOf(100), await batchOf(100, ['none', 100])], position, 10)
    expect(copier.forwarded).toBe(0)
    expect((await stored()).map(({ key }) => key)).toEqual([
      ...Array.from({ length: 90 }, (_, index) => `k${index + 10}`),
      ...Array.from({ length: 30 }, (_, index) => `k${index}`),
    ])
    expect(position.readOffset).toBe(130)
  })

  it('keeps its codec where it is written anew', async () => {
    const { copy, broker } = await copying({
      properties: { 'compression.type': 'none' },
      keepsTimestamp: false,
    })
    await copy([await batchOf(100, ['lz4'])])
    expect(batchesIn(broker).map(({ codec }) => codec)).toEqual(['lz4'])
  })

  it('that is small is joined with the next, in order', async () => {
    const { copy, copier, stored, broker } = await copying()
    const batches = [await batchOf(2), await batchOf(100, ['none', 2]), await batchOf(3, ['none', 102])]
    await copy(batches)
    expect(copier.forwarded).toBe(1)
    expect((await stored()).map(({ key }) => key)).toEqual(
      [2, 100, 3].flatMap((count) => Array.from({ length: count }, (_, index) => `k${index}`)),
    )
    expect(batchesIn(broker)).toHaveLength(3)
  })

  it('that is damaged ends the copying, and nothing of it goes on', async () => {
    const { copy, stored } = await copying()
    const batch = await batchOf(100)
    batch.bytes[500]! ^= 1
    await expect(copy([batch])).rejects.toThrow(CorruptDataError)
    expect(await stored()).toEqual([])
  })

  it('is given back when it is acknowledged, and not before', async () => {
    const { copy, kept } = await copying()
    await copy([await batchOf(100), await batchOf(2, ['none', 100])])
    expect(kept).toEqual({ taken: 1, released: 1 })
  })

  it('of an old format is copied, too', async () => {
    const { copy, stored } = await copying()
    await copy([legacyMessage(7, 'old', 'value')])
    expect(await stored()).toEqual([{ key: 'old', value: 'value', timestamp: 77 }])
  })
})

describe('a map', () => {
  it.each<[string, unknown]>([
    ['a number', 7],
    ['a key that is no text', { key: 7 }],
    ['headers that are no list', { key: null, value: null, headers: 'x' }],
    ['a timestamp that is no time', { key: null, value: null, headers: [], timestamp: 'now' }],
  ])('that gives back %s is told so', async (_, answer) => {
    const { copy } = await copying({ map: recordMap(() => answer as never, true) })
    await expect(copy([await batchOf(1)])).rejects.toThrow(/returned/)
  })
})

interface Options extends Partial<CopierOptions> {
  properties?: Record<string, string>
}

async function copying({ properties = {}, ...given }: Options = {}) {
  const brokers = await fakeCluster(1)
  const broker = brokers[0]!
  addTopic(broker.state, 't', 1)
  const cluster = await open(broker.address, properties)
  await cluster.metadata.topic('t')
  const failures: Delivery[] = []
  const producer = closesAfterTest(
    await Producer.open(cluster, producerOptions(cluster.settings), (delivery) => {
      if (delivery.error !== undefined) failures.push(delivery)
    }),
  )
  const copier = new Copier({
    producer,
    router: new TopicRouter(cluster, producer, 't'),
    keepsPartition: true,
    keepsTimestamp: true,
    codec: undefined,
    filter: undefined,
    map: undefined,
    isReadCommitted: true,
    crc32c: await loadCrc32c(),
    signal: new AbortController().signal,
    ...given,
  })
  const kept = { taken: 0, released: 0 }
  const keep = () => {
    kept.taken++
    return () => void kept.released++
  }
  const copy = async (batches: Batch[], position = new PartitionPosition('a', 0, 0), fromOffset = 0) => {
    const nextOffset = batches[batches.length - 1]!.lastOffset + 1
    await copier.copy(
      { position, fromOffset, nextOffset, batches, abortedTransactions: [], generation: 0 },
      keep,
    )
    await producer.flush()
    expect(failures).toEqual([])
  }
  return { broker, copier, copy, kept, stored: () => recordsIn(broker) }
}

function batchesIn(broker: FakeBroker): Batch[] {
  const { log } = broker.state.topics.get('t')!.partitions[0]!
  return log.batches.flatMap(({ bytes }) => readBatches(bytes, 't-0'))
}

async function recordsIn(broker: FakeBroker) {
  const cursor = new RecordCursor()
  const records: { key: string; value: string; timestamp: number }[] = []
  for (const batch of batchesIn(broker)) {
    await loadCodec(batch.codec)
    cursor.open(batch)
    while (cursor.next()) records.push(seen(cursor))
  }
  return records
}

function seen({ bytes, keyStart, keyEnd, valueStart, valueEnd, timestamp }: RecordCursor) {
  const text = (start: number, end: number) => Buffer.from(bytes.subarray(start, end)).toString()
  return { key: text(keyStart, keyEnd), value: text(valueStart, valueEnd), timestamp }
}

function expectedRecords(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    key: `k${index}`,
    value: LARGE,
    timestamp: 1000 + index,
  }))
}

/** Of `count` records, as a broker hands it out. */
async function batchOf(
  count: number,
  [codec = 'none', baseOffset = 0]: ['none' | 'lz4', number?] | [] = [],
): Promise<Batch> {
  const writer = new BatchWriter(Buffer.alloc(1024 * 1024))
  for (const [index, { value }] of expectedRecords(count).entries()) {
    const bytes = Buffer.from(`k${index}${value}`)
    const keyEnd = `k${index}`.length
    writer.append(1000 + index, bytes, 0, keyEnd, bytes, keyEnd, bytes.length, null)
  }
  const compressor = await loadCodec(codec)
  const crc32c = await loadCrc32c()
  const owner = { producerId: 99n, producerEpoch: 3, baseSequence: 5, isTransactional: false }
  const whole = Buffer.from(await writer.seal({ codec, compressor, crc32c, ...owner }))
  whole.writeBigInt64BE(BigInt(baseOffset), 0)
  return readBatches(whole, 'a-0')[0]!
}

/** Changes the header, and makes the checksum right again. */
function change(batch: Batch, edit: (bytes: Buffer) => void): void {
  edit(batch.bytes)
  batch.bytes.writeUInt32BE(crc32cNow(batch.bytes.subarray(ATTRIBUTES_AT)), CRC_AT)
  Object.assign(batch, readBatches(batch.bytes, 'a-0')[0])
}

const crc32cNow = await loadCrc32c()

/** Message format v1: 0 offset i64 | 8 size i32 | 12 crc i32 | 16 magic i8 | 17 attributes i8 | 18 timestamp i64 | key | value */
function legacyMessage(offset: number, key: string, value: string): Batch {
  const bytes = Buffer.alloc(34 + key.length + value.length)
  bytes.writeBigInt64BE(BigInt(offset), 0)
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes[16] = 1
  bytes.writeBigInt64BE(77n, 18)
  bytes.writeInt32BE(key.length, 26)
  bytes.write(key, 30)
  bytes.writeInt32BE(value.length, 30 + key.length)
  bytes.write(value, 34 + key.length)
  bytes.writeUInt32BE(crc32(bytes.subarray(16)), 12)
  return readBatches(bytes, 'a-0')[0]!
}
