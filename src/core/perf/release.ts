/** Which Kafka a cluster runs, as far as it tells: its finalised metadata.version (KIP-584), or the requests it knows. */
import type { Cluster } from '../cluster/cluster.ts'
import { ApiVersions } from '../protocol/generated/apis/ApiVersions.ts'

/** First feature level of each release (org.apache.kafka.server.common.MetadataVersion). */
const RELEASES: readonly (readonly [level: number, release: string])[] = [
  [31, '4.4'],
  [30, '4.3'],
  [28, '4.2'],
  [26, '4.1'],
  [22, '4.0'],
  [21, '3.9'],
  [20, '3.8'],
  [15, '3.7'],
  [12, '3.6'],
  [9, '3.5'],
  [8, '3.4'],
  [1, '3.3 or older'],
]

/** `Kafka 4.3 (metadata.version 30)`; without the feature, e.g. with ZooKeeper, `unknown`. */
export async function kafkaRelease(cluster: Cluster): Promise<string> {
  const request = { clientSoftwareName: 'kt', clientSoftwareVersion: '1' }
  const { finalizedFeatures } = await cluster.call(ApiVersions, request, 'any')
  const level = finalizedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersionLevel
  if (level === undefined) return 'unknown'
  const release = RELEASES.find(([first]) => level >= first)?.[1] ?? 'unknown'
  return `Kafka ${release} (metadata.version ${level})`
}
