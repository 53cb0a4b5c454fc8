/** The leader's part in a classic group: everybody's subscription → everybody's partitions. */
import type { Cluster } from '../cluster/cluster.ts'
import { KtError } from '../errors.ts'
import type { JoinGroupResponse } from '../protocol/generated/apis/JoinGroup.ts'
import { topicsOf } from './assignors/members.ts'
import type { Assignment, Assignor, MemberSubscription } from './assignors/types.ts'
import { decodeSubscription } from './consumer-protocol.ts'
import type { Subscription } from './subscription.ts'

export interface SharedOut {
  shares: Assignment
  /** The topics and their partition counts: when they differ, it is time to share out again. */
  basedOn: string
}

/** Throws KtError for an assignor that was not offered, CorruptDataError for a member that speaks something else. */
export async function shareOut(
  joined: JoinGroupResponse,
  assignors: readonly Assignor[],
  cluster: Cluster,
  subscription: Subscription,
): Promise<SharedOut> {
  const assignor = assignors.find(({ name }) => name === joined.protocolName)
  if (assignor === undefined)
    throw new KtError(`the group chose the assignor "${joined.protocolName}", which was not offered`)
  const members: MemberSubscription[] = joined.members.map(({ memberId, groupInstanceId, metadata }) => ({
    memberId,
    instanceId: groupInstanceId,
    ...decodeSubscription(metadata),
  }))
  const topics = topicsOf(members)
  await cluster.metadata.refresh(topics)
  const counts = subscription.counts(topics)
  const basedOn = JSON.stringify(topics.map((topic) => [topic, counts.get(topic) ?? 0]))
  return { shares: assignor.assign(counts, members), basedOn }
}
