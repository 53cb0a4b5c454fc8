/**
 * Kafka's formatters for its own topics, to the letter: one JSON object after the other, with nothing between them
 * (org.apache.kafka.tools.consumer.CoordinatorRecordMessageFormatter). Records of other types are left out; one that
 * cannot be read throws.
 */
import { KtError } from '../../../core/errors.ts'
import {
  decodeCoordinatorRecord,
  keyJson,
  type RecordTypes,
  valueJson,
} from '../../../core/records/internal/coordinator-records.ts'
import { OffsetCommitView } from '../../../core/records/internal/offset-commit.ts'
import type { RecordCursor } from '../../../core/records/record-cursor.ts'
import type { Formatter } from '../formatter.ts'
import type { OutputBuffer } from '../output-buffer.ts'
import { Fixed } from './fast-text.ts'
import { type Frame, writeCommit } from './offset-commit-text.ts'
import { fieldsOf } from './record-fields.ts'

const OFFSET_COMMIT = 1
const COMMIT: Frame = {
  before: new Fixed('{"key":{"type":1,"data":'),
  noValue: new Fixed('},"value":null}'),
  between: [new Fixed('},"value":{"version":3,"data":'), new Fixed('},"value":{"version":4,"data":')],
  after: new Fixed('}}'),
}

/** `allowed`: the numbers of the types to print; undefined for all. */
export function kafkaText(types: RecordTypes, allowed?: ReadonlySet<number>): Formatter {
  const commit = new OffsetCommitView()
  const isCommitWanted =
    types.get(OFFSET_COMMIT)?.name === 'OffsetCommit' && allowed?.has(OFFSET_COMMIT) !== false
  return {
    write(cursor, _topic, _partition, out) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
      if (keyStart < 0) return
      const isCommit = isCommitWanted && commit.read(bytes, keyStart, keyEnd, valueStart, valueEnd)
      if (!isCommit || !writeCommit(commit, bytes, COMMIT, out)) writeAny(cursor, types, allowed, out)
    },
  }
}

function writeAny(
  cursor: RecordCursor,
  types: RecordTypes,
  allowed: ReadonlySet<number> | undefined,
  out: OutputBuffer,
): void {
  const { key, value } = fieldsOf(cursor)
  const record = decoded(() => decodeCoordinatorRecord(types, key!, value), cursor)
  if (record === undefined || allowed?.has(record.type.type) === false) return
  out.text(`{"key":{"type":${record.type.type},"data":${keyJson(record)}},"value":`)
  const { version } = record
  out.text(version < 0 ? 'null}' : `{"version":${version},"data":${valueJson(record)}}}`)
}

function decoded<T>(decode: () => T, { offset }: RecordCursor): T {
  try {
    return decode()
  } catch (error) {
    // Kafka's own sentence.
    throw new KtError(`Could not read record at offset ${offset} due to: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
