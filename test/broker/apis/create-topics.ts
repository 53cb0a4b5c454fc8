import { CreateTopics } from '../../../src/core/protocol/generated/apis/CreateTopics.ts'
import { addTopic } from '../state.ts'
import { answer } from '../types.ts'

export const createTopics = answer(CreateTopics, ({ topics, validateOnly }, { state, nodeId }) => ({
  topics: topics.map(({ name, numPartitions, replicationFactor, assignments }) => {
    const partitionCount = assignments.length || Math.max(1, numPartitions)
    const base = {
      name,
      numPartitions: partitionCount,
      replicationFactor: Math.max(1, replicationFactor),
      configs: [],
    }
    if (nodeId !== state.controllerId) return { ...base, errorCode: 41 }
    if (state.topics.has(name))
      return { ...base, errorCode: 36, errorMessage: `Topic '${name}' already exists.` }
    if (replicationFactor > state.nodes.length)
      return { ...base, errorCode: 38, errorMessage: 'Unable to replicate' }
    if (validateOnly) return base
    return { ...base, topicId: addTopic(state, name, partitionCount).topicId }
  }),
}))
