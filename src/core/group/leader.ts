/** The leader's part in a classic group: everybody's subscription → everybody's partitions. */
import type { Cluster } from '../cluster/cluster.ts'
import { KtError } from '../errors.ts'
import type { JoinGroupResponse } from '../protocol/generated/apis/JoinGroup.ts'
import { topicsOf } from './assignors/members.ts'
import type { Assignment, Assignor, MemberSubscription, PartitionRacks } from './assignors/types.ts'
import { decodeSubscription } from './consumer-protocol.ts'
import type { Subscription } from './subscription.ts'

export interface SharedOut {
  shares: Assignment
  /** The topics that were shared out. */
  topics: string[]
  /** What it was based on, for comparison with `basisOf`: when that differs, it is time to share out again. */
  basedOn: string
}

/** Throws KtError for an assignor that was not offered, CorruptDataError for a member that speaks something else. */
export async function shareOut(
  joined: JoinGroupResponse,
  assignors: readonly Assignor[],
  cluster: Cluster,
  subscription: Subscription,
  rackId: string | null,
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
  const racks = racksOf(cluster, topics)
  const shares = assignor.assign(counts, members, racks)
  return { shares, topics, basedOn: basisOf(cluster, subscription, topics, rackId) }
}

/**
 * The topics and their partition counts, as last heard; with the racks of the replicas where this member has one
 * itself, as in org.apache.kafka.clients.consumer.internals.ConsumerCoordinator.MetadataSnapshot.
 */
export function basisOf(
  cluster: Cluster,
  subscription: Subscription,
  topics: readonly string[],
  rackId: string | null,
): string {
  const counts = subscription.counts(topics)
  const racks = rackId === null ? undefined : racksOf(cluster, topics)
  return JSON.stringify(
    topics.map((topic) => [
      topic,
      counts.get(topic) ?? 0,
      ...(racks?.get(topic) ?? []).map((one) => [...one].sort()),
    ]),
  )
}

function racksOf({ metadata }: Cluster, topics: readonly string[]): PartitionRacks {
  const { brokers } = metadata
  return new Map(
    topics.map((topic) => [
      topic,
      (metadata.topics.get(topic)?.partitions ?? []).map(
        ({ replicas }) => new Set(replicas.flatMap((nodeId) => brokers.get(nodeId)?.rack ?? [])),
      ),
    ]),
  )
}
