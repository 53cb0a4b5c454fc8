import { InitProducerId } from '../../../src/core/protocol/generated/apis/InitProducerId.ts'
import { answer } from '../types.ts'

export const initProducerId = answer(InitProducerId, (_request, { state }) => ({
  producerId: state.nextProducerId++,
  producerEpoch: 0,
}))
