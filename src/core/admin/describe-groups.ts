/** What groups look like inside: DescribeGroups (15), ConsumerGroupDescribe (69), ShareGroupDescribe (77), StreamsGroupDescribe (89). */
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import { CorruptDataError, KtError } from '../errors.ts'
import { decodeAssignment, decodeSubscription, PROTOCOL_TYPE } from '../group/consumer-protocol.ts'
import { fromTopics } from '../group/topic-partitions.ts'
import {
  type Assignment,
  ConsumerGroupDescribe,
  type Member as ConsumerMember,
} from '../protocol/generated/apis/ConsumerGroupDescribe.ts'
import { DescribeGroups, type DescribedGroup } from '../protocol/generated/apis/DescribeGroups.ts'
import { ShareGroupDescribe } from '../protocol/generated/apis/ShareGroupDescribe.ts'
import { askCoordinators, groupError } from './ask-coordinators.ts'
import { describeStreams } from './describe-streams.ts'
import type { Described, GroupDescription, GroupMember } from './group-description.ts'
import { type GroupListing, type GroupType, list, ofThoseThatStay } from './groups.ts'

/**
 * By group id: what the group looks like, or why that cannot be told. One request for each type and coordinator.
 * `listed` are groups as `list` gave them; the types of others are asked for first, of their coordinators only.
 */
export async function describe(
  cluster: Cluster,
  groups: readonly string[] | readonly GroupListing[],
): Promise<Map<string, GroupDescription | KtError>> {
  const listed = isListed(groups) ? groups : await findListed(cluster, groups)
  for (const { groupId, coordinatorId } of listed)
    if (coordinatorId >= 0) cluster.learnCoordinator('group', groupId, coordinatorId)
  const idsOf = (isMeant: (type: GroupType) => boolean) =>
    listed.filter(({ type }) => isMeant(type)).map(({ groupId }) => groupId)
  const answers = await Promise.all([
    describeClassic(
      cluster,
      idsOf((type) => type === 'Classic' || type === 'Unknown'),
    ),
    describeConsumer(
      cluster,
      idsOf((type) => type === 'Consumer'),
    ),
    describeShare(
      cluster,
      idsOf((type) => type === 'Share'),
    ),
    describeStreams(
      cluster,
      idsOf((type) => type === 'Streams'),
    ),
  ])
  const byId = new Map(answers.flatMap((one) => [...one]))
  const described = new Map<string, GroupDescription | KtError>()
  for (const { groupId } of listed) {
    const answer = byId.get(groupId)!
    if (answer instanceof KtError) described.set(groupId, answer)
    else described.set(groupId, { groupId, ...answer, coordinator: await coordinatorOf(cluster, groupId) })
  }
  return described
}

function isListed(groups: readonly string[] | readonly GroupListing[]): groups is readonly GroupListing[] {
  return typeof groups[0] !== 'string'
}

/**
 * The types and states of groups known by name; what no coordinator lists is taken for a classic group, so that the
 * coordinator says whether it is not there or may not be seen.
 */
export async function findListed(cluster: Cluster, groupIds: readonly string[]): Promise<GroupListing[]> {
  const listed = await ofThoseThatStay(
    async () => {
      const nodes = await cluster.coordinators('group', groupIds)
      const nodeIds = [...new Set([...nodes.values()].filter((node) => typeof node === 'number'))]
      return list(cluster, { nodeIds })
    },
    () => groupIds.forEach((groupId) => cluster.forgetCoordinator('group', groupId)),
  )
  const all = new Map(listed.map((one) => [one.groupId, one]))
  return [...new Set(groupIds)].map(
    (groupId) => all.get(groupId) ?? { groupId, type: 'Unknown', protocol: '', state: '', coordinatorId: -1 },
  )
}

async function coordinatorOf(cluster: Cluster, groupId: string): Promise<GroupDescription['coordinator']> {
  const nodeId = await cluster.coordinator('group', groupId)
  const { host = '', port = -1 } = cluster.metadata.brokers.get(nodeId) ?? {}
  return { nodeId, host, port }
}

/** A group that is not there is an error since DescribeGroups v6 (KIP-1043), and before a group in state Dead. */
async function describeClassic(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, Described | KtError>> {
  const answers = await askCoordinators(cluster, groupIds, {
    api: DescribeGroups,
    what: '',
    request: (groups) => ({ groups, includeAuthorizedOperations: false }),
    answers: ({ groups }) => groups.map((group) => ({ ...group, answer: group })),
  })
  return new Map(
    [...answers].map(([groupId, group]) => [groupId, group instanceof KtError ? group : asClassic(group)]),
  )
}

const GROUP_ID_NOT_FOUND = 69

function asClassic(group: DescribedGroup): Described | KtError {
  const { groupId, groupState: state, protocolType: protocol, protocolData: assignor } = group
  if (state === 'Dead') return groupError(GROUP_ID_NOT_FOUND, '', { reason: `Group ${groupId} not found.` })
  try {
    const members = group.members.map((member) => asClassicMember(member, protocol))
    return { type: 'Classic', state, protocol, assignor, members }
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error
    return new CorruptDataError(
      `group "${groupId}": a member says what nobody understands: ${error.message}`,
      {
        cause: error,
      },
    )
  }
}

function asClassicMember(raw: DescribedGroup['members'][number], protocol: string): GroupMember {
  const { memberId, groupInstanceId: instanceId, clientId, clientHost: host } = raw
  const { memberAssignment, memberMetadata } = raw
  const isConsumer = protocol === PROTOCOL_TYPE
  const hasMetadata = isConsumer && memberMetadata.length > 0
  return {
    memberId,
    instanceId,
    clientId,
    host,
    assignment: isConsumer ? decodeAssignment(memberAssignment) : [],
    subscribedTopics: hasMetadata ? decodeSubscription(memberMetadata).topics : [],
  }
}

async function describeConsumer(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, Described | KtError>> {
  return askCoordinators(cluster, groupIds, {
    api: ConsumerGroupDescribe,
    what: '',
    request: (ids) => ({ groupIds: ids, includeAuthorizedOperations: false }),
    answers: ({ groups }) =>
      groups.map((group) => ({
        ...group,
        answer: { ...common(group, 'Consumer'), members: group.members.map(asConsumerMember) },
      })),
  })
}

function asConsumerMember(member: ConsumerMember): GroupMember {
  const { instanceId, subscribedTopicRegex, targetAssignment, memberType } = member
  return {
    ...asMember(member),
    instanceId,
    ...(subscribedTopicRegex ? { subscribedRegex: subscribedTopicRegex } : {}),
    targetAssignment: asPartitions(targetAssignment),
    ...(memberType < 0 ? {} : { isUpgraded: memberType === 1 }),
  }
}

async function describeShare(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, Described | KtError>> {
  return askCoordinators(cluster, groupIds, {
    api: ShareGroupDescribe,
    what: '',
    request: (ids) => ({ groupIds: ids, includeAuthorizedOperations: false }),
    answers: ({ groups }) =>
      groups.map((group) => ({
        ...group,
        answer: { ...common(group, 'Share'), members: group.members.map(asMember) },
      })),
  })
}

interface CommonGroup {
  groupState: string
  groupEpoch: number
  assignmentEpoch: number
  assignorName: string
}

function common(group: CommonGroup, type: 'Consumer' | 'Share'): Omit<Described, 'members'> {
  const { groupState: state, groupEpoch, assignmentEpoch: targetAssignmentEpoch, assignorName } = group
  return {
    type,
    state,
    protocol: type.toLowerCase(),
    assignor: assignorName,
    groupEpoch,
    targetAssignmentEpoch,
  }
}

interface CommonMember {
  memberId: string
  rackId: string | null
  memberEpoch: number
  clientId: string
  clientHost: string
  subscribedTopicNames: string[]
  assignment: Assignment
}

function asMember(member: CommonMember): GroupMember {
  const { memberId, rackId, memberEpoch, clientId, clientHost: host, subscribedTopicNames } = member
  return {
    memberId,
    instanceId: null,
    clientId,
    host,
    memberEpoch,
    ...(rackId === null ? {} : { rackId }),
    subscribedTopics: subscribedTopicNames,
    assignment: asPartitions(member.assignment),
  }
}

function asPartitions({ topicPartitions }: Assignment): TopicPartition[] {
  return fromTopics(topicPartitions.map(({ topicName: topic, partitions }) => ({ topic, partitions })))
}
