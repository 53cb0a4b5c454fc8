import { FindCoordinator } from '../../../src/core/protocol/generated/apis/FindCoordinator.ts'
import { answer } from '../types.ts'

/** The controller coordinates everything. */
export const findCoordinator = answer(FindCoordinator, ({ coordinatorKeys }, { state, version }) => {
  const node = state.nodes.find(({ nodeId }) => nodeId === state.controllerId)
  const found = { errorCode: 0, nodeId: node?.nodeId ?? -1, host: node?.host ?? '', port: node?.port ?? -1 }
  return version >= 4 ? { coordinators: coordinatorKeys.map((key) => ({ key, ...found })) } : found
})
