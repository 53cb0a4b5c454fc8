import { Produce } from '../../../src/core/protocol/generated/apis/Produce.ts'
import { findPartition, findTopic } from '../state.ts'
import { answer } from '../types.ts'

export const produce = answer(Produce, ({ acks, topicData }, { state, nodeId }) => {
  const responses = topicData.map(({ name, topicId, partitionData }) => {
    const topic = findTopic(state, name, topicId)
    return {
      name,
      topicId,
      partitionResponses: partitionData.map(({ index, records }) => {
        const { errorCode, found } = findPartition(topic, index, nodeId)
        const isTaken = found !== undefined && errorCode === 0 && records !== null
        const baseOffset = isTaken ? found.log.append(records) : -1n
        return {
          index,
          errorCode,
          baseOffset,
          logAppendTimeMs: -1n,
          logStartOffset: found?.log.startOffset ?? -1n,
        }
      }),
    }
  })
  return acks === 0 ? null : { responses }
})
