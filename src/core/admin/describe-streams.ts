/** Streams groups (KIP-1071): members, their tasks, and the topology that the tasks are about. */
import type { Cluster } from '../cluster/cluster.ts'
import type { TopicPartition } from '../consumer/offsets.ts'
import type { KtError } from '../errors.ts'
import {
  type DescribedGroup,
  type Member,
  StreamsGroupDescribe,
  type TaskIds,
} from '../protocol/generated/apis/StreamsGroupDescribe.ts'
import { askCoordinators } from './ask-coordinators.ts'
import type { Described, GroupMember, StreamsTasks, Subtopology } from './group-description.ts'

/** StreamsGroupDescribe (89). */
export function describeStreams(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, Described | KtError>> {
  return askCoordinators(cluster, groupIds, {
    api: StreamsGroupDescribe,
    what: '',
    request: (ids) => ({ groupIds: ids, includeAuthorizedOperations: false }),
    answers: ({ groups }) => groups.map((group) => ({ ...group, answer: asDescribed(group) })),
  })
}

function asDescribed(group: DescribedGroup): Described {
  const subtopologies = (group.topology?.subtopologies ?? []).map((one) => ({
    ...one,
    stateChangelogTopics: one.stateChangelogTopics.map(({ name }) => name),
    repartitionSourceTopics: one.repartitionSourceTopics.map(({ name }) => name),
  }))
  return {
    type: 'Streams',
    state: group.groupState,
    protocol: 'streams',
    assignor: '',
    groupEpoch: group.groupEpoch,
    targetAssignmentEpoch: group.assignmentEpoch,
    subtopologies,
    members: group.members.map((member) => asMember(member, subtopologies)),
  }
}

function asMember(member: Member, subtopologies: readonly Subtopology[]): GroupMember {
  const { memberId, instanceId, clientId, clientHost: host, memberEpoch, rackId } = member
  const { processId, topologyEpoch, isClassic } = member
  const tasks = asTasks(member.assignment)
  const targetTasks = asTasks(member.targetAssignment)
  return {
    memberId,
    instanceId,
    clientId,
    host,
    memberEpoch,
    ...(rackId === null ? {} : { rackId }),
    subscribedTopics: [],
    assignment: sourcesOf(tasks.active, subtopologies),
    targetAssignment: sourcesOf(targetTasks.active, subtopologies),
    streams: { processId, topologyEpoch, isClassic, tasks, targetTasks },
  }
}

function asTasks({ activeTasks, standbyTasks, warmupTasks }: Member['assignment']): StreamsTasks {
  return { active: activeTasks, standby: standbyTasks, warmup: warmupTasks }
}

/** What the tasks read: a task of partition 3 reads partition 3 of all source topics of its subtopology. */
function sourcesOf(tasks: readonly TaskIds[], subtopologies: readonly Subtopology[]): TopicPartition[] {
  return tasks.flatMap(({ subtopologyId, partitions }) => {
    const subtopology = subtopologies.find((one) => one.subtopologyId === subtopologyId)
    const topics = [...(subtopology?.sourceTopics ?? []), ...(subtopology?.repartitionSourceTopics ?? [])]
    return topics.flatMap((topic) => partitions.map((partition) => ({ topic, partition })))
  })
}
