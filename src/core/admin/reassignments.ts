/** Partitions that are being moved to other brokers. */
import type { Cluster } from '../cluster/cluster.ts'
import { isPassing } from '../cluster/failure.ts'
import { UnsupportedVersionError } from '../cluster/versions.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { ListPartitionReassignments } from '../protocol/generated/apis/ListPartitionReassignments.ts'

export interface Reassignment {
  addingReplicas: number[]
  removingReplicas: number[]
}

/** How long the controller is waited for, ms: the rest of a description must not wait until another one is elected. */
const PATIENCE_MS = 5000

/**
 * By topic and partition; nothing where the broker is too old or does not let us ask (KIP-455), undefined where the
 * controller does not answer.
 */
export async function reassignmentsOf(
  cluster: Cluster,
  topics: readonly { name: string; count: number }[],
): Promise<Map<string, Map<number, Reassignment>> | undefined> {
  const found = new Map<string, Map<number, Reassignment>>()
  const { settings } = cluster
  const timeoutMs = Math.min(settings['default.api.timeout.ms'], PATIENCE_MS)
  const asked = topics.map(({ name, count }) => ({ name, partitionIndexes: [...Array(count).keys()] }))
  try {
    const request = { timeoutMs: settings['request.timeout.ms'], topics: asked }
    const response = await cluster.call(ListPartitionReassignments, request, 'controller', { timeoutMs })
    const { errorCode, errorMessage } = response
    if (errorOf(errorCode).name === 'CLUSTER_AUTHORIZATION_FAILED') return found
    if (errorCode !== 0) throw apiError(errorCode, 'reassignments', undefined, errorMessage)
    for (const { name, partitions } of response.topics) {
      found.set(
        name,
        new Map(
          partitions.map(({ partitionIndex, addingReplicas, removingReplicas }) => [
            partitionIndex,
            { addingReplicas, removingReplicas },
          ]),
        ),
      )
    }
    return found
  } catch (error) {
    if (error instanceof UnsupportedVersionError) return found
    if (isPassing(error) && !cluster.signal.aborted) return undefined
    throw error
  }
}
