/** Batches and records as JSON lines, `"type"` says which of the two each is. */
import { isUtf8 } from 'node:buffer'
import { quoted } from '../../core/protocol/json-text.ts'
import type { Batch } from '../../core/records/batch-reader.ts'
import { headersOf } from '../../core/records/headers.ts'
import { controlRecord } from '../../core/records/internal/control-records.ts'
import { RecordCursor } from '../../core/records/record-cursor.ts'
import { toJson } from '../output/json.ts'
import { fieldsOf } from '../records/internal/record-fields.ts'
import type { OutputBuffer } from '../records/output-buffer.ts'
import { type BatchTextOptions } from './batch-text.ts'
import { timestampType } from './batch-words.ts'
import type { FieldDecoder } from './record-decoders.ts'

export class BatchJson {
  readonly gaps: [number, number][] = []
  readonly #file: string
  readonly #options: BatchTextOptions
  readonly #out: OutputBuffer
  readonly #cursor = new RecordCursor()
  #lastOffset = -1

  constructor(path: string, options: BatchTextOptions, out: OutputBuffer) {
    this.#file = path
    this.#options = options
    this.#out = out
  }

  batch(batch: Batch, position: number, isValid: boolean): void {
    const { magic, baseOffset, lastOffset, codec, recordsCount, leaderEpoch, maxTimestamp } = batch
    const { producerId, producerEpoch, baseSequence, isTransactional, isControl } = batch
    const timestamp = { timestampType: timestampType(batch), maxTimestamp }
    const producer = { producerId, producerEpoch, baseSequence, isTransactional, isControl }
    const place = { type: 'batch', file: this.#file, position, sizeInBytes: batch.bytes.length, isValid }
    const offsets = { magic, baseOffset, lastOffset, recordsCount, leaderEpoch, codec }
    this.#out.text(`${toJson({ ...place, ...offsets, ...timestamp, ...producer })}\n`)
  }

  *records(batch: Batch): Generator<void> {
    if (!this.#options.isDeep) return
    const cursor = this.#cursor
    cursor.open(batch)
    while (cursor.next()) {
      if (this.#lastOffset !== -1 && cursor.offset !== this.#lastOffset + 1)
        this.gaps.push([this.#lastOffset, cursor.offset])
      this.#lastOffset = cursor.offset
      this.#record(cursor, batch)
      if (this.#out.isFull) yield
    }
  }

  #record(cursor: RecordCursor, batch: Batch): void {
    const { offset, timestamp } = cursor
    const { key, value } = fieldsOf(cursor)
    const sizes = `"keySize":${key?.length ?? -1},"valueSize":${value?.length ?? -1}`
    let text = `{"type":"record","offset":${offset},"timestamp":${timestamp},${sizes}`
    if (batch.isControl) text += `,"control":${controlJson(key, value)}`
    else if (this.#options.printsContents) text += this.#contents(key, value, offset)
    const headers = headersOf(cursor).map(
      (header) => `{"key":${quoted(header.key.toString())}${json('value', header.value, undefined)}}`,
    )
    this.#out.text(`${text},"headers":[${headers.join(',')}]}\n`)
  }

  #contents(key: Buffer | null, value: Buffer | null, offset: number): string {
    const { decoder, keyDecoder, valueDecoder } = this.#options
    if (decoder === undefined) return json('key', key, keyDecoder) + json('value', value, valueDecoder)
    const decoded = decoder(key, value, offset)
    return `,"key":${decodedJson(decoded.key)},"value":${decodedJson(decoded.payload)}`
  }
}

/** What a decoder made is JSON for the most part, and words otherwise. */
function decodedJson(text: string | undefined): string {
  if (text === undefined || text === '<DELETE>') return 'null'
  return text.startsWith('{') ? text : quoted(text)
}

function controlJson(key: Buffer | null, value: Buffer | null): string {
  const { type, coordinatorEpoch, json: fields } = controlRecord(key, value)
  const epoch = coordinatorEpoch === undefined ? '' : `,"coordinatorEpoch":${coordinatorEpoch}`
  return `{"type":"${type}"${epoch}${fields === undefined ? '' : `,"value":${fields}`}}`
}

function json(name: string, bytes: Buffer | null, decode: FieldDecoder | undefined): string {
  if (bytes === null) return `,"${name}":null`
  if (decode !== undefined) return `,"${name}":${quoted(decode(bytes))}`
  if (isUtf8(bytes)) return `,"${name}":${JSON.stringify(bytes.toString('utf8'))}`
  return `,"${name}":"${bytes.toString('base64')}","${name}Encoding":"base64"`
}
