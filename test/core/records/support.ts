import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Batch, hasValidCrc, readBatches } from '../../../src/core/records/batch-reader.ts'
import { BatchWriter, type EncodedHeaders, type Sealing } from '../../../src/core/records/batch-writer.ts'
import { loadCodec } from '../../../src/core/records/compression.ts'
import { loadCrc32c } from '../../../src/core/records/crc32c.ts'
import { BATCH_LENGTH_AT, type Codec, LOG_OVERHEAD, RECORDS_AT } from '../../../src/core/records/layout.ts'
import { RecordCursor } from '../../../src/core/records/record-cursor.ts'
import { type Change, mutated } from '../../support/mutations.ts'
import { encodeHeaders } from '../../../src/core/records/headers.ts'

export interface PlainRecord {
  timestamp: number
  key: Uint8Array | null
  value: Uint8Array | null
  headers: [key: Uint8Array, value: Uint8Array | null][]
}

/** What Kafka's own classes wrote, and how they read it: see scripts/generate/record-fixtures.ts. */
export function fixture<T>(name: string): T[] {
  const file = new URL(`../../fixtures/records/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as T[]
}

export const crc32c = await loadCrc32c()

/** One batch of `records`, sealed as the producer seals it. */
export async function batchOf(
  records: readonly PlainRecord[],
  options: Partial<Omit<Sealing, 'compressor' | 'crc32c'>> = {},
): Promise<Buffer> {
  const size = records.reduce((sum, one) => sum + 200 + sizeOf(one), 100)
  const writer = new BatchWriter(Buffer.alloc(size, 0xee))
  for (const { timestamp, key, value, headers } of records) {
    const encoded: EncodedHeaders | null =
      headers.length === 0 ? null : encodeHeaders(headers.map(([name, content]) => ({ key: name, value: content }))) // prettier-ignore
    writer.append(timestamp, key, 0, key?.length ?? 0, value, 0, value?.length ?? 0, encoded)
  }
  const { codec = 'none' as Codec } = options
  const compressor = await loadCodec(codec)
  return writer.seal({
    codec,
    compressor,
    crc32c,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    isTransactional: false,
    ...options,
  })
}

/** The batch with changed records, and a length that is right. */
export function damaged(whole: Buffer, changes: readonly Change[]): Buffer {
  const records = mutated(whole.subarray(RECORDS_AT), changes)
  const bytes = Buffer.concat([whole.subarray(0, RECORDS_AT), records])
  bytes.writeInt32BE(bytes.length - LOG_OVERHEAD, BATCH_LENGTH_AT)
  return bytes
}

/** Batches of one text record each. */
export function textBatch(...values: string[]): Promise<Buffer> {
  return batchOf(
    values.map((value) => ({ timestamp: 1000, key: null, value: Buffer.from(value), headers: [] })),
  )
}

/** All records of all batches; their CRCs checked. Throws what the reader throws. */
export async function readAll(
  bytes: Buffer,
): Promise<{ batch: Batch; records: (PlainRecord & { offset: number })[] }[]> {
  const cursor = new RecordCursor()
  const all = []
  for (const batch of readBatches(bytes, 't-0')) {
    if (!hasValidCrc(batch, crc32c)) throw new Error('the CRC does not match')
    await loadCodec(batch.codec)
    cursor.open(batch)
    const records = []
    while (cursor.next()) records.push(recordAt(cursor))
    all.push({ batch, records })
  }
  return all
}

export function recordAt(cursor: RecordCursor): PlainRecord & { offset: number } {
  const { bytes, offset, timestamp, keyStart, keyEnd, valueStart, valueEnd } = cursor
  const headers: PlainRecord['headers'] = []
  cursor.forEachHeader((nameStart, nameEnd, start, end) =>
    headers.push([copy(bytes, nameStart, nameEnd)!, copy(bytes, start, end)]),
  )
  return { offset, timestamp, key: copy(bytes, keyStart, keyEnd), value: copy(bytes, valueStart, valueEnd), headers } // prettier-ignore
}

/** As the fixtures write bytes: hex, or the digest of long ones. */
export function hexOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null
  if (bytes.length <= 256) return Buffer.from(bytes).toString('hex')
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function copy(bytes: Uint8Array, start: number, end: number): Buffer | null {
  return start < 0 ? null : Buffer.from(bytes.subarray(start, end))
}

function sizeOf({ key, value, headers }: PlainRecord): number {
  const inHeaders = headers.reduce(
    (sum, [name, content]) => sum + name.length + (content?.length ?? 0) + 10,
    0,
  )
  return (key?.length ?? 0) + (value?.length ?? 0) + inHeaders
}
