/** The words around a record's numbers, key and value (org.apache.kafka.tools.DumpLogSegments). */
import type { Batch } from '../../core/records/batch-reader.ts'
import type { RecordCursor } from '../../core/records/record-cursor.ts'
import { Fixed, writeInteger } from '../records/internal/fast-text.ts'
import { sequenceAfter } from './batch-words.ts'

/** More than the words and numbers of a record take. */
export const METADATA_BYTES = 256

export const WORDS = {
  offset: '| offset: ',
  keySize: ' keySize: ',
  valueSize: ' valueSize: ',
  sequence: ' sequence: ',
  headerKeys: ' headerKeys: []',
  key: ' key: ',
  payload: ' payload: ',
}
const OFFSET = new Fixed(WORDS.offset)
const KEY_SIZE = new Fixed(WORDS.keySize)
const VALUE_SIZE = new Fixed(WORDS.valueSize)
const SEQUENCE = new Fixed(WORDS.sequence)
const HEADER_KEYS = new Fixed(WORDS.headerKeys.slice(0, -1))
export const KEY = new Fixed(WORDS.key)
export const FIRST_KEY = new Fixed(`|${WORDS.key}`)
export const PAYLOAD = new Fixed(WORDS.payload)
export const FIRST_PAYLOAD = new Fixed(`|${WORDS.payload}`)

/** What a record's line begins with, up to the names of its headers; where that ends. */
export function metadataAt(
  cursor: RecordCursor,
  kind: Fixed,
  batch: Batch,
  view: DataView,
  start: number,
): number {
  const { keyStart, keyEnd, valueStart, valueEnd, offset } = cursor
  let at = writeInteger(offset, view, OFFSET.write(view, start))
  at = writeInteger(cursor.timestamp, view, kind.write(view, at))
  at = writeInteger(keyStart < 0 ? -1 : keyEnd - keyStart, view, KEY_SIZE.write(view, at))
  at = writeInteger(valueStart < 0 ? -1 : valueEnd - valueStart, view, VALUE_SIZE.write(view, at))
  const { baseSequence } = batch
  const sequence = baseSequence < 0 ? -1 : sequenceAfter(baseSequence, offset - batch.baseOffset)
  at = writeInteger(sequence, view, SEQUENCE.write(view, at))
  return HEADER_KEYS.write(view, at)
}
