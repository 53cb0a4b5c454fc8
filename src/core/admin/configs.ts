/** Configuration of topics, brokers and groups, as the cluster has it. */
import type { Cluster } from '../cluster/cluster.ts'
import { apiError, missingRight } from '../protocol/errors.ts'
import {
  DescribeConfigs,
  type DescribeConfigsResourceResult,
} from '../protocol/generated/apis/DescribeConfigs.ts'

export interface ConfigEntry {
  name: string
  /** null where it is sensitive or unset. */
  value: string | null
  /** False where it is Kafka's own default: somebody set it, for this resource or for the brokers. */
  isDefault: boolean
  /** Set for this very resource. */
  isOwn: boolean
}

/** org.apache.kafka.common.config.ConfigResource.Type */
const TOPIC = 2

/** org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource */
const SOURCE = { topic: 1, default: 5 }

/** By topic, in the broker's order. Throws ApiError for the first topic that the broker says no to. */
export async function describeTopicConfigs(
  cluster: Cluster,
  topics: readonly string[],
): Promise<Map<string, ConfigEntry[]>> {
  if (topics.length === 0) return new Map()
  const { results } = await cluster.call(DescribeConfigs, {
    resources: topics.map((resourceName) => ({ resourceType: TOPIC, resourceName, configurationKeys: null })),
  })
  return new Map(
    results.map(({ resourceName, errorCode, errorMessage, configs }) => {
      if (errorCode !== 0)
        throw apiError(
          errorCode,
          `configs of topic "${resourceName}"`,
          missingRight(errorCode, 'DESCRIBE_CONFIGS', 'topic'),
          errorMessage,
        )
      return [resourceName, configs.map((config) => asEntry(config))]
    }),
  )
}

function asEntry({ name, value, configSource }: DescribeConfigsResourceResult): ConfigEntry {
  return { name, value, isDefault: configSource === SOURCE.default, isOwn: configSource === SOURCE.topic }
}
