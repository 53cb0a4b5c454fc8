/** Committed offsets as JSON in Kafka's words, from bytes to bytes. Hot path: a million of them is an everyday size. */
import { quoted } from '../../../core/protocol/json-text.ts'
import type { OffsetCommitView } from '../../../core/records/internal/offset-commit.ts'
import type { OutputBuffer } from '../output-buffer.ts'

/** What stands between the braces of the key: group, topic, partition. */
export function writeCommitKey(commit: OffsetCommitView, bytes: Uint8Array, out: OutputBuffer): void {
  put(out, GROUP)
  writeQuoted(bytes, commit.groupStart, commit.groupEnd, out)
  put(out, TOPIC)
  writeQuoted(bytes, commit.topicStart, commit.topicEnd, out)
  put(out, PARTITION)
  out.integer(commit.partition)
  out.byte(CLOSE)
}

/** The value as an object: it must have one. */
export function writeCommitValue(commit: OffsetCommitView, bytes: Uint8Array, out: OutputBuffer): void {
  put(out, OFFSET)
  out.integer(commit.offset)
  put(out, LEADER_EPOCH)
  out.integer(commit.leaderEpoch)
  put(out, METADATA)
  writeQuoted(bytes, commit.metadataStart, commit.metadataEnd, out)
  put(out, COMMIT_TIMESTAMP)
  out.integer(commit.commitTimestamp)
  if (commit.topicIdAt >= 0) {
    put(out, TOPIC_ID)
    writeUuid(bytes, commit.topicIdAt, out)
    out.byte(QUOTE)
  }
  out.byte(CLOSE)
}

const GROUP = Buffer.from('{"group":')
const TOPIC = Buffer.from(',"topic":')
const PARTITION = Buffer.from(',"partition":')
const OFFSET = Buffer.from('{"offset":')
const LEADER_EPOCH = Buffer.from(',"leaderEpoch":')
const METADATA = Buffer.from(',"metadata":')
const COMMIT_TIMESTAMP = Buffer.from(',"commitTimestamp":')
const TOPIC_ID = Buffer.from(',"topicId":"')
const QUOTE = 0x22
const CLOSE = 0x7d
const BACKSLASH = 0x5c

export function put(out: OutputBuffer, text: Buffer): void {
  out.slice(text, 0, text.length)
}

/** bytes[start, end), UTF-8, as a JSON string with Jackson's escapes. */
function writeQuoted(bytes: Uint8Array, start: number, end: number, out: OutputBuffer): void {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH) continue
    return out.text(quoted(utf8(bytes, start, end)))
  }
  out.byte(QUOTE)
  out.line(bytes, start, end, QUOTE)
}

export function utf8(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}

const BASE64URL = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

/** Kafka's text of a uuid: base64url without padding, 22 characters. */
function writeUuid(bytes: Uint8Array, start: number, out: OutputBuffer): void {
  out.reserve(24)
  const target = out.bytes
  let at = out.length
  for (let index = start; index < start + 15; index += 3) {
    const group = (bytes[index]! << 16) | (bytes[index + 1]! << 8) | bytes[index + 2]!
    target[at++] = BASE64URL[group >> 18]!
    target[at++] = BASE64URL[(group >> 12) & 63]!
    target[at++] = BASE64URL[(group >> 6) & 63]!
    target[at++] = BASE64URL[group & 63]!
  }
  const last = bytes[start + 15]!
  target[at++] = BASE64URL[last >> 2]!
  target[at++] = BASE64URL[(last & 3) << 4]!
  out.length = at
}
