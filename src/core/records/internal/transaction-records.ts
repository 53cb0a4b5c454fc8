/** The records of `__transaction_state` (org.apache.kafka.coordinator.transaction.TransactionCoordinatorRecordSerde). */
import { TransactionLogKey } from '../../protocol/generated/transaction-coordinator/TransactionLogKey.ts'
import { TransactionLogValue } from '../../protocol/generated/transaction-coordinator/TransactionLogValue.ts'
import { recordTypes } from './coordinator-records.ts'

export const TRANSACTIONS_TOPIC = '__transaction_state'

export const transactionRecords = recordTypes([[TransactionLogKey, TransactionLogValue]])

/** By `transactionStatus` (org.apache.kafka.coordinator.transaction.TransactionState). */
export const TRANSACTION_STATES = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
] as const
