/** The records of KRaft's log, `__cluster_metadata` (org.apache.kafka.metadata.MetadataRecordSerde). */
import { CorruptDataError } from '../../errors.ts'
import { AbortTransactionRecord } from '../../protocol/generated/metadata/AbortTransactionRecord.ts'
import { AccessControlEntryRecord } from '../../protocol/generated/metadata/AccessControlEntryRecord.ts'
import { BeginTransactionRecord } from '../../protocol/generated/metadata/BeginTransactionRecord.ts'
import { BrokerRegistrationChangeRecord } from '../../protocol/generated/metadata/BrokerRegistrationChangeRecord.ts'
import { ClearElrRecord } from '../../protocol/generated/metadata/ClearElrRecord.ts'
import { ClientQuotaRecord } from '../../protocol/generated/metadata/ClientQuotaRecord.ts'
import { ConfigRecord } from '../../protocol/generated/metadata/ConfigRecord.ts'
import { DelegationTokenRecord } from '../../protocol/generated/metadata/DelegationTokenRecord.ts'
import { EndTransactionRecord } from '../../protocol/generated/metadata/EndTransactionRecord.ts'
import { FeatureLevelRecord } from '../../protocol/generated/metadata/FeatureLevelRecord.ts'
import { FenceBrokerRecord } from '../../protocol/generated/metadata/FenceBrokerRecord.ts'
import { NoOpRecord } from '../../protocol/generated/metadata/NoOpRecord.ts'
import { PartitionChangeRecord } from '../../protocol/generated/metadata/PartitionChangeRecord.ts'
import { PartitionRecord } from '../../protocol/generated/metadata/PartitionRecord.ts'
import { ProducerIdsRecord } from '../../protocol/generated/metadata/ProducerIdsRecord.ts'
import { RegisterBrokerRecord } from '../../protocol/generated/metadata/RegisterBrokerRecord.ts'
import { RegisterControllerRecord } from '../../protocol/generated/metadata/RegisterControllerRecord.ts'
import { RemoveAccessControlEntryRecord } from '../../protocol/generated/metadata/RemoveAccessControlEntryRecord.ts'
import { RemoveDelegationTokenRecord } from '../../protocol/generated/metadata/RemoveDelegationTokenRecord.ts'
import { RemoveTopicRecord } from '../../protocol/generated/metadata/RemoveTopicRecord.ts'
import { RemoveUserScramCredentialRecord } from '../../protocol/generated/metadata/RemoveUserScramCredentialRecord.ts'
import { TopicRecord } from '../../protocol/generated/metadata/TopicRecord.ts'
import { UnfenceBrokerRecord } from '../../protocol/generated/metadata/UnfenceBrokerRecord.ts'
import { UnregisterBrokerRecord } from '../../protocol/generated/metadata/UnregisterBrokerRecord.ts'
import { UserScramCredentialRecord } from '../../protocol/generated/metadata/UserScramCredentialRecord.ts'
import { ZkMigrationStateRecord } from '../../protocol/generated/metadata/ZkMigrationStateRecord.ts'
import { decodeFramed, type FramedRecord } from './framed-records.ts'

const RECORDS = [
  AbortTransactionRecord,
  AccessControlEntryRecord,
  BeginTransactionRecord,
  BrokerRegistrationChangeRecord,
  ClearElrRecord,
  ClientQuotaRecord,
  ConfigRecord,
  DelegationTokenRecord,
  EndTransactionRecord,
  FeatureLevelRecord,
  FenceBrokerRecord,
  NoOpRecord,
  PartitionChangeRecord,
  PartitionRecord,
  ProducerIdsRecord,
  RegisterBrokerRecord,
  RegisterControllerRecord,
  RemoveAccessControlEntryRecord,
  RemoveDelegationTokenRecord,
  RemoveTopicRecord,
  RemoveUserScramCredentialRecord,
  TopicRecord,
  UnfenceBrokerRecord,
  UnregisterBrokerRecord,
  UserScramCredentialRecord,
  ZkMigrationStateRecord,
]

const byKey = new Map(RECORDS.map((message) => [message.apiKey, message]))

/** Throws CorruptDataError. */
export function decodeMetadataRecord(value: Buffer | null): FramedRecord {
  if (value === null) throw new CorruptDataError('a metadata record has no value')
  return decodeFramed(byKey, value, 'metadata record')
}

/** `TopicRecord` → `TOPIC_RECORD` (org.apache.kafka.common.metadata.MetadataRecordType). */
export function metadataTypeName({ message }: FramedRecord): string {
  return message.name.replace(/(?<=.)([A-Z])/g, '_$1').toUpperCase()
}
