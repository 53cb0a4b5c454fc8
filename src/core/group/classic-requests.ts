/** The four requests of the classic protocol: JoinGroup (11), SyncGroup (14), Heartbeat (12), LeaveGroup (13). */
import type { TopicPartition } from '../consumer/offsets.ts'
import { Heartbeat, type HeartbeatResponse } from '../protocol/generated/apis/Heartbeat.ts'
import { JoinGroup, type JoinGroupResponse } from '../protocol/generated/apis/JoinGroup.ts'
import { LeaveGroup } from '../protocol/generated/apis/LeaveGroup.ts'
import { SyncGroup, type SyncGroupResponse } from '../protocol/generated/apis/SyncGroup.ts'
import { decodeAssignment, encodeAssignment, PROTOCOL_TYPE } from './consumer-protocol.ts'
import type { CoordinatorLink } from './coordinator-link.ts'
import type { MemberIdentity } from './membership.ts'
import type { GroupOptions } from './options.ts'

type Self = Pick<MemberIdentity, 'memberId' | 'instanceId'>

/** The coordinator answers when all have joined, or their time is over; it gets some time for itself. */
const JOIN_GRACE_MS = 5000

export function join(
  link: CoordinatorLink,
  { groupId, sessionTimeoutMs, maxPollIntervalMs, requestTimeoutMs }: GroupOptions,
  { memberId, instanceId }: Self,
  protocols: { name: string; metadata: Buffer }[],
  reason: string,
): Promise<JoinGroupResponse> {
  const request = {
    groupId,
    sessionTimeoutMs,
    rebalanceTimeoutMs: maxPollIntervalMs,
    memberId,
    groupInstanceId: instanceId,
    protocolType: PROTOCOL_TYPE,
    protocols,
    reason: reason || null,
  }
  const timeoutMs = Math.max(requestTimeoutMs, maxPollIntervalMs + JOIN_GRACE_MS)
  return link.send(JoinGroup, request, { purpose: 'join', timeoutMs })
}

export interface Sync {
  generation: number
  protocolName: string | null
  /** From the leader: member id → partitions. */
  shares: ReadonlyMap<string, TopicPartition[]>
}

export function sync(
  link: CoordinatorLink,
  { groupId, maxPollIntervalMs, requestTimeoutMs }: GroupOptions,
  { memberId, instanceId }: Self,
  { generation, protocolName, shares }: Sync,
): Promise<SyncGroupResponse> {
  const assignments = [...shares].map(([memberId, partitions]) => ({
    memberId,
    assignment: encodeAssignment(partitions),
  }))
  const request = {
    groupId,
    generationId: generation,
    memberId,
    groupInstanceId: instanceId,
    protocolType: PROTOCOL_TYPE,
    protocolName,
    assignments,
  }
  const timeoutMs = Math.max(requestTimeoutMs, maxPollIntervalMs + JOIN_GRACE_MS)
  return link.send(SyncGroup, request, { purpose: 'join', timeoutMs })
}

/** Throws CorruptDataError. */
export function assignedBy({ assignment }: SyncGroupResponse): TopicPartition[] {
  return decodeAssignment(assignment)
}

export function heartbeat(
  link: CoordinatorLink,
  { groupId, sessionTimeoutMs, requestTimeoutMs }: GroupOptions,
  { memberId, instanceId, generation }: MemberIdentity,
): Promise<HeartbeatResponse> {
  const request = { groupId, generationId: generation, memberId, groupInstanceId: instanceId }
  // A silent connection must be replaced before the session is over.
  const timeoutMs = Math.min(requestTimeoutMs, Math.max(1000, Math.floor(sessionTimeoutMs / 3)))
  return link.send(Heartbeat, request, { purpose: 'heartbeat', timeoutMs })
}

/** What goes wrong changes nothing: the session ends by itself. */
export async function leave(
  link: CoordinatorLink,
  { memberId, instanceId }: Self,
  reason: string,
  timeoutMs: number,
): Promise<void> {
  const { groupId } = link
  const members = [{ memberId, groupInstanceId: instanceId, reason }]
  await link.send(LeaveGroup, { groupId, members }, { purpose: 'coordinator', timeoutMs }).catch(() => {})
}
