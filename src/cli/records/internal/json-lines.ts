/**
 * Records of Kafka's own topics as JSON lines: where each stands, what type it is, and its fields in Kafka's words.
 * What cannot be read is there in base64, with the reason beside it.
 */
import {
  decodeCoordinatorRecord,
  keyJson,
  valueJson,
} from '../../../core/records/internal/coordinator-records.ts'
import { quoted } from '../../../core/protocol/json-text.ts'
import { OffsetCommitView } from '../../../core/records/internal/offset-commit.ts'
import type { RecordCursor } from '../../../core/records/record-cursor.ts'
import type { OutputBuffer } from '../output-buffer.ts'
import { put, writeCommitKey, writeCommitValue } from './offset-commit-text.ts'
import { fieldsOf } from './record-fields.ts'
import type { DumpFormatter, InternalTopic } from './topics.ts'

const PARTITION = Buffer.from('{"partition":')
const OFFSET = Buffer.from(',"offset":')
const TIMESTAMP = Buffer.from(',"timestamp":')
const COMMIT = Buffer.from(',"type":"OffsetCommit","key":')
const VALUES = [3, 4].map((version) => Buffer.from(`,"valueVersion":${version},"value":`))
const NO_VALUE = Buffer.from(',"value":null}\n')
const END = Buffer.from('}\n')

export function jsonLines({ types, hasCommits }: InternalTopic): DumpFormatter {
  const commit = new OffsetCommitView()
  const formatter: DumpFormatter = {
    unreadable: 0,
    write(cursor, _topic, partition, out) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
      writePlace(cursor, partition, out)
      if (!hasCommits || !commit.read(bytes, keyStart, keyEnd, valueStart, valueEnd))
        return writeAny(cursor, out)
      put(out, COMMIT)
      writeCommitKey(commit, bytes, out)
      if (!commit.hasValue) return put(out, NO_VALUE)
      put(out, VALUES[commit.version - 3]!)
      writeCommitValue(commit, bytes, out)
      put(out, END)
    },
  }
  return formatter

  function writeAny(cursor: RecordCursor, out: OutputBuffer): void {
    const { key, value } = fieldsOf(cursor)
    const raw = `,"keyBytes":${base64(key)},"valueBytes":${base64(value)}`
    try {
      const record = key === null ? undefined : decodeCoordinatorRecord(types, key, value)
      if (record === undefined)
        return out.text(`,"type":${key === null ? 'null' : key.readInt16BE(0)}${raw}}\n`)
      const version = record.version < 0 ? '' : `,"valueVersion":${record.version}`
      const fields = `"key":${keyJson(record)}${version},"value":${valueJson(record, { explains: true, isExact: true })}`
      out.text(`,"type":"${record.type.name}",${fields}}\n`)
    } catch (error) {
      formatter.unreadable++
      out.text(`,"error":${quoted((error as Error).message)}${raw}}\n`)
    }
  }
}

function writePlace({ offset, timestamp }: RecordCursor, partition: number, out: OutputBuffer): void {
  put(out, PARTITION)
  out.integer(partition)
  put(out, OFFSET)
  out.integer(offset)
  put(out, TIMESTAMP)
  out.integer(timestamp)
}

function base64(bytes: Buffer | null): string {
  return bytes === null ? 'null' : `"${bytes.toString('base64')}"`
}
