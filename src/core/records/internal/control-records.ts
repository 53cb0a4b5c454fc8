/** Control records: markers of transactions, and what KRaft writes between its records (org.apache.kafka.common.record.ControlRecordType). */
import { CorruptDataError } from '../../errors.ts'
import { EndTxnMarker } from '../../protocol/generated/data/EndTxnMarker.ts'
import { KRaftVersionRecord } from '../../protocol/generated/data/KRaftVersionRecord.ts'
import { LeaderChangeMessage } from '../../protocol/generated/data/LeaderChangeMessage.ts'
import { SnapshotFooterRecord } from '../../protocol/generated/data/SnapshotFooterRecord.ts'
import { SnapshotHeaderRecord } from '../../protocol/generated/data/SnapshotHeaderRecord.ts'
import { VotersRecord } from '../../protocol/generated/data/VotersRecord.ts'
import { jsonText } from '../../protocol/json-text.ts'
import { readMessage } from '../../protocol/message.ts'
import type { Message } from '../../protocol/schema.ts'

const CONTROL_TYPES = [
  'ABORT',
  'COMMIT',
  'LEADER_CHANGE',
  'SNAPSHOT_HEADER',
  'SNAPSHOT_FOOTER',
  'KRAFT_VERSION',
  'KRAFT_VOTERS',
] as const

export interface ControlRecord {
  /** The number in the key; -1 is Kafka's for those it does not know. */
  id: number
  type: (typeof CONTROL_TYPES)[number] | 'UNKNOWN'
  /** Of a marker. */
  coordinatorEpoch: number | undefined
  /** Of what KRaft writes, in the words of Kafka's converters. */
  json: string | undefined
}

const MESSAGES: Readonly<Record<string, Message<unknown>>> = {
  LEADER_CHANGE: LeaderChangeMessage,
  SNAPSHOT_HEADER: SnapshotHeaderRecord,
  SNAPSHOT_FOOTER: SnapshotFooterRecord,
  KRAFT_VERSION: KRaftVersionRecord,
  KRAFT_VOTERS: VotersRecord,
}

/** key: 0 version i16 | 2 type i16; value: the message after its version. Throws CorruptDataError. */
export function controlRecord(key: Buffer | null, value: Buffer | null): ControlRecord {
  if (key === null || key.length < 4)
    throw new CorruptDataError(`a control record has a key of ${key?.length ?? 0} bytes`)
  const id = key.readInt16BE(2)
  const type: ControlRecord['type'] = CONTROL_TYPES[id] ?? 'UNKNOWN'
  const plain: ControlRecord = { id, type, coordinatorEpoch: undefined, json: undefined }
  if (type === 'UNKNOWN') return plain
  if (type === 'ABORT' || type === 'COMMIT') {
    const { coordinatorEpoch } = decode(EndTxnMarker, value)
    return { ...plain, coordinatorEpoch }
  }
  const message = MESSAGES[type]!
  const version = versionOf(message, value)
  return { ...plain, json: jsonText(message, version, decode(message, value)) }
}

function decode<T>(message: Message<T>, value: Buffer | null): T {
  const version = versionOf(message, value)
  return readMessage(
    message,
    version,
    value!,
    (reader) => message === (EndTxnMarker as Message<unknown>) && reader.take(2),
    true,
  )
}

/** The messages of KRaft have their version as their first field; a newer one is read as the newest known. */
function versionOf<T>(message: Message<T>, value: Buffer | null): number {
  if (value === null || value.length < 2)
    throw new CorruptDataError(`a ${message.name} has ${value?.length ?? 0} bytes`)
  return Math.min(value.readInt16BE(0), message.maxVersion)
}
