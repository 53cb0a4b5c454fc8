/** Partitions that are being moved to other brokers. */
import type { Cluster } from '../cluster/cluster.ts'
import { UnsupportedVersionError } from '../cluster/versions.ts'
import { apiError, errorOf } from '../protocol/errors.ts'
import { ListPartitionReassignments } from '../protocol/generated/apis/ListPartitionReassignments.ts'

export interface Reassignment {
  addingReplicas: number[]
  removingReplicas: number[]
}

/** By topic and partition; nothing where the broker is too old or does not let us ask (KIP-455). */
export async function reassignmentsOf(
  cluster: Cluster,
  topics: readonly { name: string; count: number }[],
): Promise<Map<string, Map<number, Reassignment>>> {
  const found = new Map<string, Map<number, Reassignment>>()
  const asked = topics.map(({ name, count }) => ({ name, partitionIndexes: [...Array(count).keys()] }))
  try {
    const response = await cluster.call(ListPartitionReassignments, {
      timeoutMs: cluster.settings['request.timeout.ms'],
      topics: asked,
    })
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
    throw error
  }
}
