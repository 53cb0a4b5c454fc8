/** What describing a group gives, whatever its type. */
import type { TopicPartition } from '../consumer/offsets.ts'
import type { TaskIds } from '../protocol/generated/apis/StreamsGroupDescribe.ts'
import type { GroupType } from './groups.ts'

export interface GroupMember {
  memberId: string
  /** group.instance.id of a static member. */
  instanceId: string | null
  clientId: string
  /** As the broker says it: `/127.0.0.1`. */
  host: string
  /** What it reads now; of a streams member: the source topics of its active tasks. */
  assignment: TopicPartition[]
  subscribedTopics: string[]
  subscribedRegex?: string
  rackId?: string
  /** Not in classic groups. */
  memberEpoch?: number
  /** What the group's coordinator wants it to read; not in classic and share groups. */
  targetAssignment?: TopicPartition[]
  /** Whether a member of a consumer group speaks the new protocol; unknown before Kafka 4.0. */
  isUpgraded?: boolean
  streams?: StreamsMember
}

export interface GroupDescription {
  groupId: string
  type: GroupType
  state: string
  protocol: string
  /** The assignor that the group has agreed on; '' while it has none. */
  assignor: string
  coordinator: { nodeId: number; host: string; port: number }
  members: GroupMember[]
  /** Not of classic groups. */
  groupEpoch?: number
  /** Not of classic groups. */
  targetAssignmentEpoch?: number
  /** Of a streams group. */
  subtopologies?: Subtopology[]
}

/** Of a group as the API of its type tells it, still without the coordinator. */
export type Described = Omit<GroupDescription, 'coordinator' | 'groupId'>

export interface StreamsTasks {
  active: TaskIds[]
  standby: TaskIds[]
  warmup: TaskIds[]
}

export interface StreamsMember {
  processId: string
  topologyEpoch: number
  /** Whether it still speaks the classic protocol. */
  isClassic: boolean
  tasks: StreamsTasks
  targetTasks: StreamsTasks
}

export interface Subtopology {
  subtopologyId: string
  sourceTopics: string[]
  repartitionSourceTopics: string[]
  repartitionSinkTopics: string[]
  stateChangelogTopics: string[]
}
