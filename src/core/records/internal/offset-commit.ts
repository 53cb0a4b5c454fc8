/**
 * Committed offsets as they stand in `__consumer_offsets`, read as positions in the bytes: nearly all of its records are
 * these, so this is the hot path of reading it. What is unusual is left to the schemas (`decodeCoordinatorRecord`).
 *
 * key:   0 type i16 = 1 | group string | topic string | partition i32
 * value: 0 version i16 | offset i64 | v3+: leaderEpoch i32 | metadata string, v4: compact | commitTimestamp i64 | v4: tags,
 *        of which 0 is topicId uuid
 */
export class OffsetCommitView {
  groupStart = 0
  groupEnd = 0
  topicStart = 0
  topicEnd = 0
  partition = 0
  version = 0
  /** False: a tombstone; what follows is then of no meaning. */
  hasValue = false
  offset = 0
  leaderEpoch = -1
  metadataStart = 0
  metadataEnd = 0
  /** Epoch milliseconds. */
  commitTimestamp = 0
  /** Where its 16 bytes stand; -1: it has none. */
  topicIdAt = -1

  /** False: not a commit as today's Kafka writes it. A negative `valueStart` is a tombstone. */
  read(bytes: Uint8Array, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): boolean {
    if (keyEnd - keyStart < 10 || int16(bytes, keyStart) !== 1) return false
    this.groupStart = keyStart + 4
    this.groupEnd = this.groupStart + int16(bytes, keyStart + 2)
    if (this.groupEnd < this.groupStart || this.groupEnd + 6 > keyEnd) return false
    this.topicStart = this.groupEnd + 2
    this.topicEnd = this.topicStart + int16(bytes, this.groupEnd)
    if (this.topicEnd < this.topicStart || this.topicEnd + 4 !== keyEnd) return false
    this.partition = int32(bytes, this.topicEnd)
    this.hasValue = valueStart >= 0
    return !this.hasValue || this.#readValue(bytes, valueStart, valueEnd)
  }

  #readValue(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 23) return false
    this.version = int16(bytes, start)
    if (this.version !== 3 && this.version !== 4) return false
    this.offset = int64(bytes, start + 2)
    this.leaderEpoch = int32(bytes, start + 10)
    const isCompact = this.version === 4
    const rawLength = isCompact ? bytes[start + 14]! - 1 : int16(bytes, start + 14)
    // A compact length of more than one byte is rare.
    if (rawLength < 0 || (isCompact && rawLength > 126)) return false
    this.metadataStart = start + (isCompact ? 15 : 16)
    this.metadataEnd = this.metadataStart + rawLength
    const tagsAt = this.metadataEnd + 8
    if (tagsAt > end) return false
    this.commitTimestamp = int64(bytes, this.metadataEnd)
    if (!Number.isSafeInteger(this.offset) || !Number.isSafeInteger(this.commitTimestamp)) return false
    this.topicIdAt = -1
    if (!isCompact) return tagsAt === end
    if (end - tagsAt === 1) return bytes[tagsAt] === 0
    this.topicIdAt = tagsAt + 3
    const isTopicIdOnly = bytes[tagsAt] === 1 && bytes[tagsAt + 1] === 0 && bytes[tagsAt + 2] === 16
    return isTopicIdOnly && end - tagsAt === 19
  }
}

function int16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!
}

function int32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}

/** Exact within ±2^53. */
function int64(bytes: Uint8Array, at: number): number {
  return int32(bytes, at) * 0x1_0000_0000 + (int32(bytes, at + 4) >>> 0)
}
