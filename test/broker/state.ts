import { randomBytes } from 'node:crypto'
import { FakeLog } from './log.ts'
import { type FakePartition, type FakeState, type FakeTopic } from './types.ts'

export function emptyState(): FakeState {
  return { clusterId: 'fake-cluster', controllerId: 1, nodes: [], topics: new Map(), nextProducerId: 1000n }
}

/** Leaders take turns over the nodes there are. */
export function addTopic(state: FakeState, name: string, partitionCount: number): FakeTopic {
  const nodeIds = state.nodes.map(({ nodeId }) => nodeId)
  const partitions = Array.from({ length: partitionCount }, (_, index) => ({
    leader: nodeIds[index % nodeIds.length] ?? 1,
    leaderEpoch: 0,
    log: new FakeLog(),
  }))
  const topic = { name, topicId: randomBytes(16).toString('base64url'), partitions }
  state.topics.set(name, topic)
  return topic
}

/** By name, or (newer versions) by id. */
export function findTopic(state: FakeState, name: string, topicId: string): FakeTopic | undefined {
  if (name !== '') return state.topics.get(name)
  return [...state.topics.values()].find((topic) => topic.topicId === topicId)
}

/** The partition and Kafka's error code for asking this node for it. */
export function findPartition(
  topic: FakeTopic | undefined,
  partition: number,
  nodeId: number,
): { errorCode: number; found: FakePartition | undefined } {
  const found = topic?.partitions[partition]
  if (found === undefined) return { errorCode: topic === undefined ? 100 : 3, found: undefined }
  return { errorCode: found.leader === nodeId ? 0 : 6, found }
}
