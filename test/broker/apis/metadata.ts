import { Metadata } from '../../../src/core/protocol/generated/apis/Metadata.ts'
import { type FakeState, type FakeTopic, answer } from '../types.ts'

export const metadata = answer(Metadata, ({ topics }, { state }) => ({
  brokers: state.nodes.map(({ nodeId, host, port }) => ({ nodeId, host, port, rack: null })),
  clusterId: state.clusterId,
  controllerId: state.controllerId,
  topics: (topics ?? [...state.topics.values()]).map(({ name, topicId }) => describe(state, name, topicId)),
}))

function describe(state: FakeState, name: string | null, topicId: string) {
  const topic = name === null ? byId(state, topicId) : state.topics.get(name)
  if (topic === undefined) return { errorCode: name === null ? 100 : 3, name, topicId, partitions: [] }
  const nodeIds = state.nodes.map(({ nodeId }) => nodeId)
  return {
    errorCode: 0,
    name: topic.name,
    topicId: topic.topicId,
    partitions: topic.partitions.map(({ leader, leaderEpoch }, partitionIndex) => ({
      errorCode: leader < 0 ? 5 : 0,
      partitionIndex,
      leaderId: leader,
      leaderEpoch,
      replicaNodes: nodeIds,
      isrNodes: nodeIds,
      offlineReplicas: [],
    })),
  }
}

function byId(state: FakeState, topicId: string): FakeTopic | undefined {
  return [...state.topics.values()].find((topic) => topic.topicId === topicId)
}
