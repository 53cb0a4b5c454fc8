/** The small files beside the segments: the state of producers, and checkpoints in text. */
import { CorruptDataError } from '../errors.ts'
import { ProducerSnapshot, type ProducerEntry } from '../protocol/generated/storage/ProducerSnapshot.ts'
import { readMessage } from '../protocol/message.ts'
import type { Crc32c } from '../records/crc32c.ts'

/** version i16 and crc u32 stand before what the crc is of. */
const CRC_AT = 2
const ENTRIES_AT = 6

/** What producers have written last (org.apache.kafka.storage.internals.log.ProducerStateManager). Throws CorruptDataError. */
export function producerEntries(bytes: Buffer, crc32c: Crc32c): ProducerEntry[] {
  if (bytes.length < ENTRIES_AT) throw new CorruptDataError(`a producer snapshot has ${bytes.length} bytes`)
  const version = bytes.readInt16BE(0)
  const value = readMessage(ProducerSnapshot, version, bytes, (reader) => reader.take(CRC_AT), true)
  const computed = crc32c(bytes.subarray(ENTRIES_AT))
  if (computed === value.crc) return value.producerEntries
  // Kafka's own sentence.
  throw new CorruptDataError(
    `Snapshot is corrupt (CRC is no longer valid). Stored crc: ${value.crc}. Computed crc: ${computed}`,
  )
}

export interface EpochStart {
  epoch: number
  startOffset: number
}

export interface PartitionOffset {
  topic: string
  partition: number
  offset: number
}

/** `leader-epoch-checkpoint`: since which offset each leader epoch writes. Throws CorruptDataError with the line. */
export function leaderEpochs(text: string): EpochStart[] {
  return checkpointLines(text, /^(\d+) (\d+)$/, ([, epoch, offset]) => ({
    epoch: Number(epoch),
    startOffset: Number(offset),
  }))
}

/** `recovery-point-offset-checkpoint` and its kind: an offset for each partition. Throws CorruptDataError with the line. */
export function checkpointedOffsets(text: string): PartitionOffset[] {
  return checkpointLines(text, /^(\S+) (\d+) (\d+)$/, ([, topic, partition, offset]) => ({
    topic: topic!,
    partition: Number(partition),
    offset: Number(offset),
  }))
}

/** Version, number of entries, then an entry a line (org.apache.kafka.server.common.CheckpointFile). */
function checkpointLines<T>(text: string, form: RegExp, entryOf: (match: RegExpExecArray) => T): T[] {
  const [rawVersion = '', rawCount = '', ...lines] = text.split('\n')
  if (rawVersion.trim() !== '0') throw malformed(1, `the version is "${rawVersion}", not 0`)
  const entries = lines.filter((line) => line !== '')
  if (!/^\d+$/.test(rawCount) || Number(rawCount) !== entries.length)
    throw malformed(2, `it says "${rawCount}" entries, and there are ${entries.length}`)
  return entries.map((line, index) => {
    const match = form.exec(line)
    if (match === null) throw malformed(index + 3, `"${line}" is no entry`)
    return entryOf(match)
  })
}

function malformed(line: number, why: string): CorruptDataError {
  return new CorruptDataError(`line ${line} of the checkpoint: ${why}`)
}
