/** The topics that Kafka keeps its own state in, and how a person is told what is in them. */
import { jsonText } from '../../../core/protocol/json-text.ts'
import type {
  CoordinatorRecord,
  Fields,
  RecordTypes,
} from '../../../core/records/internal/coordinator-records.ts'
import { groupRecords, memberTopics, OFFSETS_TOPIC } from '../../../core/records/internal/group-records.ts'
import { shareRecords, SHARE_STATE_TOPIC } from '../../../core/records/internal/share-records.ts'
import {
  TRANSACTION_STATES,
  transactionRecords,
  TRANSACTIONS_TOPIC,
} from '../../../core/records/internal/transaction-records.ts'
import type { Formatter } from '../formatter.ts'

export interface InternalTopic {
  topic: string
  types: RecordTypes
  /** Its records are committed offsets for the most part, for which there is a faster way. */
  hasCommits: boolean
  ownerTitle: string
  /** Whom the record is about. */
  ownerOf(key: Fields): string
  /** The rest of it in a line. */
  tell(record: CoordinatorRecord): string
}

export interface DumpFormatter extends Formatter {
  /** Records that are not what they should be. */
  unreadable: number
}

export const offsetsTopic: InternalTopic = {
  topic: OFFSETS_TOPIC,
  types: groupRecords,
  hasCommits: true,
  ownerTitle: 'GROUP',
  ownerOf: ({ group, groupId }) => String(group ?? groupId),
  tell: tellGroupRecord,
}

export const transactionsTopic: InternalTopic = {
  topic: TRANSACTIONS_TOPIC,
  types: transactionRecords,
  hasCommits: false,
  ownerTitle: 'TRANSACTIONAL ID',
  ownerOf: ({ transactionalId }) => String(transactionalId),
  tell: tellTransaction,
}

export const shareStateTopic: InternalTopic = {
  topic: SHARE_STATE_TOPIC,
  types: shareRecords,
  hasCommits: false,
  ownerTitle: 'GROUP',
  ownerOf: ({ groupId }) => String(groupId),
  tell: tellShareState,
}

function tellGroupRecord(record: CoordinatorRecord): string {
  const { type, key, value } = record
  const { group: _group, groupId: _groupId, ...rest } = key
  const about = type.name.endsWith('OffsetCommit') ? `${rest.topic}-${rest.partition}` : words(rest)
  if (value === null) return `${about} deleted`.trimStart()
  if (type.name === 'GroupMetadata') return tellClassicGroup(value)
  if (type.name.endsWith('OffsetCommit')) {
    const metadata = value.metadata === '' ? '' : `, "${value.metadata}"`
    const epoch = Number(value.leaderEpoch ?? -1) < 0 ? '' : `, epoch ${value.leaderEpoch}`
    return `${about} → ${value.offset}${epoch}${metadata}`
  }
  return `${about} ${fieldsText(record)}`.trimStart()
}

function tellClassicGroup(group: Fields): string {
  const members = group.members as Fields[]
  const told = members.map((member) => {
    const { topics, partitions } = memberTopics(member)
    return `${member.memberId} reads ${topics.join(',') || '?'}, has ${partitions.join(',') || 'nothing'}`
  })
  const head = `generation ${group.generation}, ${group.protocol ?? 'no protocol'}, ${members.length} members`
  return [head, ...told].join('; ')
}

function tellTransaction({ value }: CoordinatorRecord): string {
  if (value === null) return 'deleted'
  const state = TRANSACTION_STATES[value.transactionStatus as number] ?? `status ${value.transactionStatus}`
  const partitions = (value.transactionPartitions ?? []) as { topic: string; partitionIds: number[] }[]
  const names = partitions.flatMap(({ topic, partitionIds }) => partitionIds.map((id) => `${topic}-${id}`))
  const producer = `producer ${value.producerId} epoch ${value.producerEpoch}`
  return `${state}, ${producer}, timeout ${value.transactionTimeoutMs} ms${names.length === 0 ? '' : `: ${names.join(',')}`}`
}

function tellShareState(record: CoordinatorRecord): string {
  const { key, value } = record
  const about = `${key.topicId}-${key.partition}`
  if (value === null) return `${about} deleted`
  const batches = value.stateBatches as Fields[]
  const told = batches.map(
    ({ firstOffset, lastOffset, deliveryState, deliveryCount }) =>
      `${firstOffset}-${lastOffset} ${DELIVERY_STATES[deliveryState as number] ?? `state ${deliveryState}`} ×${deliveryCount}`,
  )
  const head = `${about} from ${value.startOffset}, snapshot ${value.snapshotEpoch}, leader epoch ${value.leaderEpoch}`
  return [head, ...told].join('; ')
}

/** By `deliveryState` (org.apache.kafka.server.share.fetch.RecordState). */
const DELIVERY_STATES: Readonly<Record<number, string>> = {
  0: 'available',
  1: 'acquired',
  2: 'acknowledged',
  4: 'archived',
}

function words(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}

function fieldsText({ type, version, value }: CoordinatorRecord): string {
  return jsonText(type.value, version, value)
}
