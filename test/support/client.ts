/** Our own client, for what a test asks of a real cluster without a command. */
import { type Cluster as Client, openCluster } from '../../src/core/cluster/cluster.ts'
import { IncrementalAlterConfigs } from '../../src/core/protocol/generated/apis/IncrementalAlterConfigs.ts'
import { resolveSettings } from '../../src/core/settings.ts'

/** Close it in the end. */
export function openClient(bootstrap: string): Promise<Client> {
  const { settings } = resolveSettings({ commandLine: { 'bootstrap.servers': bootstrap } })
  return openCluster({ settings })
}

/** Opens a client for as long as `use` runs. */
export async function withClient<T>(bootstrap: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = await openClient(bootstrap)
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

/** org.apache.kafka.common.config.ConfigResource.Type and AlterConfigOp.OpType */
const TOPIC = 2
const SET = 0

/** Changes the configuration of a topic that is there. */
export async function setTopicConfigs(
  bootstrap: string,
  topic: string,
  configs: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(configs).map(([name, value]) => ({ name, configOperation: SET, value }))
  const resources = [{ resourceType: TOPIC, resourceName: topic, configs: entries }]
  const { responses } = await withClient(bootstrap, (client) =>
    client.call(IncrementalAlterConfigs, { resources }),
  )
  for (const { errorCode, errorMessage } of responses)
    if (errorCode !== 0) throw new Error(errorMessage ?? '')
}
