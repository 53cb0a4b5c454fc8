/** Who answers which API, as data. What is not here any broker answers. */

/** What `call` may be told; for `leader`, `group`, `transaction` and `share` it must be told which. */
export type Route = 'any' | 'controller' | 'node' | 'leader' | 'group' | 'transaction' | 'share'

const ROUTES: Record<string, Route | undefined> = {
  // In KRaft any broker forwards these; the one that metadata calls the controller saves older clusters a detour.
  CreateTopics: 'controller',
  DeleteTopics: 'controller',
  CreatePartitions: 'controller',
  ElectLeaders: 'controller',
  AlterPartitionReassignments: 'controller',
  ListPartitionReassignments: 'controller',
  CreateAcls: 'controller',
  DeleteAcls: 'controller',
  AlterClientQuotas: 'controller',
  AlterUserScramCredentials: 'controller',
  DescribeUserScramCredentials: 'controller',
  CreateDelegationToken: 'controller',
  RenewDelegationToken: 'controller',
  ExpireDelegationToken: 'controller',
  UpdateFeatures: 'controller',
  UnregisterBroker: 'controller',
  AddRaftVoter: 'controller',
  RemoveRaftVoter: 'controller',

  // Only the broker that is asked knows.
  DescribeLogDirs: 'node',
  AlterReplicaLogDirs: 'node',
  ListGroups: 'node',
  ListTransactions: 'node',

  Produce: 'leader',
  Fetch: 'leader',
  ListOffsets: 'leader',
  DeleteRecords: 'leader',
  OffsetForLeaderEpoch: 'leader',
  DescribeProducers: 'leader',
  WriteTxnMarkers: 'leader',
  ShareFetch: 'leader',
  ShareAcknowledge: 'leader',

  OffsetCommit: 'group',
  OffsetFetch: 'group',
  OffsetDelete: 'group',
  JoinGroup: 'group',
  SyncGroup: 'group',
  Heartbeat: 'group',
  LeaveGroup: 'group',
  DescribeGroups: 'group',
  DeleteGroups: 'group',
  TxnOffsetCommit: 'group',
  ConsumerGroupHeartbeat: 'group',
  ConsumerGroupDescribe: 'group',
  ShareGroupHeartbeat: 'group',
  ShareGroupDescribe: 'group',
  StreamsGroupHeartbeat: 'group',
  StreamsGroupDescribe: 'group',
  DescribeShareGroupOffsets: 'group',
  AlterShareGroupOffsets: 'group',
  DeleteShareGroupOffsets: 'group',

  AddPartitionsToTxn: 'transaction',
  AddOffsetsToTxn: 'transaction',
  EndTxn: 'transaction',
  DescribeTransactions: 'transaction',

  InitializeShareGroupState: 'share',
  ReadShareGroupState: 'share',
  ReadShareGroupStateSummary: 'share',
  WriteShareGroupState: 'share',
  DeleteShareGroupState: 'share',
}

export function routeOf(apiName: string): Route {
  return ROUTES[apiName] ?? 'any'
}

/** Of what any broker answers, or forwards: whether two brokers may be asked the same. */
export function changesNothing(apiName: string): boolean {
  return QUESTIONS.has(apiName)
}

const QUESTIONS = new Set([
  'ApiVersions',
  'DescribeAcls',
  'DescribeClientQuotas',
  'DescribeCluster',
  'DescribeConfigs',
  'DescribeDelegationToken',
  'DescribeQuorum',
  'DescribeTopicPartitions',
  'DescribeUserScramCredentials',
  'FindCoordinator',
  // Without a transactional id: a producer id that nobody uses is lost, no more.
  'InitProducerId',
  'ListConfigResources',
  'ListPartitionReassignments',
  // A topic that it creates (allowAutoTopicCreation) is created once.
  'Metadata',
])

export type CoordinatorKind = 'group' | 'transaction' | 'share'

/** FindCoordinator's key types (org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType). */
export const COORDINATOR_TYPE: Record<CoordinatorKind, number> = { group: 0, transaction: 1, share: 2 }

/** Where one request goes. */
export type Target =
  | 'any'
  | 'controller'
  | { readonly node: number }
  | { readonly leader: { readonly topic: string; readonly partition: number } }
  | { readonly coordinator: CoordinatorKind; readonly key: string }

export type TargetKind = 'any' | 'controller' | 'node' | 'leader' | 'coordinator'

export function kindOf(target: Target): TargetKind {
  if (typeof target === 'string') return target
  if ('node' in target) return 'node'
  return 'leader' in target ? 'leader' : 'coordinator'
}

export function describeTarget(target: Target): string {
  if (target === 'any') return 'any broker'
  if (target === 'controller') return 'the controller'
  if ('node' in target) return `node ${target.node}`
  if ('leader' in target) return `the leader of ${target.leader.topic}-${target.leader.partition}`
  return `the coordinator of ${target.coordinator} "${target.key}"`
}
