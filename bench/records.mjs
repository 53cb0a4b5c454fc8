/** What is measured on: a segment file as a broker writes it, and commits as groups write them. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { crc32c } from '@node-rs/crc32'

const RECORDS_PER_BATCH = 1000
const HEADER_BYTES = 61

/** A segment of uncompressed batches with as many records of 100 bytes; the checksum does not cover the offset. */
export function writeSegment(path, records) {
  const batch = batchOfLines()
  const file = openSync(path, 'w')
  for (let offset = 0; offset < records; offset += RECORDS_PER_BATCH) {
    batch.writeBigInt64BE(BigInt(offset), 0)
    writeSync(file, batch)
  }
  closeSync(file)
}

function batchOfLines() {
  const records = []
  for (let index = 0; index < RECORDS_PER_BATCH; index++) {
    const line = Buffer.from(`line ${index} `.padEnd(100, 'abcdefghij'))
    const body = Buffer.concat([
      Buffer.from([0, 0]),
      varint(index),
      varint(-1),
      varint(line.length),
      line,
      varint(0),
    ])
    records.push(varint(body.length), body)
  }
  const section = Buffer.concat(records)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeInt32BE(HEADER_BYTES - 12 + section.length, 8)
  header[16] = 2
  header.writeInt32BE(RECORDS_PER_BATCH - 1, 23)
  header.writeBigInt64BE(1_700_000_000_000n, 27)
  header.writeBigInt64BE(1_700_000_000_000n, 35)
  header.fill(0xff, 43, 57)
  header.writeInt32BE(RECORDS_PER_BATCH, 57)
  const batch = Buffer.concat([header, section])
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

function varint(value) {
  const bytes = []
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}

/** Committed offsets as JSON lines of the console producer, their bytes in base64. */
export function writeCommits(path, commits) {
  const file = openSync(path, 'w')
  const lines = []
  for (let index = 0; index < commits; index++) {
    lines.push(commitLine(index))
    if (lines.length < 10_000 && index < commits - 1) continue
    writeSync(file, lines.join(''))
    lines.length = 0
  }
  closeSync(file)
}

function commitLine(index) {
  const group = text(`billing-service-${index % 200}`)
  const key = Buffer.concat([
    Buffer.from([0, 1]),
    group,
    text(`orders-${index % 5}`),
    Buffer.from([0, 0, 0, index % 12]),
  ])
  const value = Buffer.alloc(43)
  value.writeInt16BE(4, 0)
  value.writeBigInt64BE(BigInt(index * 3), 2)
  value.writeInt32BE(index % 7, 10)
  value[14] = 1
  value.writeBigInt64BE(BigInt(1_700_000_000_000 + index), 15)
  value.set([1, 0, 16], 23)
  value.fill(index % 5, 26, 42)
  const [keyText, valueText] = [key, value.subarray(0, 42)].map((bytes) => bytes.toString('base64'))
  return `{"key":"${keyText}","keyEncoding":"base64","value":"${valueText}","valueEncoding":"base64"}\n`
}

function text(letters) {
  const bytes = Buffer.from(letters)
  return Buffer.concat([Buffer.from([0, bytes.length]), bytes])
}
