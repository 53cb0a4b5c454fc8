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
import { put, writeCommitKey, writeCommitValue } from './offset-commit-text.ts'
import { fieldsOf } from './record-fields.ts'

const OFFSET_COMMIT = 1
const COMMIT_KEY = Buffer.from('{"key":{"type":1,"data":')
const COMMIT_VALUE = [3, 4].map((version) => Buffer.from(`},"value":{"version":${version},"data":`))
const NO_VALUE = Buffer.from('},"value":null}')
const END = Buffer.from('}}')

/** `allowed`: the numbers of the types to print; undefined for all. */
export function kafkaText(types: RecordTypes, allowed?: ReadonlySet<number>): Formatter {
  const commit = new OffsetCommitView()
  const isCommitWanted =
    types.get(OFFSET_COMMIT)?.name === 'OffsetCommit' && allowed?.has(OFFSET_COMMIT) !== false
  return {
    write(cursor, _topic, _partition, out) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
      if (keyStart < 0) return
      if (isCommitWanted && commit.read(bytes, keyStart, keyEnd, valueStart, valueEnd))
        writeCommit(commit, bytes, out)
      else writeAny(cursor, types, allowed, out)
    },
  }
}

function writeCommit(commit: OffsetCommitView, bytes: Uint8Array, out: OutputBuffer): void {
  put(out, COMMIT_KEY)
  writeCommitKey(commit, bytes, out)
  if (!commit.hasValue) return put(out, NO_VALUE)
  put(out, COMMIT_VALUE[commit.version - 3]!)
  writeCommitValue(commit, bytes, out)
  put(out, END)
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
