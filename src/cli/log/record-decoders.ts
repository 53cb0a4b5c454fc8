/** Key and value of a record → what stands after `key:` and `payload:` of `kt dump-log`. */
import { CorruptDataError, UsageError } from '../../core/errors.ts'
import { jsonText, quoted } from '../../core/protocol/json-text.ts'
import {
  decodeCoordinatorRecord,
  keyJson,
  type RecordTypes,
  typeOf,
  valueJson,
} from '../../core/records/internal/coordinator-records.ts'
import { groupRecords } from '../../core/records/internal/group-records.ts'
import { decodeMetadataRecord, metadataTypeName } from '../../core/records/internal/metadata-records.ts'
import { decodeRemoteLogRecord, remoteLogText } from '../../core/records/internal/remote-log-records.ts'
import { shareRecords } from '../../core/records/internal/share-records.ts'
import { transactionRecords } from '../../core/records/internal/transaction-records.ts'

/** Undefined: not printed at all. */
export interface Decoded {
  key: string | undefined
  payload: string | undefined
}

/** Makes text of a record, and never throws for its bytes: what they lack is said in their place. */
export type RecordDecoder = (key: Buffer | null, value: Buffer | null, offset: number) => Decoded

export const DECODERS: Readonly<Record<string, RecordDecoder>> = {
  offsets: coordinatorDecoder(groupRecords),
  transactions: coordinatorDecoder(transactionRecords),
  share: coordinatorDecoder(shareRecords),
  metadata: valueDecoder('at', (value) => {
    const record = decodeMetadataRecord(value)
    const { message, version, value: fields } = record
    return `{"type":"${metadataTypeName(record)}","version":${version},"data":${jsonText(message, version, fields)}}`
  }),
  remote: valueDecoder('at offset', (value) => remoteLogText(decodeRemoteLogRecord(value))),
}

function coordinatorDecoder(types: RecordTypes): RecordDecoder {
  return (key, value, offset) => {
    if (key === null)
      return { key: `Error at offset ${offset}, skipping. It has no key.`, payload: undefined }
    try {
      const record = decodeCoordinatorRecord(types, key, value)
      if (record === undefined)
        return {
          key: `Unknown record type ${typeOf(key)} at offset ${offset}, skipping.`,
          payload: undefined,
        }
      const { type, version } = record
      const payload =
        version < 0
          ? '<DELETE>'
          : `{"version":${quoted(String(version))},"data":${valueJson(record, { explains: true })}}`
      return { key: `{"type":"${type.type}","data":${keyJson(record)}}`, payload }
    } catch (error) {
      if (!(error instanceof CorruptDataError)) throw error
      return { key: `Error at offset ${offset}, skipping. ${error.message}`, payload: undefined }
    }
  }
}

function valueDecoder(where: string, decode: (value: Buffer | null) => string): RecordDecoder {
  return (_key, value, offset) => {
    try {
      return { key: undefined, payload: decode(value) }
    } catch (error) {
      if (!(error instanceof CorruptDataError)) throw error
      return { key: undefined, payload: `Error ${where} ${offset}, skipping. ${error.message}` }
    }
  }
}

/** One field → text; Kafka's decoders (org.apache.kafka.tools.api). */
export type FieldDecoder = (bytes: Buffer) => string

const FIELD_DECODERS: Readonly<Record<string, FieldDecoder | undefined>> = {
  // Undefined: the bytes are the text.
  string: undefined,
  default: (bytes) => `0x${bytes.toString('hex')}`,
  integer: (bytes) => (bytes.length === 4 ? String(bytes.readInt32BE()) : wrongSize(bytes, 4)),
  long: (bytes) => (bytes.length === 8 ? String(bytes.readBigInt64BE()) : wrongSize(bytes, 8)),
}

/** `string`, `LongDecoder` or the full class name; undefined means text. Throws UsageError for a class kt cannot load. */
export function fieldDecoderNamed(name: string): FieldDecoder | undefined {
  const short = name
    .replace(/^.*\./, '')
    .replace(/Decoder$/, '')
    .toLowerCase()
  if (short in FIELD_DECODERS) return FIELD_DECODERS[short]
  throw new UsageError(`no decoder "${name}"`, {
    hint: 'there are StringDecoder, IntegerDecoder, LongDecoder and DefaultDecoder; classes of one’s own need Java',
  })
}

function wrongSize(bytes: Buffer, wanted: number): string {
  return `<${bytes.length} bytes, not ${wanted}: 0x${bytes.toString('hex')}>`
}
