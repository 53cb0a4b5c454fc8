import { DeleteTopics } from '../../../src/core/protocol/generated/apis/DeleteTopics.ts'
import { findTopic } from '../state.ts'
import { answer } from '../types.ts'

export const deleteTopics = answer(DeleteTopics, ({ topics, topicNames }, { state, nodeId }) => {
  const asked = topics.length > 0 ? topics : topicNames.map((name) => ({ name, topicId: '' }))
  return {
    responses: asked.map(({ name, topicId }) => {
      const topic = findTopic(state, name ?? '', topicId)
      if (nodeId !== state.controllerId) return { name, errorCode: 41 }
      if (topic === undefined) return { name, errorCode: 3, errorMessage: null }
      state.topics.delete(topic.name)
      return { name: topic.name, topicId: topic.topicId, errorCode: 0 }
    }),
  }
})
