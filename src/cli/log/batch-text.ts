/**
 * Batches and records in the words of Kafka's tool (org.apache.kafka.tools.DumpLogSegments), from bytes to bytes. Hot path:
 * segments have a gigabyte each.
 */
import { isUtf8 } from 'node:buffer'
import { CorruptDataError } from '../../core/errors.ts'
import type { Batch } from '../../core/records/batch-reader.ts'
import { crc32 } from '../../core/records/crc32.ts'
import { controlRecord } from '../../core/records/internal/control-records.ts'
import { CLOSE_BRACKET, COMMA } from '../../core/records/json-bytes.ts'
import { onDemand } from '../../core/records/kernels/kernel.ts'
import { DumpKernel } from '../../core/records/kernels/dump-kernel.ts'
import { legacyMessages } from '../../core/records/legacy.ts'
import { RecordCursor } from '../../core/records/record-cursor.ts'
import { viewOf } from '../../core/records/json-words.ts'
import { copyAscii, Fixed, SLACK } from '../records/internal/fast-text.ts'
import { fieldsOf } from '../records/internal/record-fields.ts'
import type { OutputBuffer } from '../records/output-buffer.ts'
import { batchLine, controlText, timestampType } from './batch-words.ts'
import { FIRST_KEY, FIRST_PAYLOAD, KEY, METADATA_BYTES, metadataAt, PAYLOAD, WORDS } from './record-words.ts'
import { type FieldDecoder, type RecordDecoder } from './record-decoders.ts'

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
  readonly #kernel = onDemand(() => DumpKernel.open(WORDS))

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
    const kindText = ` ${timestampType(batch)}: `
    const kind = new Fixed(kindText)
    const { skipsMetadata, printsContents } = this.#options
    const isUsual = printsContents && !skipsMetadata && !batch.isControl && this.#isUndecoded
    const kernel = isUsual ? this.#kernel() : undefined
    for (;;) {
      // The first of a batch by itself: it need not follow the last of the one before.
      if (kernel !== undefined && cursor.lastDelta >= 0 && kernel.run(cursor, kindText) > 0) {
        out.slice(kernel.bytes, kernel.linesStart, kernel.linesEnd)
        this.#lastOffset = cursor.offset
        if (out.isFull) yield
        continue
      }
      if (!cursor.next()) return
      this.#follow(cursor.offset)
      if (!isUsual || !this.#usual(cursor, kind, batch)) {
        if (!skipsMetadata) this.#metadata(cursor, kind, batch)
        if (batch.isControl) this.#control(cursor)
        else if (printsContents) this.#contents(cursor, skipsMetadata)
        out.byte(NEWLINE)
      }
      if (out.isFull) yield
    }
  }

  get #isUndecoded(): boolean {
    const { decoder, keyDecoder, valueDecoder } = this.#options
    return decoder === undefined && keyDecoder === undefined && valueDecoder === undefined
  }

  /** All of a record without headers whose key and value are short ASCII, in one go. False: it is another. */
  #usual(cursor: RecordCursor, kind: Fixed, batch: Batch): boolean {
    const out = this.#out
    const { keyStart, keyEnd, valueStart, valueEnd } = cursor
    const size = keyEnd - keyStart + valueEnd - valueStart
    if (size > SHORT_BYTES || cursor.headerCount > 0) return false
    out.reserve(METADATA_BYTES + size + SLACK)
    const { view } = out
    const source = viewOf(cursor.bytes)
    let at = metadataAt(cursor, kind, batch, view, out.length)
    view.setUint8(at++, CLOSE_BRACKET)
    if (keyStart >= 0) at = copyAscii(source, keyStart, keyEnd, view, KEY.write(view, at))
    if (at < 0) return false
    if (valueStart >= 0) at = copyAscii(source, valueStart, valueEnd, view, PAYLOAD.write(view, at))
    if (at < 0) return false
    view.setUint8(at++, NEWLINE)
    out.length = at
    return true
  }

  #metadata(cursor: RecordCursor, kind: Fixed, batch: Batch): void {
    const out = this.#out
    out.reserve(METADATA_BYTES)
    out.length = metadataAt(cursor, kind, batch, out.view, out.length)
    if (cursor.headerCount > 0) this.#headerKeys(cursor)
    out.byte(CLOSE_BRACKET)
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
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
    if (decoder !== undefined) {
      const { key, value } = fieldsOf(cursor)
      return this.#decoded(decoder(key, value, cursor.offset), isFirst)
    }
    if (keyStart >= 0) {
      this.#fixed(isFirst ? FIRST_KEY : KEY)
      this.#field(bytes, keyStart, keyEnd, keyDecoder)
    }
    if (valueStart < 0) return
    this.#fixed(isFirst && keyStart < 0 ? FIRST_PAYLOAD : PAYLOAD)
    this.#field(bytes, valueStart, valueEnd, valueDecoder)
  }

  #fixed(text: Fixed): void {
    const out = this.#out
    out.reserve(METADATA_BYTES)
    out.length = text.write(out.view, out.length)
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
    const out = this.#out
    if (end - start <= SHORT_BYTES) {
      out.reserve(end - start + SLACK)
      const at = copyAscii(viewOf(bytes), start, end, out.view, out.length)
      if (at >= 0) return void (out.length = at)
    }
    const slice = view(bytes, start, end)
    if (isUtf8(slice)) out.slice(bytes, start, end)
    else out.text(slice.toString('utf8'))
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
    if (key !== null) {
      this.#fixed(isFirst ? FIRST_KEY : KEY)
      this.#field(key, 0, key.length, keyDecoder)
    }
    if (value === null) return
    this.#fixed(isFirst && key === null ? FIRST_PAYLOAD : PAYLOAD)
    this.#field(value, 0, value.length, valueDecoder)
  }

  #follow(offset: number): void {
    if (this.#lastOffset !== -1 && offset !== this.#lastOffset + 1) this.gaps.push([this.#lastOffset, offset])
    this.#lastOffset = offset
  }
}

/** Beyond this copying is the runtime's work. */
const SHORT_BYTES = 1024
const NEWLINE = 0x0a

function view(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
}

/** Why the records of a batch cannot be read; rethrows what is not about its bytes. */
export function damageIn(error: unknown): string {
  if (error instanceof CorruptDataError) return error.message
  throw error
}
