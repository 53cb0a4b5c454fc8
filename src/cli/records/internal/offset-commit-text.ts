/** Committed offsets as JSON in Kafka's words, from bytes to bytes. Hot path: a million of them is an everyday size. */
import type { OffsetCommitView } from '../../../core/records/internal/offset-commit.ts'
import { viewOf } from '../../../core/records/json-words.ts'
import type { OutputBuffer } from '../output-buffer.ts'
import { copyPlain, Fixed, SLACK, writeInteger, writeUuid } from './fast-text.ts'

/** What stands around the key and the value of a commit; by version where it names that. */
export interface Frame {
  before: Fixed
  noValue: Fixed
  /** Between key and value, for the versions 3 and 4. */
  between: readonly [Fixed, Fixed]
  after: Fixed
}

/** Numbers have 20 digits at most, a uuid 22, and the names between them fewer than 200 letters. */
const FIXED_BYTES = 512

/** False, with nothing written, where a name or the metadata has something to escape, or is not ASCII. */
export function writeCommit(
  commit: OffsetCommitView,
  bytes: Uint8Array,
  frame: Frame,
  out: OutputBuffer,
): boolean {
  const texts = commit.topicEnd - commit.groupStart + commit.metadataEnd - commit.metadataStart
  out.reserve(texts + FIXED_BYTES + SLACK)
  const { view } = out
  const source = viewOf(bytes)
  let at = GROUP.write(view, frame.before.write(view, out.length))
  at = copyPlain(source, commit.groupStart, commit.groupEnd, view, at)
  if (at < 0) return false
  at = copyPlain(source, commit.topicStart, commit.topicEnd, view, TOPIC.write(view, at))
  if (at < 0) return false
  at = writeInteger(commit.partition, view, PARTITION.write(view, at))
  at = CLOSE.write(view, at)
  at = commit.hasValue ? writeValue(commit, source, frame, view, at) : frame.noValue.write(view, at)
  if (at < 0) return false
  out.length = at
  return true
}

function writeValue(
  commit: OffsetCommitView,
  source: DataView,
  frame: Frame,
  view: DataView,
  start: number,
): number {
  let at = frame.between[commit.version === 3 ? 0 : 1].write(view, start)
  at = writeInteger(commit.offset, view, OFFSET.write(view, at))
  at = writeInteger(commit.leaderEpoch, view, LEADER_EPOCH.write(view, at))
  at = METADATA.write(view, at)
  if (commit.metadataEnd > commit.metadataStart) {
    at = copyPlain(source, commit.metadataStart, commit.metadataEnd, view, at)
    if (at < 0) return -1
  }
  at = writeInteger(commit.commitTimestamp, view, COMMIT_TIMESTAMP.write(view, at))
  if (commit.topicIdAt < 0) at = CLOSE.write(view, at)
  else at = CLOSE_TEXT.write(view, writeUuid(source, commit.topicIdAt, view, TOPIC_ID.write(view, at)))
  return frame.after.write(view, at)
}

const GROUP = new Fixed('{"group":"')
const TOPIC = new Fixed('","topic":"')
const PARTITION = new Fixed('","partition":')
const OFFSET = new Fixed('{"offset":')
const LEADER_EPOCH = new Fixed(',"leaderEpoch":')
const METADATA = new Fixed(',"metadata":"')
const COMMIT_TIMESTAMP = new Fixed('","commitTimestamp":')
const TOPIC_ID = new Fixed(',"topicId":"')
const CLOSE = new Fixed('}')
const CLOSE_TEXT = new Fixed('"}')
