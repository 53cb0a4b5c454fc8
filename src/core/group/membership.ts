/** What both group protocols have in common, toward the consumer that belongs to the group. */
import type { TopicPartition } from '../consumer/offsets.ts'

/** With what the group knows a member: commits carry it, so that a stale member's are refused. */
export interface MemberIdentity {
  memberId: string
  /** The generation (classic) or member epoch (KIP-848). */
  generation: number
  instanceId: string | null
}

/**
 * The contract of a rebalance. The calls never overlap, and the group waits for each (until
 * max.poll.interval.ms): only when `onRevoked` has resolved does another member get the partitions.
 */
export interface MembershipHooks {
  onAssigned(partitions: TopicPartition[]): Promise<void>
  /** Still ours: what was written can be committed. */
  onRevoked(partitions: TopicPartition[]): Promise<void>
  /** Perhaps another member's already: nothing can be committed. */
  onLost(partitions: TopicPartition[]): Promise<void>
  /** Since when (Date.now()) records are being handled without a pause; undefined: it waits for some. */
  busySinceMs(): number | undefined
  /** A sentence that the person should read. */
  note(text: string): void
}

/** `default`: static members stay, others leave (org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation). */
export type LeaveOperation = 'default' | 'leave' | 'remain'

export interface Membership {
  /** Joins, and stays a member until `close`; rejects with what no repetition can mend. */
  run(): Promise<void>
  /** undefined: not a member now. */
  readonly identity: MemberIdentity | undefined
  readonly assigned: readonly TopicPartition[]
  /** Stops heartbeats and rebalances; no hook is called any more. */
  stop(): void
  /** After `stop`: tells the group, so that it need not wait for the session to end. */
  leave(operation: LeaveOperation, timeoutMs: number): Promise<void>
}
