/** Our own client, for what a test asks of a real cluster without a command. */
import { type Cluster as Client, openCluster } from '../../src/core/cluster/cluster.ts'
import { type AclCreation, CreateAcls } from '../../src/core/protocol/generated/apis/CreateAcls.ts'
import { DescribeAcls } from '../../src/core/protocol/generated/apis/DescribeAcls.ts'
import { IncrementalAlterConfigs } from '../../src/core/protocol/generated/apis/IncrementalAlterConfigs.ts'
import { resolveSettings } from '../../src/core/settings.ts'
import { eventually } from './eventually.ts'

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
const CONFIGURED = { topic: 2, group: 32 } as const
const SET = 0

/** Changes the configuration of a topic that is there, or of a group that need not be (KIP-848). */
export async function setConfigs(
  bootstrap: string,
  type: keyof typeof CONFIGURED,
  name: string,
  configs: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(configs).map(([key, value]) => ({ name: key, configOperation: SET, value }))
  const resources = [{ resourceType: CONFIGURED[type], resourceName: name, configs: entries }]
  const { responses } = await withClient(bootstrap, (client) =>
    client.call(IncrementalAlterConfigs, { resources }),
  )
  for (const { errorCode, errorMessage } of responses)
    if (errorCode !== 0) throw new Error(errorMessage ?? '')
}

export interface Right {
  type: keyof typeof RESOURCE
  name: string
  operation: keyof typeof OPERATION
  isAllowed: boolean
  /** Default: whoever comes without a login. */
  principal?: string
}

/** org.apache.kafka.common.resource.ResourceType, org.apache.kafka.common.acl.AclOperation and AclPermissionType */
const RESOURCE = { topic: 2, group: 3, cluster: 4, transactionalId: 5 } as const
const OPERATION = {
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  DESCRIBE_CONFIGS: 10,
} as const
const LITERAL = 3
const PERMISSION = { deny: 2, allow: 3 }

/** Gives rights, or takes them. */
export async function setRights(bootstrap: string, rights: readonly Right[]): Promise<void> {
  const creations = rights.map(({ type, name, operation, isAllowed, principal = 'User:ANONYMOUS' }) => ({
    resourceType: RESOURCE[type],
    resourceName: name,
    resourcePatternType: LITERAL,
    principal,
    host: '*',
    operation: OPERATION[operation],
    permissionType: isAllowed ? PERMISSION.allow : PERMISSION.deny,
  }))
  await withClient(bootstrap, async (client) => {
    const { results } = await client.call(CreateAcls, { creations })
    for (const { errorCode, errorMessage } of results)
      if (errorCode !== 0) throw new Error(errorMessage ?? '')
    for (const creation of creations) await eventually(() => isInForce(client, creation))
  })
}

/** The controller answers before the broker that asks its authorizer has heard. Throws until it has. */
async function isInForce(client: Client, creation: AclCreation): Promise<void> {
  const { resources } = await client.call(DescribeAcls, {
    ...creation,
    resourceTypeFilter: creation.resourceType,
    resourceNameFilter: creation.resourceName,
    patternTypeFilter: creation.resourcePatternType,
    principalFilter: creation.principal,
    hostFilter: creation.host,
  })
  if (resources.length === 0) throw new Error(`no ACL on ${creation.resourceName} yet`)
}
