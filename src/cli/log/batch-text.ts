/**
 * Batches and records in the words of Kafka's tool (org.apache.kafka.tools.DumpLogSegments), from bytes to bytes. Hot path:
 * segments have a gigabyte each.
 */
import { CorruptDataError } from '../../core/errors.ts'
import type { Batch } from '../../core/records/batch-reader.ts'
import { crc32 } from '../../core/records/crc32.ts'
import { controlRecord } from '../../core/records/internal/control-records.ts'
import { ATTRIBUTES_AT, CRC_AT, DELETE_HORIZON_BIT } from '../../core/records/layout.ts'
import { legacyMessages } from '../../core/records/legacy.ts'
import { RecordCursor } from '../../core/records/record-cursor.ts'
import { fieldsOf } from '../records/internal/record-fields.ts'
import type { OutputBuffer } from '../records/output-buffer.ts'
import { type FieldDecoder, isText, type RecordDecoder } from './record-decoders.ts'

export interface BatchTextOptions {
  /** Prints the records of each batch, not only the batch. */
  isDeep: boolean
  printsContents: boolean
  skipsMetadata: boolean
  /** For what Kafka keeps in its own topics; undefined: key and value stand for themselves. */
  decoder: RecordDecoder | undefined
  keyDecoder: FieldDecoder | undefined
  valueDecoder: FieldDecoder | undefined
}

export class BatchText {
  /** Pairs of offsets between which some are missing. */
  readonly gaps: [number, number][] = []
  readonly #options: BatchTextOptions
  readonly #out: OutputBuffer
  readonly #cursor = new RecordCursor()
  #lastOffset = -1

  constructor(options: BatchTextOptions, out: OutputBuffer) {
    this.#options = options
    this.#out = out
  }

  /** The line of the batch alone. */
  batch(batch: Batch, position: number, isValid: boolean): void {
    this.#out.ascii(batchLine(batch, position, isValid))
  }

  /**
   * The records, if they are wanted, handing over whenever the output is full. The codec must be loaded. Throws
   * CorruptDataError behind the last record that could be read.
   */
  *records(batch: Batch): Generator<void> {
    if (!this.#options.isDeep) return
    if (batch.magic < 2) yield* this.#legacy(batch)
    else yield* this.#current(batch)
  }

  *#current(batch: Batch): Generator<void> {
    const cursor = this.#cursor
    const out = this.#out
    cursor.open(batch)
    const kind = put(` ${timestampType(batch)}: `)
    while (cursor.next()) {
      this.#follow(cursor.offset)
      const lineAt = out.length
      if (!this.#options.skipsMetadata) this.#metadata(cursor, kind, batch)
      if (batch.isControl) this.#control(cursor)
      else if (this.#options.printsContents) this.#contents(cursor, out.length === lineAt)
      out.byte(NEWLINE)
      if (out.isFull) yield
    }
  }

  #metadata(cursor: RecordCursor, kind: Buffer, batch: Batch): void {
    const out = this.#out
    const { keyStart, keyEnd, valueStart, valueEnd, offset, headerCount } = cursor
    write(out, OFFSET)
    out.integer(offset)
    write(out, kind)
    out.integer(cursor.timestamp)
    write(out, KEY_SIZE)
    if (keyStart < 0) write(out, MINUS_ONE)
    else out.integer(keyEnd - keyStart)
    write(out, VALUE_SIZE)
    if (valueStart < 0) write(out, MINUS_ONE)
    else out.integer(valueEnd - valueStart)
    write(out, SEQUENCE)
    if (batch.baseSequence < 0) write(out, MINUS_ONE)
    else out.integer(sequenceAfter(batch.baseSequence, offset - batch.baseOffset))
    write(out, HEADER_KEYS)
    if (headerCount > 0) this.#headerKeys(cursor)
    out.byte(CLOSING_BRACKET)
  }

  #headerKeys(cursor: RecordCursor): void {
    let isFirst = true
    cursor.forEachHeader((keyStart, keyEnd) => {
      if (!isFirst) this.#out.byte(COMMA)
      isFirst = false
      this.#text(cursor.bytes, keyStart, keyEnd)
    })
  }

  #contents(cursor: RecordCursor, isFirst: boolean): void {
    const { decoder, keyDecoder, valueDecoder } = this.#options
    const out = this.#out
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
    if (decoder !== undefined) {
      const { key, value } = fieldsOf(cursor)
      return this.#decoded(decoder(key, value, cursor.offset), isFirst)
    }
    if (keyStart >= 0) {
      write(out, isFirst ? FIRST_KEY : KEY)
      this.#field(bytes, keyStart, keyEnd, keyDecoder)
    }
    if (valueStart < 0) return
    write(out, isFirst && keyStart < 0 ? FIRST_PAYLOAD : PAYLOAD)
    this.#field(bytes, valueStart, valueEnd, valueDecoder)
  }

  #decoded({ key, payload }: ReturnType<RecordDecoder>, isFirst: boolean): void {
    const out = this.#out
    if (key !== undefined) out.text(`${isFirst ? '| ' : ' '}key: ${key}`)
    if (payload !== undefined) out.text(`${isFirst && key === undefined ? '| ' : ' '}payload: ${payload}`)
  }

  #field(bytes: Uint8Array, start: number, end: number, decode: FieldDecoder | undefined): void {
    if (decode === undefined) this.#text(bytes, start, end)
    else this.#out.text(decode(view(bytes, start, end)))
  }

  /** Bytes that are text as they are; what is no UTF-8 becomes what Java makes of it. */
  #text(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      if (bytes[at]! < 0x80) continue
      const slice = view(bytes, start, end)
      if (isText(slice)) break
      return this.#out.text(slice.toString('utf8'))
    }
    this.#out.slice(bytes, start, end)
  }

  #control(cursor: RecordCursor): void {
    const { key, value } = fieldsOf(cursor)
    if (this.#options.skipsMetadata) return
    const { type, id, coordinatorEpoch, json } = controlRecord(key, value)
    this.#out.text(controlText(type, id, coordinatorEpoch, json))
  }

  *#legacy(batch: Batch): Generator<void> {
    const out = this.#out
    for (const { offset, timestamp, key, value, bytes, magic } of legacyMessages(batch)) {
      this.#follow(offset)
      const time = magic === 0 ? -1 : batch.isLogAppendTime ? batch.maxTimestamp : timestamp
      const lineAt = out.length
      if (!this.#options.skipsMetadata) {
        out.ascii(
          `| offset: ${offset} ${timestampType(batch)}: ${time} keySize: ${key?.length ?? -1} valueSize: ${value?.length ?? -1}`,
        )
        const stored = bytes.readUInt32BE(12)
        out.ascii(` isValid: ${stored === crc32(bytes.subarray(16))} crc: ${stored}`)
      }
      if (this.#options.printsContents) this.#legacyContents(key, value, offset, out.length === lineAt)
      out.byte(NEWLINE)
      if (out.isFull) yield
    }
  }

  #legacyContents(key: Buffer | null, value: Buffer | null, offset: number, isFirst: boolean): void {
    const { decoder, keyDecoder, valueDecoder } = this.#options
    if (decoder !== undefined) return this.#decoded(decoder(key, value, offset), isFirst)
    const out = this.#out
    if (key !== null) {
      write(out, isFirst ? FIRST_KEY : KEY)
      this.#field(key, 0, key.length, keyDecoder)
    }
    if (value === null) return
    write(out, isFirst && key === null ? FIRST_PAYLOAD : PAYLOAD)
    this.#field(value, 0, value.length, valueDecoder)
  }

  #follow(offset: number): void {
    if (this.#lastOffset !== -1 && offset !== this.#lastOffset + 1) this.gaps.push([this.#lastOffset, offset])
    this.#lastOffset = offset
  }
}

const put = (text: string) => Buffer.from(text)
const OFFSET = put('| offset: ')
const KEY_SIZE = put(' keySize: ')
const VALUE_SIZE = put(' valueSize: ')
const MINUS_ONE = put('-1')
const SEQUENCE = put(' sequence: ')
const HEADER_KEYS = put(' headerKeys: [')
const FIRST_KEY = put('| key: ')
const KEY = put(' key: ')
const FIRST_PAYLOAD = put('| payload: ')
const PAYLOAD = put(' payload: ')
const CLOSING_BRACKET = 0x5d
const COMMA = 0x2c
const NEWLINE = 0x0a

function write(out: OutputBuffer, text: Buffer): void {
  out.slice(text, 0, text.length)
}

function view(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
}

function batchLine(batch: Batch, position: number, isValid: boolean): string {
  const { bytes, magic, baseOffset, lastOffset, codec, baseSequence, maxTimestamp } = batch
  const tail = `position: ${position} ${timestampType(batch)}: ${maxTimestamp} size: ${bytes.length} magic: ${magic} compresscodec: ${codec} crc: ${bytes.readUInt32BE(magic < 2 ? 12 : CRC_AT)} isvalid: ${isValid}\n`
  if (magic < 2) return `offset: ${lastOffset} ${tail}`
  const lastSequence = baseSequence < 0 ? -1 : sequenceAfter(baseSequence, lastOffset - baseOffset)
  return `baseOffset: ${baseOffset} lastOffset: ${lastOffset} count: ${batch.recordsCount} baseSequence: ${baseSequence} lastSequence: ${lastSequence} producerId: ${batch.producerId} producerEpoch: ${batch.producerEpoch} partitionLeaderEpoch: ${batch.leaderEpoch} isTransactional: ${batch.isTransactional} isControl: ${batch.isControl} deleteHorizonMs: ${deleteHorizon(batch)} ${tail}`
}

/** Java's OptionalLong: since when compaction may drop the tombstones of the batch. */
function deleteHorizon({ bytes, baseTimestamp }: Batch): string {
  const hasHorizon = (bytes.readInt16BE(ATTRIBUTES_AT) & DELETE_HORIZON_BIT) !== 0
  return hasHorizon ? `OptionalLong[${baseTimestamp}]` : 'OptionalLong.empty'
}

export function timestampType({ magic, isLogAppendTime }: Batch): string {
  if (magic === 0) return 'NoTimestampType'
  return isLogAppendTime ? 'LogAppendTime' : 'CreateTime'
}

/** Sequences go on at 0 after the highest integer (org.apache.kafka.common.record.DefaultRecordBatch). */
export function sequenceAfter(sequence: number, increment: number): number {
  const sum = sequence + increment
  return sum > 0x7fff_ffff ? sum - 0x8000_0000 : sum
}

function controlText(
  type: string,
  id: number,
  coordinatorEpoch: number | undefined,
  json: string | undefined,
): string {
  switch (type) {
    case 'ABORT':
    case 'COMMIT':
      return ` endTxnMarker: ${type} coordinatorEpoch: ${coordinatorEpoch}`
    case 'LEADER_CHANGE':
      return ` LeaderChange: ${json}`
    case 'SNAPSHOT_HEADER':
      return ` SnapshotHeader ${json}`
    case 'SNAPSHOT_FOOTER':
      return ` SnapshotFooter ${json}`
    case 'KRAFT_VERSION':
      return ` KRaftVersion ${json}`
    case 'KRAFT_VOTERS':
      return ` KRaftVoters ${json}`
    default:
      return ` controlType: ${type}(${id})`
  }
}

/** Why the records of a batch cannot be read; rethrows what is not about its bytes. */
export function damageIn(error: unknown): string {
  if (error instanceof CorruptDataError) return error.message
  throw error
}
