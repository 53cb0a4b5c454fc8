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
import { Fixed, writeInteger } from './fast-text.ts'
import { type Frame, writeCommit } from './offset-commit-text.ts'
import { fieldsOf } from './record-fields.ts'
import type { DumpFormatter, InternalTopic } from './topics.ts'

const PARTITION = new Fixed('{"partition":')
const OFFSET = new Fixed(',"offset":')
const TIMESTAMP = new Fixed(',"timestamp":')
const PLACE_BYTES = 128

const COMMIT: Frame = {
  before: new Fixed(',"type":"OffsetCommit","key":'),
  noValue: new Fixed(',"value":null}\n'),
  between: [new Fixed(',"valueVersion":3,"value":'), new Fixed(',"valueVersion":4,"value":')],
  after: new Fixed('}\n'),
}

export function jsonLines({ types, hasCommits }: InternalTopic): DumpFormatter {
  const commit = new OffsetCommitView()
  const formatter: DumpFormatter = {
    unreadable: 0,
    write(cursor, _topic, partition, out) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
      writePlace(cursor, partition, out)
      const isCommit = hasCommits && commit.read(bytes, keyStart, keyEnd, valueStart, valueEnd)
      if (!isCommit || !writeCommit(commit, bytes, COMMIT, out)) writeAny(cursor, out)
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
  out.reserve(PLACE_BYTES)
  const { view } = out
  let at = writeInteger(partition, view, PARTITION.write(view, out.length))
  at = writeInteger(offset, view, OFFSET.write(view, at))
  out.length = writeInteger(timestamp, view, TIMESTAMP.write(view, at))
}

function base64(bytes: Buffer | null): string {
  return bytes === null ? 'null' : `"${bytes.toString('base64')}"`
}
