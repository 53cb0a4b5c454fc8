/** Records of Kafka's own topics as a table for people, row by row. */
import { decodeCoordinatorRecord } from '../../../core/records/internal/coordinator-records.ts'
import { OffsetCommitView } from '../../../core/records/internal/offset-commit.ts'
import type { RecordCursor } from '../../../core/records/record-cursor.ts'
import type { OutputBuffer } from '../output-buffer.ts'
import { isUsualTime } from '../times.ts'
import { Columns } from './columns.ts'
import { fieldsOf } from './record-fields.ts'
import type { DumpFormatter, InternalTopic } from './topics.ts'

const COMMIT = Buffer.from('OffsetCommit')
const ARROW = Buffer.from(' → ')
const EPOCH = Buffer.from(', epoch ')
const DELETED = Buffer.from(' deleted')
const NEWLINE = 0x0a
const TYPE = 3
const OWNER = 4

export function tableRows(topic: InternalTopic): DumpFormatter {
  const columns = new Columns([
    ['PARTITION', 0],
    ['OFFSET', 8],
    ['TIME', 24],
    ['TYPE', 14],
    [topic.ownerTitle, 24],
    ['WHAT', 0],
  ])
  const commit = new OffsetCommitView()
  const writeTime = timeWriter()
  let hasTitles = false
  const formatter: DumpFormatter = {
    unreadable: 0,
    write(cursor, _topic, partition, out) {
      if (!hasTitles) columns.titles(out)
      hasTitles = true
      writePlace(cursor, partition, out)
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
      if (topic.hasCommits && commit.read(bytes, keyStart, keyEnd, valueStart, valueEnd))
        writeCommit(bytes, out)
      else writeAny(cursor, out)
      out.byte(NEWLINE)
    },
  }
  return formatter

  function writePlace({ offset, timestamp }: RecordCursor, partition: number, out: OutputBuffer): void {
    let start = out.length
    out.integer(partition)
    columns.end(0, start, out)
    start = out.length
    out.integer(offset)
    columns.end(1, start, out)
    start = out.length
    writeTime(timestamp, out)
    columns.end(2, start, out)
  }

  function writeCommit(bytes: Uint8Array, out: OutputBuffer): void {
    let start = out.length
    put(out, COMMIT)
    columns.end(TYPE, start, out)
    start = out.length
    writeClean(bytes, commit.groupStart, commit.groupEnd, out)
    columns.end(OWNER, start, out)
    writeClean(bytes, commit.topicStart, commit.topicEnd, out)
    out.byte(0x2d)
    out.integer(commit.partition)
    if (!commit.hasValue) return put(out, DELETED)
    put(out, ARROW)
    out.integer(commit.offset)
    if (commit.leaderEpoch >= 0) {
      put(out, EPOCH)
      out.integer(commit.leaderEpoch)
    }
    if (commit.metadataStart === commit.metadataEnd) return
    out.ascii(', "')
    writeClean(bytes, commit.metadataStart, commit.metadataEnd, out)
    out.byte(0x22)
  }

  function writeAny(cursor: RecordCursor, out: OutputBuffer): void {
    const [type, owner, what] = cellsOf(cursor, topic, formatter)
    let start = out.length
    out.ascii(type)
    columns.end(TYPE, start, out)
    start = out.length
    out.text(clean(owner))
    columns.end(OWNER, start, out)
    out.text(clean(what))
  }
}

/** Type, owner, and what it says. One that cannot be read says why, and is counted. */
export function cellsOf(
  cursor: RecordCursor,
  topic: InternalTopic,
  counter: DumpFormatter,
): [type: string, owner: string, what: string] {
  const { key, value } = fieldsOf(cursor)
  try {
    const record = key === null ? undefined : decodeCoordinatorRecord(topic.types, key, value)
    if (record !== undefined) return [record.type.name, topic.ownerOf(record.key), topic.tell(record)]
    const type = key === null ? 'no key' : `type ${key.readInt16BE(0)}`
    return [type, '-', `unknown: ${key?.length ?? 0} and ${value?.length ?? 0} bytes`]
  } catch (error) {
    counter.unreadable++
    return ['unreadable', '-', (error as Error).message]
  }
}

function put(out: OutputBuffer, text: Buffer): void {
  out.slice(text, 0, text.length)
}

/** Control characters would break the row, or the terminal. */
function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, '·')
}

function writeClean(bytes: Uint8Array, start: number, end: number, out: OutputBuffer): void {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte >= 0x20 && byte !== 0x7f) continue
    return out.text(clean(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')))
  }
  out.slice(bytes, start, end)
}

/** Epoch milliseconds → `2026-11-21T12:40:44.071Z`; neighbours share their second. */
function timeWriter(): (timestampMs: number, out: OutputBuffer) => void {
  const prefix = Buffer.alloc(20)
  let knownSecond = NaN
  return (timestampMs, out) => {
    const second = Math.floor(timestampMs / 1000)
    if (!isUsualTime(timestampMs)) return out.ascii('-')
    if (second !== knownSecond) {
      prefix.write(new Date(second * 1000).toISOString(), 0, 20, 'latin1')
      knownSecond = second
    }
    out.slice(prefix, 0, 20)
    const ms = timestampMs - second * 1000
    out.byte(0x30 + Math.floor(ms / 100))
    out.byte(0x30 + (Math.floor(ms / 10) % 10))
    out.byte(0x30 + (ms % 10))
    out.byte(0x5a)
  }
}
