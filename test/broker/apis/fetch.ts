import { Fetch } from '../../../src/core/protocol/generated/apis/Fetch.ts'
import { findPartition, findTopic } from '../state.ts'
import { answer } from '../types.ts'

/** Without sessions (every answer says session 0), and without waiting for more than there is. */
export const fetch = answer(Fetch, ({ topics }, { state, nodeId }) => ({
  sessionId: 0,
  responses: topics.map(({ topic: name, topicId, partitions }) => {
    const topic = findTopic(state, name, topicId)
    return {
      topic: name,
      topicId,
      partitions: partitions.map(({ partition, fetchOffset, partitionMaxBytes }) => {
        const { errorCode, found } = findPartition(topic, partition, nodeId)
        const log = found?.log
        if (log === undefined || errorCode !== 0)
          return { partitionIndex: partition, errorCode, highWatermark: -1n, records: null }
        const isInRange = fetchOffset >= log.startOffset && fetchOffset <= log.endOffset
        return {
          partitionIndex: partition,
          errorCode: isInRange ? 0 : 1,
          highWatermark: log.endOffset,
          lastStableOffset: log.endOffset,
          logStartOffset: log.startOffset,
          abortedTransactions: [],
          records: isInRange ? log.read(fetchOffset, partitionMaxBytes) : null,
        }
      }),
    }
  }),
}))
