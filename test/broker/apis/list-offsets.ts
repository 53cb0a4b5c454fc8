import { ListOffsets } from '../../../src/core/protocol/generated/apis/ListOffsets.ts'
import { findPartition } from '../state.ts'
import { answer } from '../types.ts'

const EARLIEST = -2n

export const listOffsets = answer(ListOffsets, ({ topics }, { state, nodeId }) => ({
  topics: topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, timestamp }) => {
      const { errorCode, found } = findPartition(state.topics.get(name), partitionIndex, nodeId)
      if (found === undefined || errorCode !== 0)
        return { partitionIndex, errorCode: errorCode === 100 ? 3 : errorCode }
      const offset = timestamp === EARLIEST ? found.log.startOffset : found.log.endOffset
      return { partitionIndex, errorCode: 0, timestamp: -1n, offset, leaderEpoch: found.leaderEpoch }
    }),
  })),
}))
